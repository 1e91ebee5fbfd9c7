"""``python -m whisk_cli.machine.rotation``: keep a log file small while a service writes to it.

Whoever writes has the file open for appending, so it is copied and then emptied. Only the standard
library is imported: a timer runs this every few minutes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path


def rotate(file: Path, *, most_bytes: int, keep: int) -> bool:
    """Put a file that has become too long aside; the oldest of those aside is removed.

    Args:
        file: The log.
        most_bytes: How long it may be.
        keep: How many are kept aside, as ``file.1`` (the newest) and so on; 0 keeps none.

    Returns:
        Whether it was too long.

    Raises:
        OSError: Something cannot be read or written; the log itself is then as it was.
    """
    try:
        if file.stat().st_size <= most_bytes:
            return False
    except FileNotFoundError:
        return False
    aside = [file.with_name(f"{file.name}.{number}") for number in range(1, keep + 1)]
    if aside:
        # Copied before anything is moved, so that a full disk loses nothing.
        copy = file.with_name(f"{file.name}.new")
        try:
            shutil.copyfile(file, copy)
            copy.chmod(0o600)
        except OSError:
            copy.unlink(missing_ok=True)
            raise
        for older, newer in zip(reversed(aside), reversed([copy, *aside[:-1]]), strict=True):
            if newer.exists():
                newer.replace(older)
    os.truncate(file, 0)
    return True


def main() -> None:
    """Rotate the file that the arguments name."""
    parser = argparse.ArgumentParser(prog="whisk_cli.machine.rotation", description=__doc__)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--megabytes", type=int, required=True)
    parser.add_argument("--keep", type=int, required=True)
    given = parser.parse_args()
    try:
        rotate(given.file, most_bytes=given.megabytes << 20, keep=given.keep)
    except OSError as problem:
        sys.exit(f"error: The log {given.file} cannot be rotated: {problem.strerror}.")


if __name__ == "__main__":
    main()
