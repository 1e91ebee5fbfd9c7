"""Initialize and run: the bodies that a container gets, and the course of one activation.

Values of arguments are spliced in as they came. Source: contracts rest-api §8.1, §3.6, data-plane
§4.5.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from whisk_platform.common.clock import Clock
from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.jsontext import RawJSON, dumps, join_object, loads
from whisk_platform.common.units import ByteSize
from whisk_platform.entities.activation import Response, StatusCode
from whisk_platform.entities.limits import payload_bytes
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.invoker import classify
from whisk_platform.invoker.actions import LoadedAction
from whisk_platform.invoker.classify import ResultLimit
from whisk_platform.invoker.live import Live
from whisk_platform.invoker.live import begin as begin_live
from whisk_platform.invoker.prepared import PreparedAction
from whisk_platform.invoker.record import Course
from whisk_platform.spi.activity import ActivityFeed
from whisk_platform.spi.containers import (
    ActivationLog,
    Container,
    Outcome,
    PromptContainer,
    TimedOut,
)

GOOD_ENOUGH = frozenset({StatusCode.SUCCESS, StatusCode.APPLICATION_ERROR})
"""Who ends so may go on in the same container."""
THREAD_BYTES = 1 << 20
"""Code longer than this is put into its body in a thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """The activation has ended."""

    course: Course
    log: ActivationLog
    reusable: bool
    """Whether the container may take another activation."""
    live: Live | None = None
    """Who is told about the log; None = nobody watched when it began."""


class Refused:
    """The container has not looked at the activation; another one may take it."""


REFUSED = Refused()


class Runner:
    """Takes activations through containers."""

    def __init__(self, clock: Clock, feed: ActivityFeed, *, result_bytes: int) -> None:
        """Make a runner.

        Args:
            clock: for deadlines and durations.
            feed: is told what begins and what is printed.
            result_bytes: how long a result may be where the namespace has no limit of its own.
        """
        self._clock = clock
        self._feed = feed
        self._standard_limit = ResultLimit(bytes=result_bytes, kept_bytes=result_bytes)

    async def run(
        self,
        message: ActivationMessage,
        prepared: PreparedAction,
        container: Container,
        code: LoadedAction | None,
        initialized: Callable[[], None],
    ) -> Ran | Refused:
        """Run one activation, after init when the container is new.

        Args:
            message: what to run.
            prepared: the action.
            container: where.
            code: for init; None = the container is initialized.
            initialized: called as soon as init has succeeded.
        """
        clock = self._clock
        timeout_ms = prepared.action.limits.timeout
        timeout_s = prepared.timeout_s
        limit = self._limit(message)
        start_ms = clock.now_ms()
        live = begin_live(self._feed, message, prepared, start_ms)
        log = container.open_log(prepared.log_bytes, None if live is None else live.tap)
        begin = clock.monotonic()
        init_ms: int | None = None
        if code is not None:
            body = await self._init_body(message, prepared, code, start_ms + timeout_ms)
            outcome = await container.init(body, timeout_s=timeout_s, log=log)
            init_ms = _elapsed_ms(clock, begin)
            COUNTERS.cold_starts += 1
            if classify.is_shutting_down(outcome):
                return REFUSED
            failed = classify.of_init(outcome, timeout_ms, limit)
            if failed is not None:
                timed_out = isinstance(outcome, TimedOut)
                return _ran(failed, start_ms, init_ms, 0, log, live, timed_out=timed_out)
            initialized()
            begin = clock.monotonic()
        body = run_body(message, prepared, clock.now_ms() + timeout_ms)
        outcome = await container.run(body, timeout_s=timeout_s, log=log, limit_bytes=limit.bytes)
        if classify.is_shutting_down(outcome):
            return REFUSED
        run_ms = _elapsed_ms(clock, begin)
        response = classify.of_run(outcome, timeout_ms, limit)
        timed_out = isinstance(outcome, TimedOut)
        return _ran(response, start_ms, init_ms, run_ms, log, live, timed_out=timed_out)

    def start_warm(
        self,
        message: ActivationMessage,
        prepared: PreparedAction,
        container: PromptContainer,
        ended: Callable[[Ran | Refused], None],
    ) -> None:
        """Run one activation in an initialized container, and call back when it has ended."""
        clock = self._clock
        timeout_ms = prepared.action.limits.timeout
        limit = self._limit(message)
        start_ms = clock.now_ms()
        live = begin_live(self._feed, message, prepared, start_ms)
        log = container.open_log(prepared.log_bytes, None if live is None else live.tap)
        begin = clock.monotonic()

        def answered(outcome: Outcome) -> None:
            if classify.is_shutting_down(outcome):
                ended(REFUSED)
                return
            run_ms = _elapsed_ms(clock, begin)
            response = classify.of_run(outcome, timeout_ms, limit)
            timed_out = isinstance(outcome, TimedOut)
            ended(_ran(response, start_ms, None, run_ms, log, live, timed_out=timed_out))

        container.start_run(
            run_body(message, prepared, start_ms + timeout_ms),
            timeout_s=prepared.timeout_s,
            log=log,
            limit_bytes=limit.bytes,
            ended=answered,
        )

    async def _init_body(
        self,
        message: ActivationMessage,
        prepared: PreparedAction,
        code: LoadedAction,
        deadline_ms: int,
    ) -> bytes:
        arguments = (message, prepared, code.code, deadline_ms)
        if code.code_bytes > THREAD_BYTES:
            return await asyncio.to_thread(init_body, *arguments)
        return init_body(*arguments)

    def _limit(self, message: ActivationMessage) -> ResultLimit:
        own = message.user.limits
        if own.max_payload_size is None and own.truncation_size is None:
            return self._standard_limit
        standard = self._standard_limit
        most = payload_bytes(own, standard.bytes)
        kept = most if own.truncation_size is None else ByteSize.parse(own.truncation_size).bytes
        return ResultLimit(bytes=most, kept_bytes=min(most, kept))


