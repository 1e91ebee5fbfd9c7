"""Programs held open in memory, so that a sandbox gets one by descriptor and cannot change it."""

from __future__ import annotations

import fcntl
import os
from collections import OrderedDict
from pathlib import Path

_SEALS = 0x0001 | 0x0002 | 0x0004 | 0x0008
"""Against more seals, shrinking, growing and writing."""
_ADD_SEALS = 1033


class Images:
    """The programs used last; their pages are shared by all sandboxes that run them."""

    def __init__(self, limit_bytes: int) -> None:
        """Hold at most so many bytes; a single larger program is held alone."""
        self._limit_bytes = limit_bytes
        self._open: OrderedDict[Path, tuple[int, int]] = OrderedDict()
        self._held = 0

    def known(self, path: Path) -> int | None:
        """A descriptor of our own of a program held already; the caller closes it."""
        held = self._open.get(path)
        if held is None:
            return None
        self._open.move_to_end(path)
        return os.dup(held[0])

    def keep(self, path: Path, descriptor: int) -> int:
        """Take a descriptor over and hand out a copy, which the caller closes."""
        if path in self._open:
            os.close(descriptor)
            return os.dup(self._open[path][0])
        size = os.fstat(descriptor).st_size
        self._open[path] = (descriptor, size)
        self._held += size
        while self._held > self._limit_bytes and len(self._open) > 1:
            _, (oldest, length) = self._open.popitem(last=False)
            os.close(oldest)
            self._held -= length
        return os.dup(descriptor)

    def close(self) -> None:
        """Let go of everything."""
        while self._open:
            os.close(self._open.popitem()[1][0])
        self._held = 0


def load(path: Path) -> int:
    """Open a program such that nobody who gets the descriptor can change it. Blocks.

    Raises:
        OSError: it cannot be read.
    """
    if not hasattr(os, "memfd_create"):
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    image = os.memfd_create(path.name[:16], os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        with open(path, "rb") as file:
            left = os.fstat(file.fileno()).st_size
            while left:
                left -= os.sendfile(image, file.fileno(), None, left)
        fcntl.fcntl(image, _ADD_SEALS, _SEALS)
    except BaseException:
        os.close(image)
        raise
    return image
