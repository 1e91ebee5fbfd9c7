"""A container factory without containers: for tests and for simulations on virtual time.

It keeps every promise of the port, except that nothing runs: a ``Behavior`` says how long init and
run take and what they answer. Creation, init and run sleep on the running loop, so that on
``common.virtualtime`` an hour of traffic takes no time. Broken behavior (no answer, memory
exhausted, death while idle) can be asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from whisk_platform.common.errors import ContainerError
from whisk_platform.common.metrics import Family, HistogramFamily
from whisk_platform.entities.exec import CodeExec
from whisk_platform.entities.runtimes import Runtime, RuntimesManifest
from whisk_platform.spi.containers import (
    ActivationLog,
    Broken,
    CollectedLogs,
    ContainerSpec,
    Isolation,
    LogTap,
    Outcome,
    Reply,
    TimedOut,
)

MANIFEST = RuntimesManifest(
    runtimes=(
        Runtime(kind="python:3.11", image="openwhisk/action-python-v3.11:nightly", default=True),
        Runtime(kind="nodejs:20", image="openwhisk/action-nodejs-v20:nightly", default=True),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How one init or run goes."""

    takes_s: float = 0.0
    """More than the time limit = no answer."""
    status: int = 200
    body: bytes = b"{}"
    logs: tuple[str, ...] = ()
    """Lines that it prints."""
    log_takes_s: float = 0.0
    """How long reading the log takes."""
    logs_complete: bool = True
    breaks: bool = False
    """The container goes away instead of answering."""
    out_of_memory: bool = False
    """Why it goes away."""


Behavior = Callable[[str, bytes], Step]
"""Given ``init`` or ``run`` and the body, says what happens."""


class _Envelope(msgspec.Struct):
    value: msgspec.Raw


_envelopes = msgspec.json.Decoder(_Envelope)


def echo(phase: str, body: bytes) -> Step:
    """Answer run with its arguments, at once."""
    if phase == "init":
        return Step()
    return Step(body=bytes(_envelopes.decode(body).value))


@dataclass(slots=True)
class SimulatedLog:
    """The log of one activation."""

    limit_bytes: int
    tap: LogTap | None = None
    lines: list[str] = field(default_factory=list)
    takes_s: float = 0.0
    complete: bool = True

    def note(self, step: Step) -> None:
        """Take over what a step prints; who taps the log sees it at once."""
        self.lines += step.logs
        if self.tap is not None and step.logs and self._size() <= self.limit_bytes:
            self.tap(step.logs)
        self.takes_s = max(self.takes_s, step.log_takes_s)
        self.complete = self.complete and step.logs_complete

    def _size(self) -> int:
        return sum(len(line) + 1 for line in self.lines)

    async def read(self) -> CollectedLogs:
        """All lines that fit, after the time that reading takes."""
        if self.takes_s:
            await asyncio.sleep(self.takes_s)
        kept: list[str] = []
        size = 0
        for line in self.lines:
            size += len(line) + 1
            if size > self.limit_bytes:
                break
            kept.append(line)
        truncated = bool(self.limit_bytes) and len(kept) < len(self.lines)
        return CollectedLogs(lines=tuple(kept), truncated=truncated, complete=self.complete)


