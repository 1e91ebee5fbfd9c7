"""The ledger: the newest accepted work, in a file in front of the journal's table.

A row costs a transaction, and each later change of it another. An entry here costs who accepts the
work one write to the operating system, some microseconds, and so do the mark that it has started
and the note that its record is stored. What was written survives the death of the process. The next
start moves what is still open into the table, and so does a ledger that has become too long.

A frame counts only if its checksum is right, which covers the generation in the file's head:
emptying the file is raising that number.
"""

from __future__ import annotations

import os
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from whisk_platform.common.errors import StateDirectoryError, StoreFullError

LEDGER_FILE = "accepted.ledger"
RESERVE_BYTES = 4 << 20
"""Allocated beforehand, so that marks find room on a full disk; an empty ledger that is longer
begins anew."""

_MAGIC = b"WLDG"
_VERSION = 1
_HEAD = struct.Struct("<4sIQ")
_FRAME = struct.Struct("<II")
_KEY = 16
_ENTRY, _START, _CLOSE = b"E", b"S", b"C"
_MESSAGE = _FRAME.size + len(_ENTRY) + _KEY
"""Where the message of an entry begins in its frame."""


class Open(NamedTuple):
    """Accepted work without a record."""

    key: bytes
    started: bool
    message: bytes
    place: int = 0
    """Of the ledger's own."""


class Ledger:
    """The file, and which of its entries are open.

    Appending and marking may be called on any thread; ``close_entries``, ``take`` and ``moved`` on
    the writer's.

    Args:
        directory: where the file is.
        appended: told after each write, for who brings it to the disk.
        most_bytes: how long it may become; beyond, new work goes into the table until nothing, or
            little, is open here any more.
    """

    def __init__(self, directory: Path, appended: Callable[[], None], most_bytes: int) -> None:
        self._path = directory / LEDGER_FILE
        self._appended = appended
        self._most = most_bytes
        self._file = -1
        self._generation = 0
        self._tail = _HEAD.size
        # Where the frame begins, doubled, plus one if it has started: an object for each would
        # take four times as much memory.
        self._open: dict[bytes, int] = {}
        self._lock = threading.Lock()
        self._paused = False

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, key: bytes) -> bool:
        return key in self._open

    @property
    def paused(self) -> bool:
        """Whether somebody wants nothing to be here."""
        return self._paused

    @property
    def takes(self) -> bool:
        """Whether new work may be entered."""
        return not self._paused and self._tail < self._most and self._file >= 0

    def open(self) -> list[Open]:
        """Open the file and read what a former process left open in it.

        Raises:
            StateDirectoryError: it cannot be used.
        """
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            found = _read(self._file)
            if found is None:
                self._empty()
                return []
            self._generation, left = found
            return left
        except OSError as error:
            raise StateDirectoryError(
                f"{self._path} cannot be used: {error.strerror}. Make sure that the disk works, or"
                " give another directory with --state-dir."
            ) from error

    def begin(self) -> None:
        """Forget what was left in it, which stands in the table now."""
        with self._lock:
            self._empty()
            with suppress(OSError, AttributeError):
                os.posix_fallocate(self._file, 0, RESERVE_BYTES)

    def close(self) -> None:
        """Close the file; it stays if something is open in it that stands nowhere else."""
        with self._lock:
            if self._file < 0:
                return
            os.close(self._file)
            self._file = -1
            if not self._open:
                with suppress(OSError):
                    self._path.unlink()

    def append(self, entries: Iterable[tuple[bytes, bytes]]) -> bool:
        """Enter accepted work, all of it or none.

        Args:
            entries: keys and messages.

        Returns:
            False = nothing was entered; it belongs into the table.
        """
        with self._lock:
            if not self.takes:
                return False
            frames: list[bytes] = []
            places: list[tuple[bytes, int]] = []
            position = self._tail
            for key, message in entries:
                frame = self._frame(_ENTRY, key, message)
                frames.append(frame)
                places.append((key, position << 1))
                position += len(frame)
            if not self._write(frames[0] if len(frames) == 1 else b"".join(frames)):
                return False
            self._open.update(places)
        return True

    def start(self, key: bytes) -> bool:
        """Mark an entry: user code is about to see the work.

        Returns:
            False = there is no such entry here.

        Raises:
            StoreFullError: the mark could not be written.
        """
        with self._lock:
            place = self._open.get(key)
            if place is None:
                return False
            if not place & 1:
                if not self._write(self._frame(_START, key)):
                    raise StoreFullError
                self._open[key] = place | 1
        return True

    def close_entries(self, keys: Sequence[bytes]) -> None:
        """Note that the records of these are stored; those that are not here do not matter."""
        with self._lock:
            mine = [key for key in keys if key in self._open]
            if not mine:
                return
            # If it cannot be written the record itself says so, to who reads the ledger.
            self._write(self._frame(_CLOSE, *mine))
            self._forget(mine)

    def entries(self) -> list[Open]:
        """Everything that is open, oldest first."""
        with self._lock:
            return self._read_open(self._open.items())

    def take(self, most: int) -> list[Open]:
        """The oldest that are open, to be moved into the table."""
        with self._lock:
            places = list(islice(self._open.items(), most))
        # Only the writer's thread empties the file, and that is this one.
        return self._read_open(places)

    def moved(self, rows: Sequence[Open]) -> None:
        """Leave to the table what stands there now, except what has started meanwhile."""
        with self._lock:
            mine = [row.key for row in rows if self._open.get(row.key) == row.place]
            if mine and self._write(self._frame(_CLOSE, *mine)):
                self._forget(mine)

    def pause(self) -> None:
        """Let nothing more be entered."""
        self._paused = True

    def resume(self) -> None:
        """Let work be entered again."""
        self._paused = False

    def _read_open(self, places: Iterable[tuple[bytes, int]]) -> list[Open]:
        return [
            Open(key, bool(place & 1), self._message(place >> 1), place) for key, place in places
        ]

    def _message(self, offset: int) -> bytes:
        length, _ = _FRAME.unpack(os.pread(self._file, _FRAME.size, offset))
        return os.pread(self._file, length + _FRAME.size - _MESSAGE, offset + _MESSAGE)

    def _frame(self, *parts: bytes) -> bytes:
        payload = b"".join(parts)
        return _FRAME.pack(len(payload), zlib.crc32(payload, self._generation)) + payload

    def _write(self, frames: bytes) -> bool:
        """Append all of it, or nothing that counts."""
        try:
            written = os.pwrite(self._file, frames, self._tail)
        except OSError:
            return False
        if written < len(frames):
            # Nobody must take the whole frames among them for something that was promised.
            with suppress(OSError):
                os.pwrite(self._file, bytes(_FRAME.size), self._tail)
            return False
        self._tail += written
        self._appended()
        return True

    def _forget(self, keys: Iterable[bytes]) -> None:
        for key in keys:
            del self._open[key]
        if not self._open and self._tail > RESERVE_BYTES:
            with suppress(OSError):
                self._empty()

    def _empty(self) -> None:
        generation = (self._generation + 1) & 0xFFFFFFFF
        os.pwrite(self._file, _HEAD.pack(_MAGIC, _VERSION, generation), 0)
        self._generation = generation
        self._tail = _HEAD.size
        if os.fstat(self._file).st_size > RESERVE_BYTES:
            os.ftruncate(self._file, RESERVE_BYTES)


