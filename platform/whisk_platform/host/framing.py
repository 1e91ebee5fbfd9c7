"""The frames between the platform and its own runtimes, as the platform reads and writes them.

Source: ``whisk_runtimes/PROTOCOL.md``. The other side runs foreign code, so nothing here trusts a
length, a type or an order, and no frame is ever held in memory beyond what was asked for.
"""

from __future__ import annotations

import struct
from typing import Final, Protocol

from whisk_platform.common.errors import WhiskError

READY: Final = ord("K")
INIT: Final = ord("I")
RUN: Final = ord("R")
STDOUT: Final = ord("O")
STDERR: Final = ord("E")
ANSWER: Final = ord("A")
RUN_BESIDE: Final = ord("r")
"""A run beside others: its frames, and those that answer it, begin with its number."""
STDOUT_BESIDE: Final = ord("o")
STDERR_BESIDE: Final = ord("e")
ANSWER_BESIDE: Final = ord("a")

MAXIMUM: Final = 64 << 20
"""Bytes of payload; a longer frame is a fault of the sender."""
STATUS_DIGITS: Final = 3
_HEADER = struct.Struct("!BI")
_SHORTEST_ANSWER: Final = _HEADER.size + STATUS_DIGITS
_OUTPUT = frozenset((STDOUT, STDERR))
_BESIDE: Final = {STDOUT_BESIDE: STDOUT, STDERR_BESIDE: STDERR, ANSWER_BESIDE: ANSWER}
"""What a frame with a number is without it."""
_FROM_RUNTIME = frozenset((READY, STDOUT, STDERR, ANSWER, *_BESIDE))
_NUMBER = struct.Struct("!I")


class FrameError(WhiskError):
    """The runtime broke the frame protocol."""


def header(kind: int, length: int) -> bytes:
    """The five bytes before a payload.

    Raises:
        FrameError: the payload is longer than ``MAXIMUM``.
    """
    if length > MAXIMUM:
        raise FrameError(f"A frame of {length} bytes is longer than {MAXIMUM}.")
    return _HEADER.pack(kind, length)


def header_beside(number: int, length: int) -> bytes:
    """What stands before the body of a run beside others.

    Args:
        number: unlike that of any other run of the sandbox; 32 bits.
        length: of the body.

    Raises:
        FrameError: the frame would be longer than ``MAXIMUM``.
    """
    return header(RUN_BESIDE, _NUMBER.size + length) + _NUMBER.pack(number)


class FrameSink(Protocol):
    """Receives what a runtime sends."""

    def on_ready(self) -> None:
        """The launcher waits for init."""

    def on_output(self, stream: int, data: bytes | memoryview) -> None:
        """Part of the output; valid only during the call. ``stream`` is STDOUT or STDERR."""

    def on_answer(self, status: int, body: bytes, size: int) -> None:
        """The answer: its body cut to what was asked for, and its whole size."""

    def on_output_beside(self, number: int, stream: int, data: bytes | memoryview) -> None:
        """Part of the output of a run beside others; otherwise as ``on_output``."""

    def on_answer_beside(self, number: int, status: int, body: bytes, size: int) -> None:
        """The answer to a run beside others; otherwise as ``on_answer``."""


