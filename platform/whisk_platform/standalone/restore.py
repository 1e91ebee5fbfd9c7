"""``python -m whisk_platform.standalone.restore``: put a backup in the place of a state.

For the command line. The platform must not be running: its memory knows a state that would be gone.
The backup is unpacked and verified beside the state before anything is touched; the former state is
kept in a folder of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from whisk_platform.common.errors import WhiskError
from whisk_platform.common.settings import state_directory
from whisk_platform.standalone import archive, swap
from whisk_platform.standalone.archive import BackupError
from whisk_platform.standalone.state import StateDirectory
from whisk_platform.stores.sql import snapshot
from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.snapshot import Contents

ASIDE = "before-restore-"
"""What the folder of a former state is called, and then the time."""

_DRAFT = "restore.draft"


def restore(directory: Path, file: Path) -> tuple[Contents, Path | None]:
    """Replace the state in a directory by the one in a backup.

    Args:
        directory: the state directory; made if it does not exist.
        file: the backup.

    Returns:
        What is there now, and where the former state is; None if there was none.

    Raises:
        BackupError: the backup cannot be used; nothing has changed.
        StateDirectoryError: a platform is running there, or the directory cannot be used.
    """
    if not file.is_file():
        raise BackupError(f"There is no file {file}. Give one that 'wsk platform backup' wrote.")
    state = StateDirectory(directory)
    state.open()
    try:
        had_state = (directory / DATABASE_FILE).exists()
        draft = directory / _DRAFT
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        try:
            manifest = archive.unpack(file, draft)
            contents = _verified(file, draft)
            swap.decide(draft, directory, manifest.members, _aside(directory))
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        aside = swap.finish(directory)
        return contents, aside if had_state else None
    except OSError as error:
        raise BackupError(
            f"{file} cannot be restored into {directory}: {error.strerror or error}."
        ) from error
    finally:
        state.close()


def _verified(file: Path, folder: Path) -> Contents:
    try:
        return snapshot.verify(folder)
    except WhiskError as error:
        raise BackupError(f"{file} cannot be restored: {error.message}") from error


def _aside(directory: Path) -> str:
    name = ASIDE + datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    number = 1
    while (directory / name).exists():
        number += 1
        name = f"{name.partition('.')[0]}.{number}"
    return name


def main() -> None:
    """Print one JSON object about what was done, or a sentence and exit code 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state-dir", default="")
    parser.add_argument("--file", type=Path, required=True)
    arguments = parser.parse_args()
    os.umask(0o077)
    try:
        contents, aside = restore(state_directory(arguments.state_dir, os.environ), arguments.file)
    except WhiskError as error:
        sys.exit(error.message)
    kept = "" if aside is None else str(aside)
    sys.stdout.write(json.dumps({**contents.counts(), "aside": kept}) + "\n")


if __name__ == "__main__":
    main()