def read(directory: Path) -> list[Open]:
    """What is open in the ledger of a directory that nobody uses; nothing is changed.

    Raises:
        OSError: it cannot be read.
        StateDirectoryError: a newer version of the platform has written it.
    """
    try:
        descriptor = os.open(directory / LEDGER_FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return []
    try:
        found = _read(descriptor)
        return [] if found is None else found[1]
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> tuple[int, list[Open]] | None:
    """Generation, and what is open; None if it is no ledger."""
    head = os.pread(descriptor, _HEAD.size, 0)
    if len(head) < _HEAD.size:
        return None
    magic, version, generation = _HEAD.unpack(head)
    if magic != _MAGIC:
        return None
    if version != _VERSION:
        raise StateDirectoryError(
            f"{LEDGER_FILE} was written by a newer version of the platform (format {version}; this"
            f" one knows {_VERSION}). Start that version."
        )
    found: dict[bytes, Open] = {}
    for payload in _frames(descriptor, generation):
        kind, keys = payload[:1], payload[1:]
        if kind == _ENTRY:
            found[keys[:_KEY]] = Open(keys[:_KEY], False, keys[_KEY:])
        elif kind == _START and keys in found:
            found[keys] = found[keys]._replace(started=True)
        elif kind == _CLOSE:
            for start in range(0, len(keys), _KEY):
                found.pop(keys[start : start + _KEY], None)
    return generation, list(found.values())


def _frames(descriptor: int, generation: int) -> Iterator[bytes]:
    """Payloads, up to the first frame that was not finished."""
    size = os.fstat(descriptor).st_size
    offset = _HEAD.size
    while len(head := os.pread(descriptor, _FRAME.size, offset)) == _FRAME.size:
        length, checksum = _FRAME.unpack(head)
        offset += _FRAME.size
        if not length or offset + length > size:
            return
        payload = os.pread(descriptor, length, offset)
        if zlib.crc32(payload, generation) != checksum:
            return
        yield payload
        offset += length
