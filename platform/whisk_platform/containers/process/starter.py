"""Starts sandboxes of one kind: keeps its zygote, makes the handles, waits until it is ready."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.container import ProcessContainer
from whisk_platform.containers.process.languages.language import Program, Toolchain
from whisk_platform.containers.process.readygroups import ReadyGroups
from whisk_platform.containers.process.relay import Relay
from whisk_platform.containers.process.sandbox import Sandbox
from whisk_platform.containers.process.settings import Level
from whisk_platform.containers.process.zygotes import Zygote
from whisk_platform.host.sandbox import codec
from whisk_platform.host.userids import UserIds
from whisk_platform.spi.containers import ContainerSpec

PIDS = 1024
"""Processes and threads of one sandbox (contract §8.4)."""
_READY_SECONDS = 30.0


@dataclass(slots=True, kw_only=True)
class Premises:
    """What all sandboxes of one factory share."""

    level: Level
    environment: dict[str, str]
    groups: ReadyGroups | None
    """None where control groups are of no use."""
    uids: UserIds | None
    """None for an ordinary user, who keeps his own id."""
    scratch: Path | None
    """Where private directories are made at levels without a private file system."""
    logs: Path
    relay: Relay | None = None
    """The way to the API host; None where sandboxes need none or get none."""

    @property
    def samples_memory(self) -> bool:
        """Whether memory is limited by measuring, because no control group does it."""
        return self.groups is None or self.groups.base.memory is None

    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))


class Starter:
    """Starts sandboxes of one toolchain."""

    def __init__(
        self, toolchain: Toolchain, premises: Premises, plan: codec.Message, interpreter: str
    ) -> None:
        self.toolchain = toolchain
        self.premises = premises
        self._plan = plan
        self._interpreter = interpreter
        self._zygote: Zygote | None = None
        self._starting = asyncio.Lock()
        self._launcher = plan["inner_launcher"]

    async def zygote(self) -> Zygote:
        """The running zygote, started anew when the last one has died.

        Raises:
            ContainerError: it does not start.
        """
        async with self._starting:
            if self._zygote is not None and not self._zygote.alive:
                await self._zygote.close()
                self._zygote = None
            if self._zygote is None:
                name = self.toolchain.kind.replace(":", "-").replace("/", "-")
                log = self.premises.logs / f"zygote-{name}.log"
                zygote = Zygote(interpreter=self._interpreter, plan=self._plan, log=log)
                await zygote.start(self.premises.environment)
                self._zygote = zygote
            return self._zygote

    async def start(self, spec: ContainerSpec, extra: Mapping[str, str]) -> ProcessContainer:
        """Make a sandbox that is ready for init.

        Args:
            spec: whose memory limit is applied.
            extra: environment beside the common one.

        Raises:
            ContainerError: it cannot be made; nothing is left of the attempt.
        """
        zygote = await self.zygote()
        number = next(self.premises.numbers)
        sandbox, theirs = self._make_handles(f"{number:06x}")
        container: ProcessContainer | None = None
        try:
            request = self._request(number, sandbox, spec, extra)
            members = sandbox.group.open_members() if sandbox.group is not None else []
            if (route := self._route(number, sandbox)) is not None:
                theirs.append(route)
            theirs += members
            container = ProcessContainer(sandbox, spec, self.toolchain.exhaustion)
            started = await zygote.spawn(request, theirs, functools.partial(_ended, container))
            sandbox.attach(started.pid, started.pidfd)
            _close_all(theirs)
            async with asyncio.timeout(_READY_SECONDS):
                await container.ready
        except TimeoutError as error:
            await self._discard(container, sandbox, theirs)
            raise ContainerError(
                f"A sandbox of '{self.toolchain.kind}' was not ready in {_READY_SECONDS:.0f} s."
            ) from error
        except OSError as error:
            await self._discard(container, sandbox, theirs)
            raise ContainerError(f"A sandbox cannot be made: {error}.") from error
        except (ContainerError, asyncio.CancelledError):
            await self._discard(container, sandbox, theirs)
            raise
        return container

    async def close(self) -> None:
        """End the zygote."""
        zygote, self._zygote = self._zygote, None
        if zygote is not None:
            await zygote.close()

    def _make_handles(self, name: str) -> tuple[Sandbox, list[int]]:
        """Make both ends of everything a sandbox talks through.

        Raises:
            ContainerError: we have run out of descriptors.
        """
        opened: list[int] = []
        try:
            ours, theirs = socket.socketpair()
            opened = [theirs.detach()]
            for _ in range(2):
                reading, writing = os.pipe()
                os.set_blocking(reading, False)
                opened += [reading, writing]
        except OSError as error:
            _close_all(opened)
            raise ContainerError(f"A sandbox cannot be made: {error}.") from error
        ours.setblocking(False)
        channel, stdout, stdout_end, stderr, stderr_end = opened
        sandbox = Sandbox(
            id=name,
            channel=ours,
            stdout=stdout,
            stderr=stderr,
            namespaced=self.premises.level == "L1",
        )
        return sandbox, [channel, stdout_end, stderr_end]

    def _request(
        self, number: int, sandbox: Sandbox, spec: ContainerSpec, extra: Mapping[str, str]
    ) -> codec.Message:
        premises = self.premises
        uid = None
        if premises.uids is not None:
            uid = premises.uids.take()
            sandbox.release = functools.partial(premises.uids.give_back, uid)
        directory, environment = "/tmp", dict(extra)
        if premises.scratch is not None:
            sandbox.scratch = premises.scratch / sandbox.id
            sandbox.scratch.mkdir(mode=0o700)
            if uid is not None:
                os.chown(sandbox.scratch, uid, uid)
            directory = str(sandbox.scratch)
            for name in ("HOME", "TMPDIR"):
                environment.setdefault(name, directory)
        if premises.groups is not None:
            sandbox.group = premises.groups.take(spec.memory_mb)
            sandbox.recycle = premises.groups.give_back
        return {
            "id": number,
            "uid": uid,
            "grouped": sandbox.group is not None and sandbox.group.is_complete,
            "tmp_mb": spec.memory_mb,
            "directory": directory,
            "environment": environment,
            "command": self._command(spec.memory_mb),
        }

    def _route(self, number: int, sandbox: Sandbox) -> int | None:
        """Where the sandbox sends its listeners; None where nothing is relayed."""
        relay = self.premises.relay
        if relay is None or self._plan["relay"] is None:
            return None
        release = sandbox.release

        def release_all() -> None:
            relay.release(number)
            release()

        sandbox.release = release_all
        return relay.expect(number)

    def _command(self, memory_mb: int) -> list[str]:
        start = self.toolchain.start
        return start.command(self._launcher, memory_mb) if isinstance(start, Program) else []

    async def _discard(
        self, container: ProcessContainer | None, sandbox: Sandbox, theirs: list[int]
    ) -> None:
        _close_all(theirs)
        if sandbox.pid == 0 and sandbox.pidfd is None:
            sandbox.ended.set()  # it never began, or ends because its channel is closed
        if container is not None:
            await container.destroy()
        else:
            await sandbox.remove()


def _ended(container: ProcessContainer) -> None:
    """The zygote says that the sandbox's keeper has ended."""
    container.sandbox.ended.set()
    container.ended()


def _close_all(descriptors: list[int]) -> None:
    while descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptors.pop())
