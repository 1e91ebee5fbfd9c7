"""A sandbox as a container: requests, answers, output and the reasons of an end."""

from __future__ import annotations

import array
import asyncio
import os
import select
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from whisk_platform.common.deadlines import Deadline, deadlines
from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.beside import Run, RunsBeside
from whisk_platform.containers.process.sandbox import Sandbox
from whisk_platform.entities.printed import Stream
from whisk_platform.host import framing
from whisk_platform.host.framing import FrameError, FrameReader
from whisk_platform.host.loglines import LogLines
from whisk_platform.spi.containers import (
    ActivationLog,
    Broken,
    CollectedLogs,
    ContainerSpec,
    LogTap,
    Outcome,
    Reply,
    TimedOut,
)

_INIT_KEEP: Final = 1 << 20
_PIPE_READ: Final = 65536
_PIPE_ROUNDS: Final = 32
"""Reads of a pipe in one go: more than a pipe holds, so that only a flood is cut off."""
_IDLE_FLOOD_PAUSE: Final = 0.01
_TALKATIVE: Final = 16
"""Readings of the channel without an answer after which an activation counts as talkative."""
_TALKATIVE_PAUSE: Final = 0.001
_FIRST_WORDS: Final = 4096

_receive_buffer = memoryview(bytearray(256 << 10))
"""Shared by all channels of the one event loop: its content is used up before the next read."""


