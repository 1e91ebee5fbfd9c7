"""What an activation has printed: as it came, until somebody wants to read the lines.

Source: contracts rest-api §2.6.7 (form of a line).
"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias, overload

import msgspec

Stream = Literal["stdout", "stderr"]

Block: TypeAlias = tuple[int, Stream, bytes]
"""When it came, in nanoseconds since the epoch; from where; lines, the last without its newline."""

LINE_OVERHEAD: Final = len("2024-02-01T10:11:12.123456789Z stdout: ")
"""What stands before the text of a line, in characters."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[Block, ...])


class Printed(Sequence[str]):
    """The lines of a log, equal to a tuple of them.

    Hardly any log is ever read: a thousand lines as a thousand strings cost more than all else that
    happens to them.
    """

    __slots__ = ("_lines", "blocks")

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        self.blocks = blocks
        self._lines: tuple[str, ...] | None = None

    @classmethod
    def unpack(cls, packed: bytes) -> Printed:
        """Make it again of what ``pack`` made.

        Raises:
            ValueError: nothing of ours has made that.
        """
        return cls(_decoder.decode(packed))

    def pack(self) -> bytes:
        """Bytes that hold all of it, and that no JSON text begins like."""
        return _encoder.encode(self.blocks)

    def lines(self) -> tuple[str, ...]:
        """The lines."""
        if self._lines is None:
            self._lines = tuple([line for block in self.blocks for line in lines_of(*block)])
        return self._lines

    def characters(self) -> int:
        """How long the lines are together, a little more where bytes are not all ASCII."""
        return sum(
            len(text) + LINE_OVERHEAD + text.count(b"\n") * (LINE_OVERHEAD - 1)
            for _, _, text in self.blocks
        )

    def __len__(self) -> int:
        return sum(text.count(b"\n") + 1 for _, _, text in self.blocks)

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...

    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        return self.lines()[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Printed):
            return self.blocks == other.blocks or self.lines() == other.lines()
        return self.lines() == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.lines())

    def __repr__(self) -> str:
        return repr(self.lines())


def characters(lines: Sequence[str]) -> int:
    """How long some lines are together, roughly."""
    return lines.characters() if isinstance(lines, Printed) else sum(map(len, lines))


def lines_of(stamp_ns: int, stream: Stream, text: bytes) -> list[str]:
    """The lines of a block."""
    prefix = f"{format_time(stamp_ns)} {stream}: "
    return [prefix + line for line in text.decode("utf-8", "replace").split("\n")]


def format_time(stamp_ns: int) -> str:
    """RFC 3339 in UTC with nine digits of fraction: always 30 characters."""
    seconds, nanoseconds = divmod(stamp_ns, 1_000_000_000)
    return f"{_format_second(seconds)}.{nanoseconds:09d}Z"


@functools.lru_cache(maxsize=8)
def _format_second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