class FrameReader:
    """Takes bytes in any split and tells the sink what they mean."""

    def __init__(self, sink: FrameSink) -> None:
        self._sink = sink
        self._header = bytearray()
        self._kind = 0
        self._missing = 0
        self._length = 0
        self._answer = bytearray()
        self._number = bytearray()
        self.keep_bytes = 0
        """How much of the next answer's body is kept; the rest is counted and dropped."""

    def feed(self, data: memoryview) -> None:
        """Read on.

        Args:
            data: the next bytes; not kept after the call.

        Raises:
            FrameError: the runtime broke the protocol; feed nothing more.
        """
        position, end = 0, len(data)
        if self._missing == 0 and not self._header and self._whole_answer(data, end):
            return
        while position < end:
            if self._missing == 0 and not self._header:
                position = self._whole_output(data, position)
                if position == end:
                    return
            if self._missing == 0:
                position = self._read_header(data, position)
                continue
            part = data[position : position + self._missing]
            position += len(part)
            self._missing -= len(part)
            self._payload(part)

    def _whole_answer(self, data: memoryview, end: int) -> bool:
        """Take an answer that is wholly there, and alone: what a silent action sends."""
        if end < _SHORTEST_ANSWER or data[0] != ANSWER:
            return False
        length = _HEADER.unpack_from(data)[1]
        if length != end - _HEADER.size:
            return False
        text = bytes(data[_HEADER.size : _SHORTEST_ANSWER + self.keep_bytes])
        digits = text[:STATUS_DIGITS]
        if not digits.isdigit():
            raise FrameError("An answer frame must begin with three digits of status.")
        self._sink.on_answer(int(digits), text[STATUS_DIGITS:], length - STATUS_DIGITS)
        return True

    def _whole_output(self, data: memoryview, position: int) -> int:
        """Take output frames that are wholly there, neighbors of one stream in one piece.

        Languages send a frame for each line, so this is where a talkative action's cost lies.
        """
        end, stream = len(data) - _HEADER.size, 0
        parts: list[memoryview] = []
        unpack = _HEADER.unpack_from
        while position <= end:
            kind, length = unpack(data, position)
            begin = position + _HEADER.size
            if kind not in _OUTPUT or begin + length > len(data):
                break
            if kind != stream and parts:
                self._sink.on_output(stream, b"".join(parts))
                parts.clear()
            stream = kind
            if length:
                parts.append(data[begin : begin + length])
            position = begin + length
        if parts:
            self._sink.on_output(stream, b"".join(parts))
        return position

    def _read_header(self, data: memoryview, position: int) -> int:
        wanted = _HEADER.size - len(self._header)
        self._header += data[position : position + wanted]
        if len(self._header) == _HEADER.size:
            self._kind, self._length = _HEADER.unpack(self._header)
            self._header.clear()
            self._missing = self._length
            self._begin()
        return position + min(wanted, len(data) - position)

    def _begin(self) -> None:
        if self._kind not in _FROM_RUNTIME:
            raise FrameError(f"A frame of unknown type {self._kind} came from the runtime.")
        if self._length > MAXIMUM:
            raise FrameError(f"A frame of {self._length} bytes is longer than {MAXIMUM}.")
        if self._kind == READY:
            if self._length:
                raise FrameError("A ready frame must be empty.")
            self._sink.on_ready()
        elif self._kind in _BESIDE:
            if self._length < _NUMBER.size:
                raise FrameError("A frame beside others must begin with a number of four bytes.")
            self._number.clear()
            self._begin_answer(self._length - _NUMBER.size, _BESIDE[self._kind])
        else:
            self._begin_answer(self._length, self._kind)

    def _begin_answer(self, length: int, kind: int) -> None:
        if kind == ANSWER:
            if length < STATUS_DIGITS:
                raise FrameError("An answer frame must begin with three digits of status.")
            self._answer = bytearray()

    def _payload(self, part: memoryview) -> None:
        if self._kind in _BESIDE:
            self._payload_beside(part)
        elif self._kind != ANSWER:
            self._sink.on_output(self._kind, part)
        elif (answer := self._more_of_answer(part)) is not None:
            size = self._length - STATUS_DIGITS
            self._sink.on_answer(*answer, size)

    def _payload_beside(self, part: memoryview) -> None:
        lacking = _NUMBER.size - len(self._number)
        if lacking:
            self._number += part[:lacking]
            part = part[lacking:]
            if not part:
                return
        number = int.from_bytes(self._number)
        stream = _BESIDE[self._kind]
        if stream != ANSWER:
            self._sink.on_output_beside(number, stream, part)
        elif (answer := self._more_of_answer(part)) is not None:
            size = self._length - _NUMBER.size - STATUS_DIGITS
            self._sink.on_answer_beside(number, *answer, size)

    def _more_of_answer(self, part: memoryview) -> tuple[int, bytes] | None:
        """Take the next part of an answer; status and body once it is whole."""
        room = STATUS_DIGITS + self.keep_bytes - len(self._answer)
        if room > 0:
            self._answer += part[:room]
        if self._missing:
            return None
        answer, self._answer = self._answer, bytearray()
        digits = bytes(answer[:STATUS_DIGITS])
        if not digits.isdigit():
            raise FrameError("An answer frame must begin with three digits of status.")
        return int(digits), bytes(memoryview(answer)[STATUS_DIGITS:])
