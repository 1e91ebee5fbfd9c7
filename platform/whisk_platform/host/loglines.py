"""Turns what an activation prints into log lines, within a bound of memory.

Source: contracts rest-api §2.6.7 (form of a line), §8.3 (limit). The limit counts the finished
lines, time stamp and stream name included, as the reference counts the lines of its log driver;
so a flood of empty lines is bounded too.
"""

from __future__ import annotations

import time

from whisk_platform.entities.printed import LINE_OVERHEAD, Block, Printed, Stream, lines_of
from whisk_platform.spi.containers import CollectedLogs, LogTap


class LogLines:
    """Collects bytes of both streams in order of arrival and makes lines of them at the end.

    Any split of the same bytes gives the same lines. Lines are built when somebody reads them, so
    that collecting costs as little as possible; unless there is a tap, which sees them as they
    come, all but the last lines without a newline.
    """

    def __init__(self, limit_bytes: int, tap: LogTap | None = None) -> None:
        self._tap = tap
        self._room = limit_bytes
        self._collecting = limit_bytes > 0
        self._blocks: list[Block] = []
        self._open: dict[Stream, bytearray] = {"stdout": bytearray(), "stderr": bytearray()}
        self._has_open: dict[Stream, bool] = {"stdout": False, "stderr": False}
        self.truncated = False

    def feed(self, stream: Stream, data: bytes | memoryview, now_ns: int | None = None) -> None:
        """Take the next bytes of a stream.

        Args:
            stream: where they were written.
            data: the bytes; copied.
            now_ns: time of arrival since the epoch; None means now.
        """
        if not self._collecting or not data:
            return
        data = bytes(data)
        kept = self._admit(stream, data)
        head, newline, tail = kept.rpartition(b"\n")
        if newline:
            block = bytes(self._open[stream]) + head
            stamp = time.time_ns() if now_ns is None else now_ns
            self._blocks.append((stamp, stream, block))
            self._open[stream] = bytearray(tail)
            self._has_open[stream] = bool(tail)
            if self._tap is not None:
                self._tap(lines_of(stamp, stream, block))
        elif tail:
            self._open[stream] += tail
            self._has_open[stream] = True
        if len(kept) < len(data):
            self.truncated = True
            self._collecting = False

    def finish(self, *, complete: bool, now_ns: int | None = None) -> CollectedLogs:
        """End the log; last lines without a newline count as lines.

        Args:
            complete: whether the end of the output is known to have been seen.
            now_ns: time for the last lines; None means now.
        """
        self._collecting = False
        stamp = time.time_ns() if now_ns is None else now_ns
        for stream, rest in self._open.items():
            if self._has_open[stream]:
                self._blocks.append((stamp, stream, _whole_characters(rest, self.truncated)))
                self._has_open[stream] = False
        lines = Printed(tuple(self._blocks)) if self._blocks else ()
        self._blocks.clear()
        return CollectedLogs(lines=lines, truncated=self.truncated, complete=complete)

    def _admit(self, stream: Stream, data: bytes) -> bytes:
        """Charge the bytes against the limit; what does not fit is cut off."""
        begun = data.count(b"\n") + (not data.endswith(b"\n")) - self._has_open[stream]
        cost = len(data) + begun * LINE_OVERHEAD
        if cost <= self._room:
            self._room -= cost
            return data
        position, open_line = 0, self._has_open[stream]
        while position < len(data):
            room = self._room - (0 if open_line else LINE_OVERHEAD)
            if room <= 0:
                break
            newline = data.find(b"\n", position)
            segment = (len(data) if newline < 0 else newline + 1) - position
            taken = min(segment, room)
            self._room = room - taken
            position += taken
            if taken < segment:
                break
            open_line = newline < 0
        return data[:position]


def _whole_characters(data: bytearray, cut: bool) -> bytes:
    """Leave off a character that the limit has cut in two."""
    if not cut:
        return bytes(data)
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 != 0x80:
            needed = 1 if byte < 0xC0 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return bytes(data if needed <= back else data[:-back])
    return bytes(data)
