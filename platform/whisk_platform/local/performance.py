"""One init and one run in a fresh sandbox, its log told while it runs."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec

from whisk_platform.common.errors import MissingToolchainError
from whisk_platform.entities.activation import Response
from whisk_platform.entities.exec import BLACKBOX
from whisk_platform.invoker import classify
from whisk_platform.invoker.classify import ResultLimit
from whisk_platform.local.job import Ended, Job, context, init_body, run_body
from whisk_platform.spi.containers import ActivationLog, Container, ContainerFactory, ContainerSpec

_RESULT = ResultLimit(bytes=1 << 20, kept_bytes=1 << 20)
_LOG_BYTES: Final = 10 << 20
_PREFIX: Final = 31
"""Of a log line: the time and a space."""

Told = Callable[[str], None]
"""Gets each line that the action prints, without time and stream."""


def resolve(factory: ContainerFactory, kind: str) -> str:
    """The kind of the factory that a client's kind means.

    Raises:
        MissingToolchainError: there is none; the sentence has the remedy.
    """
    if kind == BLACKBOX:
        return f"{BLACKBOX}:{factory.manifest.blackboxes[0]}"
    found = factory.manifest.resolve(kind)
    # Creating a sandbox of a kind that is missing says best why it is, and what to do.
    return kind if found is None else found.kind


async def at_once() -> None:
    """Wait for nothing."""


async def perform(
    factory: ContainerFactory,
    job: Job,
    activation_id: str,
    tell: Told,
    ready: Callable[[], Awaitable[None]] = at_once,
) -> Ended:
    """Run the job in a new sandbox, and remove the sandbox.

    Args:
        factory: has been started.
        job: what to run.
        activation_id: what the action is told.
        tell: is given the log.
        ready: waited for before the code is loaded.

    Raises:
        ContainerError: there is no sandbox for it; the sentence has the remedy.
    """
    kind = resolve(factory, job.kind)
    if kind.partition(":")[0] == "java" and not job.main:
        raise MissingToolchainError(
            "Java needs the name of the class: give it with --main, as in --main Hello."
        )
    spec = ContainerSpec(kind=kind, memory_mb=job.memory_mb, name=job.name)
    container = await factory.create(spec)
    try:
        await ready()
        return await _course(container, kind, job, activation_id, tell)
    finally:
        await container.destroy()


async def _course(
    container: Container, kind: str, job: Job, activation_id: str, tell: Told
) -> Ended:
    tap = _Tap(tell)
    log = container.open_log(_LOG_BYTES, tap)
    timeout_s = job.timeout_ms / 1000
    told = context(job, activation_id, time.time_ns() // 1_000_000 + job.timeout_ms)
    begin = time.monotonic()
    outcome = await container.init(init_body(job, told), timeout_s=timeout_s, log=log)
    init_ms = _since(begin)
    response = classify.of_init(outcome, job.timeout_ms, _RESULT)
    run_ms = 0
    if response is None and job.runs:
        begin = time.monotonic()
        outcome = await container.run(
            run_body(job, told), timeout_s=timeout_s, log=log, limit_bytes=_RESULT.bytes
        )
        run_ms = _since(begin)
        response = classify.of_run(outcome, job.timeout_ms, _RESULT)
    await tap.rest_of(log)
    return _ended(kind, response, init_ms, run_ms)


def _ended(kind: str, response: Response | None, init_ms: int, run_ms: int) -> Ended:
    result = None if response is None else response.result
    return Ended(
        kind=kind,
        status="success" if response is None else response.status_code.text,
        result=msgspec.Raw(b"{}" if result is None else bytes(result)),
        init_ms=init_ms,
        run_ms=run_ms,
    )


class _Tap:
    """Tells lines as they come, and what is left of the log at the end."""

    def __init__(self, tell: Told) -> None:
        self._tell = tell
        self._count = 0

    def __call__(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._tell(text_of(line))
        self._count += len(lines)

    async def rest_of(self, log: ActivationLog) -> None:
        collected = await log.read()
        self(collected.lines[self._count :])


def text_of(line: str) -> str:
    """What the action wrote: a line of the log without its time and stream."""
    return line[_PREFIX:].partition(": ")[2]


def _since(begin: float) -> int:
    return int((time.monotonic() - begin) * 1000)
