"""``python -m whisk_platform.standalone.backup``: write a backup of a state directory.

For the command line. The platform may be running: the database is copied as it stands at one moment
by SQLite's own means, in this process, so that nobody waits for it. Keys are read before and after
that moment, because they may be replaced meanwhile; records that wait in the spill file, and
accepted work in the ledger, are read before it, because they may get into it meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from whisk_platform.common.clock import SystemClock
from whisk_platform.common.errors import StateDirectoryError, WhiskError
from whisk_platform.common.settings import state_directory
from whisk_platform.standalone import archive
from whisk_platform.standalone.archive import BackupError, Manifest
from whisk_platform.stores.masterkeys import KEY_FILES, MASTER_KEY_FILE
from whisk_platform.stores.sql import snapshot
from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.snapshot import Contents


def back_up(directory: Path, file: Path) -> Contents:
    """Write a backup; whole and verified, or not at all.

    Args:
        directory: the state directory, also of a running platform.
        file: what to write; must not exist.

    Returns:
        What is in it.

    Raises:
        BackupError: the file is there already, or cannot be written.
        StateDirectoryError: there is no state in the directory, or it cannot be read.
    """
    if not (directory / DATABASE_FILE).is_file() or not (directory / MASTER_KEY_FILE).is_file():
        raise StateDirectoryError(
            f"{directory} holds no state of a platform. Give the right one with --state-dir."
        )
    if file.exists():
        raise BackupError(f"{file} exists already. Give another name, or move it away.")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".whisk-backup-") as scratch:
            folder = Path(scratch)
            _gather(directory, folder)
            contents = snapshot.verify(folder)
            names = [name for name in archive.MEMBERS if (folder / name).exists()]
            manifest = Manifest(
                platform_version=metadata.version("whisk"),
                schema=contents.schema,
                created_ms=SystemClock().now_ms(),
                members={name: archive.digest(folder / name) for name in names},
            )
            archive.write(draft, manifest, folder)
        # A link never replaces what somebody else put there meanwhile.
        os.link(draft, file)
    except FileExistsError as error:
        raise BackupError(f"{file} exists already. Give another name, or move it away.") from error
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror or error}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return contents


def _gather(directory: Path, folder: Path) -> None:
    for name in archive.MEMBERS:
        if name != DATABASE_FILE:
            _copy(directory / name, folder / name)
    snapshot.copy(directory, folder)
    for name in KEY_FILES:
        if not (folder / name).exists():
            _copy(directory / name, folder / name)
    current = folder / MASTER_KEY_FILE
    former = current.read_bytes()
    _copy(directory / MASTER_KEY_FILE, current)
    if current.read_bytes() != former:
        # Replaced at this very moment: the file of former keys that is there now has it.
        _copy(directory / KEY_FILES[-1], folder / KEY_FILES[-1])


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        return
    target.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        # Gone meanwhile; an empty copy would be worse than none.
        target.unlink(missing_ok=True)
        return
    target.chmod(0o600)


def main() -> None:
    """Print one JSON object about the backup, or a sentence and exit code 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state-dir", default="")
    parser.add_argument("--file", type=Path, required=True)
    arguments = parser.parse_args()
    os.umask(0o077)
    try:
        contents = back_up(state_directory(arguments.state_dir, os.environ), arguments.file)
    except WhiskError as error:
        sys.exit(error.message)
    size = arguments.file.stat().st_size
    sys.stdout.write(json.dumps({**contents.counts(), "bytes": size}) + "\n")


if __name__ == "__main__":
    main()
