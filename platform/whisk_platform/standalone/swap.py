"""A restored state takes the place of the one that is there, whatever it is interrupted by.

The new files lie complete in a folder inside the state directory; giving it its final name is the
decision. From then on whoever opens the directory goes on moving: what a file replaces goes aside,
the file takes its place. A file that is not in the folder any more has been moved.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from whisk_platform.standalone.archive import MEMBERS
from whisk_platform.stores.sql.engine import DATABASE_FILE

STAGED = "restore.staged"
"""The folder with the new files, once they are complete."""

_NOTE = "note.json"

_LOGS = (f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm")
"""They belong to the former database: the new one must not meet them."""

# The database comes last: until it is there the directory holds no state to be mistaken for one.
_NAMES = (*_LOGS, *(name for name in MEMBERS if name != DATABASE_FILE), DATABASE_FILE)


class _Note(msgspec.Struct, frozen=True):
    """Written before the decision, removed when all is done."""

    aside: str
    """Name of the folder for the former files."""
    members: tuple[str, ...]
    """The new files."""


def decide(folder: Path, directory: Path, members: Iterable[str], aside: str) -> None:
    """Make a folder of complete files, inside the directory, those that are to be there.

    Raises:
        OSError: it cannot be done; nothing has changed.
    """
    note = _Note(aside=aside, members=tuple(members))
    (folder / _NOTE).write_bytes(msgspec.json.encode(note))
    for path in (*folder.rglob("*"), folder):
        _sync(path)
    os.rename(folder, directory / STAGED)
    _sync(directory)


def finish(directory: Path) -> Path | None:
    """Move what was decided on, or the rest of it; the directory is locked.

    Returns:
        Where the former files are; None if nothing was decided on.

    Raises:
        OSError: it cannot be done; the next call goes on.
    """
    staged = directory / STAGED
    if not staged.is_dir():
        return None
    aside = None
    if (staged / _NOTE).exists():
        note = msgspec.json.decode((staged / _NOTE).read_bytes(), type=_Note)
        aside = directory / note.aside
        aside.mkdir(mode=0o700, exist_ok=True)
        for name in _NAMES:
            _move(directory, staged, aside, name, name in note.members)
        _sync(aside)
        _sync(directory)
        (staged / _NOTE).unlink()
    for folder in (staged / "tls", staged):
        if folder.is_dir():
            folder.rmdir()
    return aside


def _move(directory: Path, staged: Path, aside: Path, name: str, member: bool) -> None:
    if member and not (staged / name).exists():
        return
    place = directory / name
    if place.exists():
        (aside / name).parent.mkdir(mode=0o700, exist_ok=True)
        os.rename(place, aside / name)
    if member:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        os.rename(staged / name, place)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
