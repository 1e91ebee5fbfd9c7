"""The launcher's end of the frame stream: what an action prints, and what the platform asks.

Loaded by ``launcher.py`` by its path, since an action may have a module of the same name.
"""

from __future__ import annotations

import fcntl
import io
import os
import signal
from _thread import RLock, allocate_lock, start_new_thread
from time import monotonic, sleep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

FRAME_LIMIT = 64 * 1024 * 1024
OUTPUT_CHUNK = 1024 * 1024
"""Longest piece of output in one frame."""
HOLD_S = 0.005
"""For so long output may be held back that comes closely upon other output."""
HOLD_BYTES = 24 * 1024
"""And so much of it."""
FLOOD = 4
"""So many pieces held back are a flood: from then on the stream itself gathers lines."""
WHOLE_WRITE = 16 * 1024
"""Up to here the kernel takes a frame whole or not at all, so that a signal cannot split it."""
ALL_SIGNALS = signal.valid_signals()
_exit = os._exit


class Channel:
    """The launcher's end of the frame stream, on a private close-on-exec descriptor."""

    def __init__(self, descriptor: int) -> None:
        # Away from 3: actions written for other launchers may still write there.
        self.descriptor = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 16)
        os.close(descriptor)
        os.set_blocking(self.descriptor, True)
        self._lock = RLock()
        self._ahead = b""
        self._held: list[tuple[bytes, bytes]] = []
        self._held_bytes = 0
        self._outputs = 0
        self._since = 0.0
        """When output was sent last, or held back first."""
        self._alarm: Any = None
        """Taken by the thread that sends what is held back; released to call it."""
        self.blocks = False
        """Whether the standard output gathers lines itself, because they come in a flood."""
        self.gather: Callable[[bool], None] = lambda gathering: None
        """Makes it do so, or not; sends what it has gathered in either case."""

    def output(self, kind: bytes, data: bytes) -> None:
        """Send output; what follows closely upon other output goes together with more of it.

        A line by itself goes at once. In a flood, a frame and a system call for each line would
        cost more than the line: it is held back until there is enough, for five milliseconds, or
        until the answer.

        Args:
            kind: ``O`` or ``E``.
            data: at most ``OUTPUT_CHUNK`` bytes.
        """
        if self.descriptor < 0:
            self.send(kind, data)
            return
        now = monotonic()
        with self._lock:
            if self.blocks and kind == b"E":
                self.gather(True)
            self._outputs += 1
            if not self._held:
                if now - self._since > HOLD_S:
                    self._since = now
                    self.send(kind, data)
                    return
                self._since = now
                self._call_later()
            self._held.append((kind, data))
            self._held_bytes += len(data)
            if len(self._held) == FLOOD and kind == b"O" and self._alarm is not None:
                self.blocks = True
                self.gather(True)
            late = now - self._since > HOLD_S
            if late or self._held_bytes > HOLD_BYTES or self._alarm is None:
                self.flush()

    def flush(self, last: bytes = b"") -> None:
        """Send what is held back, in the order in which it came.

        Args:
            last: A whole frame that goes along behind it.
        """
        with self._lock:
            held, self._held = self._held, []
            self._held_bytes = 0
            frames: list[bytes] = []
            start = 0
            while start < len(held):
                kind, end = held[start][0], start + 1
                while end < len(held) and held[end][0] == kind:
                    end += 1
                data = b"".join([data for _, data in held[start:end]])
                frames += (kind, len(data).to_bytes(4, "big"), data)
                start = end
            if last:
                frames.append(last)
            if frames:
                self._since = monotonic()
                self._write(b"".join(frames))

    def calm(self) -> None:
        """Let the standard output send each line again, because the flood is over."""
        with self._lock:
            if self.blocks:
                self.blocks = False
                self.gather(False)

    def _call_later(self) -> None:
        if self._alarm is None:
            alarm = allocate_lock()
            alarm.acquire()
            try:
                start_new_thread(self._send_late, (alarm,))
            except RuntimeError:  # as many threads as the action may have: nothing is held back
                return
            self._alarm = alarm
        elif self._alarm.locked():
            self._alarm.release()

    def _send_late(self, alarm: Any) -> None:
        """Send what is held back for too long, because the action prints no more for now."""
        while True:
            before = self._outputs
            sleep(HOLD_S)
            with self._lock:
                if self.blocks:
                    self.gather(True)
                    if self._outputs == before:
                        self.calm()
            self.flush()
            if not self.blocks:
                alarm.acquire()

    def send(self, kind: bytes, payload: bytes | memoryview) -> None:
        """Send one frame whole, whichever thread or signal handler asks.

        Args:
            kind: ``K``, ``O``, ``E`` or ``A``.
            payload: At most ``FRAME_LIMIT`` bytes.
        """
        if self.descriptor < 0:  # a process that the action forked: only output, to the pipes
            _write_all(1 if kind == b"O" else 2, payload)
            return
        frame = b"".join((kind, len(payload).to_bytes(4, "big"), payload))
        with self._lock:
            if self._held:
                self.flush(frame)
            else:
                self._write(frame)

    def _write(self, frames: bytes) -> None:
        try:
            if len(frames) <= WHOLE_WRITE:
                os.write(self.descriptor, frames)
                return
            masked = signal.pthread_sigmask(signal.SIG_BLOCK, ALL_SIGNALS)
            try:
                _write_all(self.descriptor, frames)
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, masked)
        except (BrokenPipeError, ConnectionResetError):
            _exit(0)

    def receive(self) -> tuple[bytes, bytes]:
        """Wait for the next frame; the process ends when the platform's end is closed.

        Returns:
            The type and the payload.
        """
        data = self._ahead
        self._ahead = b""
        while len(data) < 5:
            data += self._read(65536)
        end = 5 + int.from_bytes(data[1:5], "big")
        if end > FRAME_LIMIT + 5:
            os._exit(1)
        if len(data) < end:
            whole = bytearray(end)
            whole[: len(data)] = data
            filled = len(data)
            with memoryview(whole) as view:
                while filled < end:
                    count = os.readv(self.descriptor, [view[filled:]])
                    if not count:
                        os._exit(0)
                    filled += count
            return bytes(whole[:1]), bytes(memoryview(whole)[5:])
        self._ahead = data[end:]
        return data[:1], data[5:end]

    def leave(self) -> None:
        """Give the channel up in a process that the action forked."""
        descriptor, self.descriptor = self.descriptor, -1
        self._lock = RLock()
        self._held = []
        self.calm()
        if descriptor >= 0:
            os.close(descriptor)

    def _read(self, size: int) -> bytes:
        try:
            data = os.read(self.descriptor, size)
        except ConnectionResetError:
            data = b""
        if not data:
            os._exit(0)
        return data