class SimulatedContainer:
    """A place in which nothing runs."""

    def __init__(self, factory: SimulatedFactory, number: int, spec: ContainerSpec) -> None:
        self._factory = factory
        self._id = f"simulated-{number}"
        self._spec = spec
        self.alive = True
        self.initialized = False
        self.suspended = False
        self._working: set[asyncio.Future[None]] = set()
        self.bodies: list[bytes] = []
        """Every body it was sent."""

    @property
    def id(self) -> str:
        """Unique within the factory."""
        return self._id

    @property
    def spec(self) -> ContainerSpec:
        """What it was created from."""
        return self._spec

    def open_log(self, limit_bytes: int, tap: LogTap | None = None) -> SimulatedLog:
        """Start the log of the next activation."""
        return SimulatedLog(limit_bytes, tap)

    async def init(self, body: bytes, *, timeout_s: float, log: ActivationLog) -> Outcome:
        """Do what the behavior says of ``init``."""
        outcome = await self._step("init", body, timeout_s, log, 1 << 20)
        self.initialized = isinstance(outcome, Reply) and outcome.status == 200
        return outcome

    async def run(
        self, body: bytes, *, timeout_s: float, log: ActivationLog, limit_bytes: int
    ) -> Outcome:
        """Do what the behavior says of ``run``."""
        return await self._step("run", body, timeout_s, log, limit_bytes)

    async def suspend(self) -> None:
        """Note that it stands still."""
        if not self._factory.can_suspend:
            raise ContainerError("Containers cannot be suspended.")
        self.suspended = True

    async def resume(self) -> None:
        """Note that it goes on."""
        self.suspended = False

    def die(self) -> None:
        """Go away while idle, or in the middle of a run."""
        self.alive = False
        for passed in self._working:
            _wake(passed)

    async def destroy(self) -> None:
        """Go away for good."""
        self.die()
        self._factory.containers.pop(self._id, None)

    async def _pass(self, seconds: float) -> None:
        """Let time pass, but not beyond the container's end."""
        loop = asyncio.get_running_loop()
        passed = loop.create_future()
        timer = loop.call_later(seconds, _wake, passed)
        self._working.add(passed)
        try:
            await passed
        finally:
            timer.cancel()
            self._working.discard(passed)

    def _gone(self) -> bool:
        return not self.alive

    async def _step(
        self, phase: str, body: bytes, timeout_s: float, log: ActivationLog, limit_bytes: int
    ) -> Outcome:
        assert not self.suspended, "a suspended container was asked to work"
        assert isinstance(log, SimulatedLog), "the log of another factory"
        if self._gone():
            return Broken(out_of_memory=False)
        self.bodies.append(body)
        step = self._factory.behavior(phase, body)
        log.note(step)
        if step.takes_s:
            await self._pass(min(step.takes_s, timeout_s))
        if self._gone():
            return Broken(out_of_memory=False)
        if step.takes_s > timeout_s:
            self.alive = False
            return TimedOut()
        if step.breaks or step.out_of_memory:
            self.alive = False
            return Broken(out_of_memory=step.out_of_memory)
        return Reply(status=step.status, body=step.body[:limit_bytes], size=len(step.body))


class SimulatedFactory:
    """Makes containers that only say what a behavior tells them to."""

    def __init__(
        self,
        behavior: Behavior = echo,
        *,
        manifest: RuntimesManifest = MANIFEST,
        create_takes_s: float = 0.0,
        used_share: float = 0.1,
        can_suspend: bool = True,
        one_at_a_time: frozenset[str] = frozenset(),
    ) -> None:
        """Make a factory.

        Args:
            behavior: what init and run do.
            manifest: the kinds.
            create_takes_s: how long a container takes to be created.
            used_share: how much of its limit a container really uses.
            can_suspend: whether containers can be suspended.
            one_at_a_time: kinds whose containers run one activation after another.
        """
        self._one_at_a_time = one_at_a_time
        self.behavior = behavior
        self.create_takes_s = create_takes_s
        self.can_suspend = can_suspend
        self.containers: dict[str, SimulatedContainer] = {}
        """Those that exist now."""
        self.created = 0
        """How many there have been."""
        self.refuse: str | None = None
        """Set: creation fails with this sentence."""
        self._manifest = manifest
        self._used_share = used_share

    async def start(self) -> None:
        """Nothing to get ready."""

    @property
    def manifest(self) -> RuntimesManifest:
        """The kinds."""
        return self._manifest

    @property
    def isolation(self) -> Isolation:
        """None at all."""
        return Isolation(level="L0", memory="none", network="none")

    def takes_several(self, kind: str) -> bool:
        """Whether a kind was not excepted."""
        return kind not in self._one_at_a_time

    async def create(self, spec: ContainerSpec) -> SimulatedContainer:
        """Make a container, after the time that it takes."""
        if self.create_takes_s:
            await asyncio.sleep(self.create_takes_s)
        if self.refuse is not None:
            raise ContainerError(self.refuse)
        self.created += 1
        container = SimulatedContainer(self, self.created, spec)
        self.containers[container.id] = container
        return container

    def foresee(self, executable: CodeExec, code: str) -> None:
        """Nothing is compiled here."""

    def metrics(self) -> Iterable[Family | HistogramFamily]:
        """Nothing is counted here."""
        return ()

    def memory_used_mb(self) -> int:
        """What a share of the limits comes to."""
        total = sum(container.spec.memory_mb for container in self.containers.values())
        return int(total * self._used_share)

    async def close(self) -> None:
        """Destroy every container."""
        for container in list(self.containers.values()):
            await container.destroy()


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
