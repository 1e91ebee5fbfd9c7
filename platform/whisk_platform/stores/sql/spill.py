"""The file for records that the database cannot take yet: they wait there, in order.

What was appended survives the death of the process. Part of the file is allocated beforehand, so
that a full disk has room for it. A frame counts only if its checksum is right, which covers the
generation in the file's head: emptying the file is raising that number.
"""

from __future__ import annotations

import os
import shutil
import struct
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from whisk_platform.common.errors import StateDirectoryError

SPILL_FILE = "records.spill"
RESERVE_BYTES = 8 << 20
"""Allocated beforehand, at most."""

FREE_SHARE = 16
"""And no more than this part of what is free on the disk."""

_MAGIC = b"WSPL"
_HEAD = struct.Struct("<4sIQ")
_FRAME = struct.Struct("<II")
_VERSION = 1
ItemT = TypeVar("ItemT")


class _Place(NamedTuple):
    key: bytes
    offset: int
    length: int


class Spill(Generic[ItemT]):
    """A bounded queue of items in a file.

    Appending and ``done`` are called under the writer's lock; ``take`` on the writer's thread;
    ``find`` anywhere.

    Args:
        directory: where the file is.
        most_bytes: how large it may become.
        pack: an item as bytes; None = this one cannot be put into a file.
        unpack: the opposite.
        key_of: what an item is found by: 16 bytes.
    """

    def __init__(
        self,
        directory: Path,
        most_bytes: int,
        *,
        pack: Callable[[ItemT], bytes | None],
        unpack: Callable[[bytes], ItemT],
        key_of: Callable[[ItemT], bytes],
    ) -> None:
        self._path = directory / SPILL_FILE
        self._most = most_bytes
        self._pack = pack
        self._unpack = unpack
        self._key_of = key_of
        self._file = -1
        self._generation = 0
        self._tail = _HEAD.size
        self._places: deque[_Place] = deque()
        self._by_key: dict[bytes, _Place] = {}
        self._refused = False
        self.spilled = 0
        """Items that came here since the start."""

    def __len__(self) -> int:
        return len(self._places)

    @property
    def used_bytes(self) -> int:
        """Bytes of the items that wait here."""
        return self._tail - _HEAD.size

    @property
    def is_full(self) -> bool:
        """Whether nothing more goes in until what is there has been written."""
        return self._file < 0 or self._refused or self._tail >= self._most

    def open(self) -> ItemT | None:
        """Open the file and find what a former process left in it.

        Returns:
            The newest of it, None if there is nothing.

        Raises:
            StateDirectoryError: it cannot be read.
        """
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._recover()
            self._reserve()
        except OSError as error:
            raise StateDirectoryError(
                f"{self._path} cannot be used: {error.strerror}. Make sure that the disk works, or"
                " give another directory with --state-dir."
            ) from error
        return self._read(self._places[-1]) if self._places else None

    def close(self) -> None:
        """Close the file; it stays if something waits in it."""
        if self._file < 0:
            return
        os.close(self._file)
        self._file = -1
        if not self._places:
            with suppress(OSError):
                self._path.unlink()

    def add(self, item: ItemT) -> bool:
        """Append an item; False if it does not fit, or the disk takes no more."""
        if self.is_full:
            return False
        payload = self._pack(item)
        if payload is None:
            return False
        frame = _FRAME.pack(len(payload), self._sum(payload)) + payload
        if self._tail + len(frame) > self._most:
            self._refused = True
            return False
        try:
            written = os.pwrite(self._file, frame, self._tail)
        except OSError:
            written = 0
        if written < len(frame):
            self._refused = True
            return False
        self._enter(self._key_of(item), self._tail + _FRAME.size, len(payload))
        self.spilled += 1
        return True

    def take(self, most: int) -> list[ItemT]:
        """Read the oldest items; they stay until they are ``done``."""
        count = min(most, len(self._places))
        found = [self._read(self._places[number]) for number in range(count)]
        assert all(item is not None for item in found), "nobody else writes over them"
        return [item for item in found if item is not None]

    def done(self, count: int) -> None:
        """Forget the oldest items."""
        for _ in range(count):
            place = self._places.popleft()
            if self._by_key.get(place.key) is place:
                del self._by_key[place.key]
        if not self._places:
            self._empty()

    def find(self, key: bytes) -> ItemT | None:
        """The newest item with a key, if it waits here."""
        place = self._by_key.get(key)
        return None if place is None else self._read(place)

    def _enter(self, key: bytes, offset: int, length: int) -> None:
        place = _Place(key, offset, length)
        self._places.append(place)
        self._by_key[key] = place
        self._tail = offset + length

    def _read(self, place: _Place) -> ItemT | None:
        payload = os.pread(self._file, place.length, place.offset)
        head = os.pread(self._file, _FRAME.size, place.offset - _FRAME.size)
        if len(payload) < place.length or head != _FRAME.pack(place.length, self._sum(payload)):
            return None
        return self._unpack(payload)

    def _sum(self, payload: bytes) -> int:
        return zlib.crc32(payload, self._generation & 0xFFFFFFFF)

    def _recover(self) -> None:
        head = os.pread(self._file, _HEAD.size, 0)
        if len(head) == _HEAD.size:
            magic, version, generation = _HEAD.unpack(head)
            if (magic, version) == (_MAGIC, _VERSION):
                self._generation = generation
                for payload, offset in self._frames():
                    self._enter(self._key_of(self._unpack(payload)), offset, len(payload))
                return
        self._empty()

    def _frames(self) -> Iterator[tuple[bytes, int]]:
        """What is there, up to the first frame that was not finished."""
        offset = _HEAD.size
        while len(head := os.pread(self._file, _FRAME.size, offset)) == _FRAME.size:
            length, checksum = _FRAME.unpack(head)
            if not length or offset + length > self._most:
                return
            payload = os.pread(self._file, length, offset + _FRAME.size)
            if len(payload) < length or self._sum(payload) != checksum:
                return
            yield payload, offset + _FRAME.size
            offset += _FRAME.size + length

    def _empty(self) -> None:
        self._generation += 1
        self._tail = _HEAD.size
        self._refused = False
        with suppress(OSError):
            if os.fstat(self._file).st_size > RESERVE_BYTES:
                os.ftruncate(self._file, RESERVE_BYTES)
            os.pwrite(self._file, _HEAD.pack(_MAGIC, _VERSION, self._generation), 0)

    def _reserve(self) -> None:
        """Take some of the disk now, for the time when it is full; less, or nothing, if it is."""
        free = shutil.disk_usage(self._path.parent).free
        size = min(RESERVE_BYTES, self._most, free // FREE_SHARE)
        if size <= os.fstat(self._file).st_size or not hasattr(os, "posix_fallocate"):
            return
        with suppress(OSError):
            os.posix_fallocate(self._file, 0, size)