def _ran(
    response: Response,
    start_ms: int,
    init_ms: int | None,
    run_ms: int,
    log: ActivationLog,
    live: Live | None,
    *,
    timed_out: bool,
) -> Ran:
    course = Course(
        response=response, start_ms=start_ms, init_ms=init_ms, run_ms=run_ms, timed_out=timed_out
    )
    return Ran(course=course, log=log, reusable=response.status_code in GOOD_ENOUGH, live=live)


def run_body(message: ActivationMessage, prepared: PreparedAction, deadline_ms: int) -> bytes:
    """The body of ``/run``: every member but ``value`` is a string."""
    parts: list[bytes | RawJSON] = [
        b'{"value":',
        message.content,
        b',"namespace":',
        dumps(message.user.namespace),
        prepared.run_members,
        b',"activation_id":',
        dumps(message.activation_id),
        b',"transaction_id":',
        dumps(message.transid),
        b',"deadline":"%d"' % deadline_ms,
        b"}",
    ]
    if prepared.provides_key:
        parts.insert(-1, b',"api_key":' + dumps(str(message.user.authkey)))
    return b"".join(parts)


def init_body(
    message: ActivationMessage, prepared: PreparedAction, code: RawJSON | None, deadline_ms: int
) -> bytes:
    """The body of ``/init``.

    Args:
        message: the first activation of the container; its context is the environment's.
        prepared: the action.
        code: as a JSON string; None = there is none.
        deadline_ms: until when init must have answered, milliseconds since the epoch.
    """
    environment = {key: environment_text(raw) for key, raw in message.init_content.items()}
    environment |= {
        "__OW_NAMESPACE": message.user.namespace,
        "__OW_ACTION_NAME": prepared.name,
        "__OW_ACTION_VERSION": prepared.action.version,
        "__OW_ACTIVATION_ID": message.activation_id,
        "__OW_TRANSACTION_ID": message.transid,
        "__OW_DEADLINE": str(deadline_ms),
    }
    if prepared.provides_key:
        environment["__OW_API_KEY"] = str(message.user.authkey)
    executable = prepared.executable
    members = {
        "name": RawJSON(dumps(prepared.action.fqn.name)),
        "main": RawJSON(dumps(executable.main or "main")),
        "binary": RawJSON(dumps(executable.binary)),
        "env": RawJSON(dumps(environment)),
    }
    if code is not None:
        members["code"] = code
    return b'{"value":' + join_object(members) + b"}"


def environment_text(raw: RawJSON) -> str:
    """An ``init`` parameter as the value of an environment variable (contract §8.1)."""
    COUNTERS.payload_codecs += 1
    text = bytes(raw).strip()
    if text == b"null":
        return ""
    if text.startswith(b'"'):
        decoded = loads(text)
        assert isinstance(decoded, str)
        return decoded
    if text[:1] in (b"{", b"["):
        return _compact(text)
    return text.decode()


def _compact(text: bytes) -> str:
    try:
        return msgspec.json.format(text, indent=-1).decode()
    except (msgspec.DecodeError, RecursionError):
        # Lone surrogates, or nesting beyond the fast codec.
        return json.dumps(loads(text), ensure_ascii=False, separators=(",", ":"))


def _elapsed_ms(clock: Clock, begin: float) -> int:
    return int((clock.monotonic() - begin) * 1000)