def _write_all(descriptor: int, data: bytes | memoryview) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


class FrameStream(io.BufferedIOBase):
    """``sys.stdout.buffer`` or ``sys.stderr.buffer``: what is written goes to the platform."""

    mode = "wb"
    closed = False
    """Never; as a plain attribute because each piece of a line asks."""

    def __init__(self, channel: Channel, kind: bytes, number: int) -> None:
        self._send = channel.output
        self._kind = kind
        self._number = number
        self.name = "<stdout>" if number == 1 else "<stderr>"

    def write(self, data: Any, /) -> int:
        """Send bytes to the platform.

        Args:
            data: Any bytes-like object.

        Returns:
            The number of bytes, always all.
        """
        size = len(data) if type(data) is bytes else memoryview(data).nbytes
        if size > OUTPUT_CHUNK:
            with memoryview(data).cast("B") as view:
                for start in range(0, size, OUTPUT_CHUNK):
                    self._send(self._kind, bytes(view[start : start + OUTPUT_CHUNK]))
        elif size:
            self._send(self._kind, data if type(data) is bytes else bytes(data))
        return size

    def writable(self) -> bool:
        """Whether writing is possible: always."""
        return True

    def fileno(self) -> int:
        """The descriptor that child processes inherit, a pipe to the platform."""
        return self._number

    def close(self) -> None:
        """Do nothing: the next activation needs the stream too."""
