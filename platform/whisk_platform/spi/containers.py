"""The container factory: makes the places in which actions run.

Every factory answers in the terms of the container protocol (contracts: rest-api §8), so that the
invoker classifies outcomes the same way for a forked child, a container and a pod.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, runtime_checkable

from whisk_platform.common.metrics import Family, HistogramFamily
from whisk_platform.entities.exec import CodeExec
from whisk_platform.entities.runtimes import RuntimesManifest


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSpec:
    """What to create."""

    kind: str
    """Resolved kind, for example ``python:3.11``."""
    memory_mb: int
    """Memory limit of everything in the container."""
    name: str
    """For people and process listings; no meaning."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Set before init, for example ``__OW_API_HOST``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The runtime answered."""

    status: int
    """HTTP status of the container protocol; 200 is good."""
    body: bytes
    """The answer, cut after the limit that was given."""
    size: int
    """Length of the whole answer in bytes, before any cut."""

    @property
    def truncated(self) -> bool:
        """Whether the body was cut."""
        return self.size > len(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedOut:
    """No answer within the time limit; the container is killed, once no other run is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The container went away without an answer."""

    out_of_memory: bool
    """Whether its memory limit was the reason."""


Outcome: TypeAlias = Reply | TimedOut | Broken


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedLogs:
    """The log of one activation."""

    lines: Sequence[str]
    """``<RFC 3339, nanoseconds, padded to 30> <stdout|stderr>: <text>``, in order of arrival."""
    truncated: bool
    """Whether the log limit cut something off."""
    complete: bool
    """Whether the end of the log is known to have been seen."""


LogTap: TypeAlias = Callable[[Sequence[str]], None]
"""Sees lines as soon as they are whole, before the log is read; must return at once."""


class ActivationLog(Protocol):
    """Receives what one activation prints; opened before init or run, read after them."""

    async def read(self) -> CollectedLogs:
        """Wait for the rest of the log, bounded, and return all of it."""


class Container(Protocol):
    """One place to run one action of one namespace, or a stem cell that is still free."""

    @property
    def id(self) -> str:
        """Unique within the factory's lifetime."""

    @property
    def spec(self) -> ContainerSpec:
        """What it was created from."""

    @property
    def alive(self) -> bool:
        """False as soon as the container is known to be gone."""

    def open_log(self, limit_bytes: int, tap: LogTap | None = None) -> ActivationLog:
        """Start the log of the next activation.

        Args:
            limit_bytes: of the lines; ``0`` collects nothing.
            tap: gets the first lines of the log, in order and each once, as they come; where that
                cannot be had, none at all.
        """

    async def init(self, body: bytes, *, timeout_s: float, log: ActivationLog) -> Outcome:
        """Send the body of ``/init``; the reply is never cut below 1 MiB."""

    async def run(
        self, body: bytes, *, timeout_s: float, log: ActivationLog, limit_bytes: int
    ) -> Outcome:
        """Send the body of ``/run``; keep at most ``limit_bytes`` of the reply.

        While another run is under way, only where the factory says ``takes_several``.
        """

    async def suspend(self) -> None:
        """Stop everything in it from using the processor."""

    async def resume(self) -> None:
        """Let it go on."""

    async def destroy(self) -> None:
        """Kill everything in it and remove every trace. Idempotent, never raises."""


class PromptLog(ActivationLog, Protocol):
    """The log of a container from which nobody has to wait for the rest."""

    def collect(self) -> CollectedLogs:
        """What ``read`` returns, at once."""


@runtime_checkable
class PromptContainer(Container, Protocol):
    """A container that can also call back, which spares every warm run a task of its own."""

    def open_log(self, limit_bytes: int, tap: LogTap | None = None) -> PromptLog:
        """Start the log of the next activation; see ``Container``."""

    def start_run(
        self,
        body: bytes,
        *,
        timeout_s: float,
        log: ActivationLog,
        limit_bytes: int,
        ended: Callable[[Outcome], None],
    ) -> None:
        """Send the body of ``/run`` and return; ``ended`` is called once, never before that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """How far containers are kept from the machine and from each other."""

    level: str
    """``L0``, ``L0+``, ``L1``, ``L2`` or ``L3`` (design.md §5)."""
    memory: str
    """How memory limits are enforced: ``cgroup v1``, ``cgroup v2``, ``sampled`` or ``none``."""
    network: str
    """``host``, ``isolated`` or ``none``."""
    warnings: tuple[str, ...] = ()
    """Sentences for people: what is missing, and the remedy."""


class ContainerFactory(Protocol):
    """Makes containers of one technology."""

    async def start(self) -> None:
        """Detect what this machine can do, remove leftovers of a former life, get ready.

        Raises:
            ContainerError: no container can be made at all; the message has the remedy.
        """

    @property
    def manifest(self) -> RuntimesManifest:
        """The kinds that this factory can run. Valid after ``start``."""

    @property
    def isolation(self) -> Isolation:
        """The level in force. Valid after ``start``."""

    def takes_several(self, kind: str) -> bool:
        """Whether containers of a kind run activations beside each other. Valid after ``start``."""

    async def create(self, spec: ContainerSpec) -> Container:
        """Make a container that is ready for init.

        Raises:
            ContainerError: it cannot be made.
        """

    def foresee(self, executable: CodeExec, code: str) -> None:
        """Be told of new code, which will probably run soon; returns at once, never raises.

        Args:
            executable: of the action.
            code: source, or an archive in base64.
        """

    def metrics(self) -> Iterable[Family | HistogramFamily]:
        """What the factory counts; called for each scrape."""

    def memory_used_mb(self) -> int:
        """Measured memory of all containers together, at most a second old."""

    async def close(self) -> None:
        """Destroy every container and everything the factory started. Never raises."""
