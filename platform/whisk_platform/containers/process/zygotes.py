"""The platform's side of a zygote: starting it, asking it for sandboxes, hearing of their ends."""

from __future__ import annotations

import array
import asyncio
import contextlib
import os
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.languages.python import ISOLATED
from whisk_platform.containers.process.life import BOOT
from whisk_platform.host.sandbox import codec

_OUTSTANDING = 32
"""Requests under way at once: bounds the descriptors in flight, which the kernel counts."""
_READ_BYTES = 1 << 16
_START_SECONDS = 15.0
_END_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A sandbox's keeper process."""

    pid: int
    """As the zygote sees it; ours too unless the zygote has a process namespace."""
    pidfd: int | None
    """Ours to close."""


class Zygote:
    """One zygote process."""

    def __init__(self, *, interpreter: str, plan: codec.Message, log: Path) -> None:
        self._interpreter = interpreter
        self._plan = plan
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._loop = asyncio.get_running_loop()
        self._hello: asyncio.Future[None] = self._loop.create_future()
        self._slots = asyncio.Semaphore(_OUTSTANDING)
        self._answers: dict[int, asyncio.Future[Started]] = {}
        self._watchers: dict[int, Callable[[], None]] = {}
        self._received = b""
        self._handles: list[int] = []

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._control is not None

    async def start(self, environment: Mapping[str, str]) -> None:
        """Start the process and wait until it serves.

        Args:
            environment: all of the process's environment; every sandbox can read it.

        Raises:
            ContainerError: it could not get ready; the sentence says which step failed.
        """
        self._launch(environment)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await asyncio.shield(self._hello)
        except TimeoutError as error:
            await self.close()
            raise ContainerError(
                f"The zygote of '{self._interpreter}' was not ready in {_START_SECONDS:.0f} s."
            ) from error
        except (ContainerError, asyncio.CancelledError):
            await self.close()
            raise

    def _launch(self, environment: Mapping[str, str]) -> None:
        """Start the process from this thread: the parent-death signal means the thread's end."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        command = [self._interpreter, *ISOLATED, BOOT, "zygote", str(theirs.fileno())]
        try:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    command,
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=dict(environment),
                    cwd="/",
                    start_new_session=True,
                )
        except OSError as error:
            ours.close()
            raise ContainerError(f"'{self._interpreter}' cannot be started: {error}.") from error
        finally:
            theirs.close()
        self._control = ours
        self._loop.add_reader(ours, self._on_readable)
        ours.sendmsg([codec.encode(self._plan)])

    async def spawn(
        self, request: codec.Message, descriptors: Sequence[int], ended: Callable[[], None]
    ) -> Started:
        """Ask for a sandbox.

        Args:
            request: with a unique ``id``.
            descriptors: passed along; they stay ours to close.
            ended: called once when the sandbox's keeper has ended.

        Raises:
            ContainerError: the zygote is gone or the sandbox could not be forked.
        """
        async with self._slots:
            control = self._control
            if control is None:
                raise ContainerError("The zygote has ended.")
            answer: asyncio.Future[Started] = self._loop.create_future()
            number: int = request["id"]
            self._answers[number] = answer
            self._watchers[number] = ended
            rights = array.array("i", descriptors).tobytes()
            ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)]
            data = codec.encode(request)
            try:
                if control.sendmsg([data], ancillary) != len(data):
                    self._lost("A request to the zygote was cut.")
                return await answer
            except OSError as error:
                raise ContainerError(f"The zygote cannot be asked: {error}.") from error
            except (ContainerError, asyncio.CancelledError):
                self._watchers.pop(number, None)
                raise
            finally:
                self._answers.pop(number, None)

    async def close(self) -> None:
        """End the zygote and with it everything it has started. Never raises."""
        self._lost("The zygote was closed.")
        process = self._process
        if process is None:
            return
        self._process = None
        try:
            await asyncio.to_thread(process.wait, _END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)

    def _on_readable(self) -> None:
        control = self._control
        if control is None:
            return
        try:
            data, handles = codec.receive_part(control, _READ_BYTES)
            self._handles += handles
            if not data:
                self._lost(self._last_words())
                return
            self._received += data
            while (message := self._next()) is not None:
                self._dispatch(*message)
        except BlockingIOError:
            return
        except (OSError, ValueError) as error:
            self._lost(f"The zygote's answer cannot be read: {error}.")

    def _next(self) -> tuple[codec.Message, list[int]] | None:
        """The next message that has arrived whole, with the descriptors that it says it has.

        The kernel ends a read behind the bytes that descriptors came with, so that they are never
        those of a later message.
        """
        received = self._received
        if len(received) < codec.HEADER_BYTES:
            return None
        end = codec.HEADER_BYTES + codec.length_of(received[: codec.HEADER_BYTES])
        if len(received) < end:
            return None
        message = codec.decode(received[codec.HEADER_BYTES : end])
        self._received = received[end:]
        count = int(message.get("handles", 0))
        handles, self._handles = self._handles[:count], self._handles[count:]
        return message, handles

    def _dispatch(self, message: codec.Message, handles: list[int]) -> None:
        if "exit" in message:
            watcher = self._watchers.pop(message["exit"], None)
            if watcher is not None:
                watcher()
        elif "ready" in message and not self._hello.done():
            self._hello.set_result(None)
        elif "failed" in message and not self._hello.done():
            self._hello.set_exception(ContainerError(str(message["failed"])))
        elif "id" in message:
            self._answered(message, handles)
            return
        for handle in handles:
            os.close(handle)

    def _answered(self, message: codec.Message, handles: list[int]) -> None:
        answer = self._answers.get(message["id"])
        if answer is None or answer.done() or "error" in message:
            for handle in handles:
                os.close(handle)
            if answer is not None and not answer.done():
                answer.set_exception(ContainerError(str(message["error"])))
            return
        pidfd = handles[0] if handles else None
        answer.set_result(Started(pid=message["pid"], pidfd=pidfd))

    def _lost(self, reason: str) -> None:
        """Forget the zygote and tell everybody who waits for it."""
        control, self._control = self._control, None
        if control is None:
            return
        self._loop.remove_reader(control)
        control.close()
        for handle in self._handles:
            os.close(handle)
        self._handles = []
        if not self._hello.done():
            self._hello.set_exception(ContainerError(reason))
            self._hello.exception()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ContainerError(reason))
        watchers = list(self._watchers.values())
        self._watchers.clear()
        for watcher in watchers:
            self._loop.call_soon(watcher)

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            lines = self._log.read_text(errors="replace").strip().splitlines()
            if lines:
                return f"The zygote ended: {lines[-1][:500]}"
        return "The zygote ended without a word."
