"""Sizes with units, as settings and limits documents spell them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from whisk_platform.common.errors import SettingsError

_SIZE = re.compile(r"\s*(\d+)\s*([a-zA-Z]*)\s*")
_FACTORS = {
    "": 1,
    "b": 1,
    "k": 1 << 10,
    "kb": 1 << 10,
    "m": 1 << 20,
    "mb": 1 << 20,
    "g": 1 << 30,
    "gb": 1 << 30,
}


@dataclass(frozen=True, slots=True, order=True)
class ByteSize:
    """A number of bytes."""

    bytes: int

    @classmethod
    def mb(cls, megabytes: int) -> ByteSize:
        """So many binary megabytes."""
        return cls(megabytes << 20)

    @classmethod
    def parse(cls, text: str) -> ByteSize:
        """Read ``"256 MB"``, ``"1048576 B"``, ``"1m"`` or a bare number of bytes.

        Raises:
            SettingsError: the text is no size.
        """
        match = _SIZE.fullmatch(text)
        factor = _FACTORS.get(match[2].lower()) if match else None
        if match is None or factor is None:
            raise SettingsError(f"'{text}' is not a size. Write for example '256 MB'.")
        return cls(int(match[1]) * factor)

    @property
    def megabytes(self) -> int:
        """Whole binary megabytes, rounded down."""
        return self.bytes >> 20

    def __str__(self) -> str:
        return f"{self.bytes} B"
