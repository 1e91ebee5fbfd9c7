"""Initialize and run: the bodies that a container gets, and the course of one activation.

Values of arguments are spliced in as they came. Source: contracts rest-api §8.1, §3.6, data-plane
§4.5.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from whisk_platform.common.clock import Clock
from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.jsontext import RawJSON, dumps, is_truthy, join_object, loads
from whisk_platform.common.units import ByteSize
from whisk_platform.entities.action import Action
from whisk_platform.entities.activation import Response, StatusCode
from whisk_platform.entities.exec import SequenceExec
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.invoker import classify
from whisk_platform.invoker.actions import LoadedAction
from whisk_platform.invoker.classify import ResultLimit
from whisk_platform.invoker.record import Course
from whisk_platform.spi.containers import ActivationLog, Container, TimedOut

GOOD_ENOUGH = frozenset({StatusCode.SUCCESS, StatusCode.APPLICATION_ERROR})
"""Who ends so may go on in the same container."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """The activation has ended."""

    course: Course
    log: ActivationLog
    reusable: bool
    """Whether the container may take another activation."""


class Refused:
    """The container has not looked at the activation; another one may take it."""


REFUSED = Refused()


class Runner:
    """Takes activations through containers."""

    def __init__(self, clock: Clock, *, result_bytes: int) -> None:
        """Make a runner.

        Args:
            clock: for deadlines and durations.
            result_bytes: how long a result may be where the namespace has no limit of its own.
        """
        self._clock = clock
        self._standard_limit = ResultLimit(bytes=result_bytes, kept_bytes=result_bytes)

    async def run(
        self,
        message: ActivationMessage,
        action: Action,
        container: Container,
        code: LoadedAction | None,
        initialized: Callable[[], None],
    ) -> Ran | Refused:
        """Run one activation, after init when the container is new.

        Args:
            message: what to run.
            action: the action.
            container: where.
            code: for init; None = the container is initialized.
            initialized: called as soon as init has succeeded.
        """
        clock = self._clock
        timeout_ms = action.limits.timeout
        limit = self._limit(message)
        log = container.open_log(action.limits.logs << 20)
        start_ms = clock.now_ms()
        begin = clock.monotonic()
        init_ms: int | None = None
        if code is not None:
            body = init_body(message, action, code.code, start_ms + timeout_ms)
            outcome = await container.init(body, timeout_s=timeout_ms / 1000, log=log)
            init_ms = _elapsed_ms(clock, begin)
            COUNTERS.cold_starts += 1
            if classify.is_shutting_down(outcome):
                return REFUSED
            failed = classify.of_init(outcome, timeout_ms, limit)
            if failed is not None:
                timed_out = isinstance(outcome, TimedOut)
                return _ran(failed, start_ms, init_ms, 0, log, timed_out=timed_out)
            initialized()
            begin = clock.monotonic()
        body = run_body(message, action, clock.now_ms() + timeout_ms)
        outcome = await container.run(
            body, timeout_s=timeout_ms / 1000, log=log, limit_bytes=limit.bytes
        )
        if classify.is_shutting_down(outcome):
            return REFUSED
        run_ms = _elapsed_ms(clock, begin)
        response = classify.of_run(outcome, timeout_ms, limit)
        timed_out = isinstance(outcome, TimedOut)
        return _ran(response, start_ms, init_ms, run_ms, log, timed_out=timed_out)

    def _limit(self, message: ActivationMessage) -> ResultLimit:
        own = message.user.limits
        if own.max_payload_size is None and own.truncation_size is None:
            return self._standard_limit
        standard = self._standard_limit
        most = _bytes(own.max_payload_size, standard.bytes)
        return ResultLimit(bytes=most, kept_bytes=min(most, _bytes(own.truncation_size, most)))


def _ran(
    response: Response,
    start_ms: int,
    init_ms: int | None,
    run_ms: int,
    log: ActivationLog,
    *,
    timed_out: bool,
) -> Ran:
    course = Course(
        response=response, start_ms=start_ms, init_ms=init_ms, run_ms=run_ms, timed_out=timed_out
    )
    return Ran(course=course, log=log, reusable=response.status_code in GOOD_ENOUGH)


def run_body(message: ActivationMessage, action: Action, deadline_ms: int) -> bytes:
    """The body of ``/run``: every member but ``value`` is a string."""
    meta = {name: RawJSON(dumps(text)) for name, text in _context(message, action, deadline_ms)}
    return b'{"value":' + bytes(message.content) + b"," + join_object(meta)[1:]


def init_body(
    message: ActivationMessage, action: Action, code: RawJSON | None, deadline_ms: int
) -> bytes:
    """The body of ``/init``.

    Args:
        message: the first activation of the container; its context is the environment's.
        action: the action.
        code: as a JSON string; None = there is none.
        deadline_ms: until when init must have answered, milliseconds since the epoch.
    """
    executable = action.exec
    assert not isinstance(executable, SequenceExec)
    environment = {key: environment_text(raw) for key, raw in message.init_content.items()}
    for name, text in _context(message, action, deadline_ms):
        environment[f"__OW_{name.upper()}"] = text
    members = {
        "name": RawJSON(dumps(action.fqn.name)),
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


def provides_key(action: Action) -> bool:
    """Whether the action gets the caller's API key: the annotation is truthy, or missing."""
    annotation = action.annotations.get("provide-api-key")
    return annotation is None or is_truthy(annotation)


def _context(message: ActivationMessage, action: Action, deadline_ms: int) -> list[tuple[str, str]]:
    context = [
        ("namespace", message.user.namespace),
        ("action_name", action.fqn.with_slash),
        ("action_version", action.version),
        ("activation_id", message.activation_id),
        ("transaction_id", message.transid),
        ("deadline", str(deadline_ms)),
    ]
    if provides_key(action):
        context.append(("api_key", str(message.user.authkey)))
    return context


def _compact(text: bytes) -> str:
    try:
        return msgspec.json.format(text, indent=-1).decode()
    except (msgspec.DecodeError, RecursionError):
        # Lone surrogates, or nesting beyond the fast codec.
        return json.dumps(loads(text), ensure_ascii=False, separators=(",", ":"))


def _elapsed_ms(clock: Clock, begin: float) -> int:
    return int((clock.monotonic() - begin) * 1000)


def _bytes(text: str | None, standard: int) -> int:
    return standard if text is None else ByteSize.parse(text).bytes