class ProcessLog:
    """The log of one activation in a process sandbox."""

    def __init__(self, container: ProcessContainer, limit_bytes: int, tap: LogTap | None) -> None:
        self._container = container
        self.lines = LogLines(limit_bytes, tap)
        self.complete = False

    async def read(self) -> CollectedLogs:
        """Read the pipes empty and make the lines."""
        return self.collect()

    def collect(self) -> CollectedLogs:
        """Read the pipes empty and make the lines, at once."""
        self._container.drain(self)
        return self.lines.finish(complete=self.complete)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An init as it goes to the launcher."""

    body: bytes
    handle: int | None = None
    """A descriptor that goes along; the container closes it."""


PrepareInit: TypeAlias = Callable[[bytes, ProcessLog], Awaitable[Prepared | Reply]]
"""Makes of an init what the launcher gets, or answers it without the launcher."""


class ProcessContainer:
    """One sandbox that runs one action, or waits for one."""

    def __init__(self, sandbox: Sandbox, spec: ContainerSpec, exhaustion: bytes = b"") -> None:
        self._loop = asyncio.get_running_loop()
        self.sandbox = sandbox
        self._spec = spec
        self._reader = FrameReader(self)
        self._alive = True
        self._deadlines = deadlines()
        self._deadline: Deadline | None = None
        self._ended: Callable[[Outcome], None] | None = None
        """Who waits for the running request."""
        self._outcome: Outcome | None = None
        """What came of it, as long as who waits has not been told."""
        self._keep = 0
        self.takes_several = False
        """Whether its launcher runs activations beside others."""
        self._beside: RunsBeside | None = None
        """Those that have begun while another one ran; None = there has never been one."""
        self._overdue = False
        """Whether a run has ended for its time, and others went on."""
        self._unanswered = False
        """Whether that was one without a number."""
        self._frames: LogLines | None = None
        self._log: ProcessLog | None = None
        self._pending: list[memoryview] = []
        self._first_words = bytearray()
        self._exhaustion = exhaustion
        self._stderr_tail = b""
        self._heap_exhausted = False
        self.memory_exceeded = False
        """Set by whoever kills it for its memory."""
        self.ready: asyncio.Future[None] = self._loop.create_future()
        """Done when the launcher waits for init; fails when it ends before."""
        self.on_gone: Callable[[ProcessContainer], None] | None = None
        """Called once when it is known to be gone."""
        self.on_destroyed: Callable[[ProcessContainer], None] | None = None
        """Called when nothing of it is left."""
        self.on_busy: Callable[[ProcessContainer, bool], None] | None = None
        """Called when an activation begins and ends; None where nobody needs to know."""
        self.on_init: PrepareInit | None = None
        """Prepares each init, for kinds that are compiled; None where there is nothing to do."""
        self._handle: int | None = None
        self._printed_only = 0
        """Times that the channel has brought output and no answer, in the running request."""
        self._listening = False
        self._listen()
        self._pipes: dict[Stream, int] = {"stdout": sandbox.stdout, "stderr": sandbox.stderr}
        self._pipe_poll = select.poll()
        for stream in list(self._pipes):
            self._pipe_poll.register(self._pipes[stream], select.POLLIN)
            self._watch_pipe(stream)

    @property
    def id(self) -> str:
        """Unique within the factory's lifetime."""
        return self.sandbox.id

    @property
    def spec(self) -> ContainerSpec:
        """What it was created from."""
        return self._spec

    @property
    def alive(self) -> bool:
        """False as soon as the sandbox is known to be gone."""
        return self._alive

    def assign(self, spec: ContainerSpec) -> None:
        """Turn a stem cell into somebody's container.

        Raises:
            OSError: the memory limit cannot be set.
        """
        self._spec = spec
        if self.sandbox.group is not None:
            self.sandbox.group.limit_memory(spec.memory_mb)

    def open_log(self, limit_bytes: int, tap: LogTap | None = None) -> ProcessLog:
        """Start the log of the next activation; see the port."""
        if self._ended is not None or self._has_beside:
            return ProcessLog(self, limit_bytes, tap)
        if self._log is not None:
            self.drain(self._log)
        self.drain_pipes()  # what came between two activations belongs to none
        return ProcessLog(self, limit_bytes, tap)

    async def init(self, body: bytes, *, timeout_s: float, log: ActivationLog) -> Outcome:
        """Send the body of ``/init``; time that preparing takes does not count."""
        if self.on_init is None:
            return await self._request(framing.INIT, body, timeout_s, log, _INIT_KEEP)
        if not isinstance(log, ProcessLog):
            raise ContainerError("The log was not opened by this container.")
        prepared = await self.on_init(body, log)
        if isinstance(prepared, Reply):
            return prepared
        self._handle = prepared.handle
        try:
            return await self._request(framing.INIT, prepared.body, timeout_s, log, _INIT_KEEP)
        finally:
            self._let_go_of_handle()

    async def run(
        self, body: bytes, *, timeout_s: float, log: ActivationLog, limit_bytes: int
    ) -> Outcome:
        """Send the body of ``/run``; keep at most ``limit_bytes`` of the reply."""
        return await self._request(framing.RUN, body, timeout_s, log, limit_bytes)

    async def suspend(self) -> None:
        """Stop everything in it from using the processor."""
        if self._alive:
            await self.sandbox.suspend()
            if self.sandbox.group is not None:
                self.sandbox.group.oom_kills_seen = self.sandbox.group.oom_kills()

    async def resume(self) -> None:
        """Let it go on."""
        if self._alive:
            await self.sandbox.resume()

    async def destroy(self) -> None:
        """Kill everything in it and remove every trace. Idempotent, never raises."""
        self.sandbox.kill()
        self._gone(None)
        for stream in self._open_pipes():
            self._unwatch_pipe(stream)
        await self.sandbox.remove()
        if self.on_destroyed is not None:
            self.on_destroyed(self)

    def drain(self, log: ProcessLog) -> None:
        """Read the pipes empty into a log and let go of it."""
        if self._log is not log:
            return
        self.drain_pipes()
        self._log = None

    def exceed_memory(self) -> None:
        """Kill it because somebody measured more memory than its limit."""
        self.memory_exceeded = True
        self.sandbox.kill()

    def on_ready(self) -> None:
        """The launcher waits for init."""
        if not self.ready.done():
            self.ready.set_result(None)

    def on_output(self, stream: int, data: bytes | memoryview) -> None:
        """The action wrote through its language's streams."""
        if self._frames is not None:
            self._frames.feed("stdout" if stream == framing.STDOUT else "stderr", data)

    def on_answer(self, status: int, body: bytes, size: int) -> None:
        """The launcher answered."""
        if self._ended is None or self._outcome is not None:
            if self._unanswered:
                return
            raise FrameError("An answer came that nobody had asked for.")
        self._frames = None
        if self._log is not None:
            self._log.complete = True
        if len(body) > self._keep:
            body = body[: self._keep]  # more was kept for one beside it
        self._outcome = Reply(status=status, body=body, size=size)

    def on_output_beside(self, number: int, stream: int, data: bytes | memoryview) -> None:
        """An activation beside others wrote through its language's streams."""
        if self._beside is not None:
            self._beside.print(number, stream, data)

    def on_answer_beside(self, number: int, status: int, body: bytes, size: int) -> None:
        """The launcher answered one of several."""
        if self._beside is None:
            raise FrameError("An answer came that nobody had asked for.")
        self._beside.answer(number, status, body, size)

    def start_run(
        self,
        body: bytes,
        *,
        timeout_s: float,
        log: ActivationLog,
        limit_bytes: int,
        ended: Callable[[Outcome], None],
    ) -> None:
        """Send the body of ``/run`` and return; ``ended`` is told the outcome."""
        self._start(framing.RUN, body, timeout_s, log, limit_bytes, ended)

    async def _request(
        self, kind: int, body: bytes, timeout_s: float, log: ActivationLog, keep: int
    ) -> Outcome:
        answer: asyncio.Future[Outcome] = self._loop.create_future()

        def ended(outcome: Outcome) -> None:
            if not answer.done():
                answer.set_result(outcome)

        self._start(kind, body, timeout_s, log, keep, ended)
        try:
            return await answer
        except asyncio.CancelledError:
            self.sandbox.kill()
            self._gone(None)
            raise

    def _start(
        self,
        kind: int,
        body: bytes,
        timeout_s: float,
        log: ActivationLog,
        keep: int,
        ended: Callable[[Outcome], None],
    ) -> None:
        if not isinstance(log, ProcessLog):
            raise ContainerError("The log was not opened by this container.")
        if not self._alive:
            self._loop.call_soon(ended, self._broken())
            return
        if self._ended is not None or self._unanswered:
            if kind != framing.RUN or not self.takes_several:
                raise ContainerError(f"A sandbox of '{self._spec.kind}' runs one at a time.")
            self._start_beside(body, timeout_s, log, keep, ended)
            return
        header = framing.header(kind, len(body))
        self._ended, self._outcome = ended, None
        self._printed_only = 0
        self._keep = self._reader.keep_bytes = keep
        if self._beside is not None:
            self._reader.keep_bytes = max(keep, self._beside.keep)
            self.drain_pipes()
        self._frames, self._log = log.lines, log
        log.complete = False
        self._stderr_tail, self._heap_exhausted = b"", False
        if self.on_busy is not None:
            self.on_busy(self, True)
        if not self._listening:
            self._listen()
        self._deadline = self._deadlines.set(timeout_s, self._expire)
        self._write(header, body)

    def _start_beside(
        self,
        body: bytes,
        timeout_s: float,
        log: ProcessLog,
        keep: int,
        ended: Callable[[Outcome], None],
    ) -> None:
        """Run one more while another one runs, under a number."""
        log.complete = False
        if self._beside is None:
            self._beside = RunsBeside()
        run = self._beside.begin(log.lines, keep, partial(_complete, log), ended)
        self._reader.keep_bytes = max(self._reader.keep_bytes, keep)
        run.deadline = self._deadlines.set(
            timeout_s, partial(self._expire_beside, self._beside, run)
        )
        if not self._listening:
            self._listen()
        self._write(framing.header_beside(run.number, len(body)), body)

    def _deliver(self) -> None:
        """Tell who waits what came of the request; no effect if they have been told."""
        ended, outcome = self._ended, self._outcome
        if ended is None or outcome is None:
            return
        self._ended = self._outcome = None
        if self._deadline is not None:
            self._deadline.cancel()
        if self._beside is not None:
            self._check_left()
        elif self.on_busy is not None:
            self.on_busy(self, False)
        ended(outcome)

    @property
    def _has_beside(self) -> bool:
        return self._beside is not None and bool(self._beside)

    def _check_left(self) -> None:
        """See whether that was the last one."""
        if self._has_beside or self._ended is not None:
            return
        if self.on_busy is not None:
            self.on_busy(self, False)
        if self._overdue:
            self.sandbox.kill()
            self._gone(None)

    def _deliver_beside(self, beside: RunsBeside) -> None:
        """Tell all who wait for one beside others and whose run has ended."""
        over = beside.take_ended()
        if over:
            self.drain_pipes()
            self._check_left()
        for run in over:
            assert run.outcome is not None
            run.ended(run.outcome)

    def _expire(self) -> None:
        if self._outcome is None:
            self._outcome = TimedOut()
        if self._has_beside and self._alive:
            # Those beside it may come to their end.
            self._overdue = self._unanswered = True
            self._frames = None
            self._deliver()
            return
        self.sandbox.kill()
        self._gone(None)

    def _expire_beside(self, beside: RunsBeside, run: Run) -> None:
        self._overdue = True
        beside.time_out(run, TimedOut())
        self._deliver_beside(beside)

    def _write(self, header: bytes, body: bytes) -> None:
        """Send with one system call where the socket's buffer allows it."""
        if self._pending:  # of one beside it
            self._pending.append(memoryview(header + body))
            return
        rights: list[tuple[int, int, bytes]] = []
        if self._handle is not None:  # goes with the first byte
            packed = array.array("i", [self._handle]).tobytes()
            rights.append((socket.SOL_SOCKET, socket.SCM_RIGHTS, packed))
        try:
            sent = self.sandbox.channel.sendmsg([header, body], rights)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._gone(self._broken())
            return
        if sent < len(header) + len(body):
            self._pending = [memoryview(header + body)[sent:]]
            self._loop.add_writer(self.sandbox.channel, self._write_rest)

    def _let_go_of_handle(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _write_rest(self) -> None:
        try:
            rest = self._pending[0]
            self._pending[0] = rest[self.sandbox.channel.send(rest) :]
        except BlockingIOError:
            return
        except OSError:
            self._gone(self._broken())
            return
        if not self._pending[0]:
            del self._pending[0]
        if not self._pending:
            self._loop.remove_writer(self.sandbox.channel)

    def _listen(self) -> None:
        if self._alive and not self._listening:
            self._listening = True
            self._loop.add_reader(self.sandbox.channel, self._on_readable)

    def _on_readable(self) -> None:
        nobody_waits = self._ended is None and not self._has_beside
        self._on_channel()
        if self._outcome is not None or (self._beside is not None and self._beside.has_ended):
            # Not while frames are being read: those behind the answer belong to no activation,
            # and who is told may well begin the next one.
            self._deliver()
            if self._beside is not None:
                self._deliver_beside(self._beside)
        elif not nobody_waits:
            self._printed_only += 1
            if self._printed_only >= _TALKATIVE and self._alive:
                # Waking for every line costs both sides more than the line itself.
                self._rest(_TALKATIVE_PAUSE)
        elif self._alive and self.ready.done():
            # Between activations a flood is let through slowly: nobody waits for it.
            self._rest(_IDLE_FLOOD_PAUSE)

    def _rest(self, pause_s: float) -> None:
        """Leave for a moment in the channel what comes."""
        self._listening = False
        self._loop.remove_reader(self.sandbox.channel)
        self._loop.call_later(pause_s, self._listen)

    def _on_channel(self) -> bool:
        """Read once; False when nothing was there or nothing will come any more."""
        try:
            count = self.sandbox.channel.recv_into(_receive_buffer)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            count = 0
        if count == 0:
            self.drain_pipes()
            self._gone(self._broken())
            return False
        try:
            self._reader.feed(_receive_buffer[:count])
        except FrameError:
            self.sandbox.kill()
            self._gone(Broken(out_of_memory=False))
            return False
        return True

    def ended(self) -> None:
        """The keeper has ended, so whatever still holds the channel open does not count."""
        while self._alive and self._on_channel():
            pass
        self._gone(self._broken() if self._alive else None)

    def drain_pipes(self) -> None:
        """Read what is in the pipes into the current log; asking both is one system call."""
        for descriptor, _ in self._pipe_poll.poll(0):
            stream: Stream = "stdout" if descriptor == self.sandbox.stdout else "stderr"
            self._read_pipe(stream)

    def _broken(self) -> Broken:
        if self.memory_exceeded or self._heap_exhausted:
            return Broken(out_of_memory=True)
        group = self.sandbox.group
        return Broken(out_of_memory=group is not None and group.oom_kills() > group.oom_kills_seen)

    def _gone(self, outcome: Broken | None) -> None:
        """Take note that the sandbox is gone; the waiting request gets the outcome."""
        if self._ended is not None:
            if self._outcome is None:
                self._outcome = outcome or Broken(out_of_memory=self.memory_exceeded)
            self._loop.call_soon(self._deliver)
        if self._beside is not None:
            for run in self._beside:
                self._beside.end(run, outcome or Broken(out_of_memory=self.memory_exceeded))
            self._loop.call_soon(self._deliver_beside, self._beside)
        if not self._alive:
            return
        self._alive = False
        self._frames = None
        self._loop.remove_reader(self.sandbox.channel)
        self._loop.remove_writer(self.sandbox.channel)
        self._pending = []
        if not self.ready.done():
            words = self._first_words.decode("utf-8", "replace").strip().splitlines()
            reason = words[-1][:500] if words else "its process ended"
            self.ready.set_exception(ContainerError(f"A sandbox could not get ready: {reason}."))
            self.ready.exception()
        if self.on_gone is not None:
            self.on_gone(self)

    def _open_pipes(self) -> list[Stream]:
        return list(self._pipes)

    def _watch_pipe(self, stream: Stream) -> None:
        if stream in self._pipes:
            self._loop.add_reader(self._pipes[stream], self._on_pipe, stream)

    def _unwatch_pipe(self, stream: Stream) -> None:
        descriptor = self._pipes.pop(stream)
        self._pipe_poll.unregister(descriptor)
        self._loop.remove_reader(descriptor)

    def _on_pipe(self, stream: Stream) -> None:
        self._read_pipe(stream, rounds=1)
        if self._ended is None and self.ready.done() and stream in self._pipes:
            self._loop.remove_reader(self._pipes[stream])
            self._loop.call_later(_IDLE_FLOOD_PAUSE, self._watch_pipe, stream)

    def _read_pipe(self, stream: Stream, rounds: int = _PIPE_ROUNDS) -> None:
        for _ in range(rounds):
            try:
                data = os.read(self._pipes[stream], _PIPE_READ)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._unwatch_pipe(stream)
                return
            if self._exhaustion and stream == "stderr":
                tail = self._stderr_tail[-len(self._exhaustion) :] + data
                self._heap_exhausted = self._heap_exhausted or self._exhaustion in tail
                self._stderr_tail = tail
            if not self.ready.done() and len(self._first_words) < _FIRST_WORDS:
                self._first_words += data[:_FIRST_WORDS]
            if self._log is not None:
                self._log.lines.feed(stream, data)
            elif self._beside is not None and (run := self._beside.first) is not None:
                run.lines.feed(stream, data)  # nobody can say whose it is


def _complete(log: ProcessLog) -> None:
    log.complete = True
