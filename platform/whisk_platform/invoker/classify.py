"""What a container's answer means for the activation. Pure.

Source: contracts rest-api §8.2 and §3.5. One difference: an answer that arrives although the time
is over is not turned into a timeout; only who did not answer is told so.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.jsontext import (
    JSONObject,
    JSONTextError,
    RawJSON,
    check,
    dumps,
    split_object,
)
from whisk_platform.entities.activation import Response, StatusCode
from whisk_platform.invoker import texts
from whisk_platform.spi.containers import Broken, Outcome, Reply, TimedOut

SHUTTING_DOWN = 503
"""The container goes away and has not looked at the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLimit:
    """How long an answer may be."""

    bytes: int
    """Longer ones are replaced by an error."""
    kept_bytes: int
    """How much of them the error shows."""


def is_shutting_down(outcome: Outcome) -> bool:
    """Whether the activation has to go to another container."""
    return isinstance(outcome, Reply) and outcome.status == SHUTTING_DOWN


def of_init(outcome: Outcome, timeout_ms: int, limit: ResultLimit) -> Response | None:
    """What the outcome of ``/init`` means.

    Args:
        outcome: of the container.
        timeout_ms: the action's time limit, for the text.
        limit: how long an answer may be.

    Returns:
        None = go on to run; else the developer error that ends the activation.
    """
    match outcome:
        case TimedOut():
            return failure(StatusCode.DEVELOPER_ERROR, texts.init_timed_out(timeout_ms))
        case Broken(out_of_memory=out_of_memory):
            text = texts.OUT_OF_MEMORY if out_of_memory else texts.INIT_EXITED
            return failure(StatusCode.DEVELOPER_ERROR, text)
        case Reply(status=200):
            return None
        case Reply() as reply if reply.truncated:
            text = texts.too_long(reply.size, limit.bytes, _text(reply.body[: limit.kept_bytes]))
            return failure(StatusCode.DEVELOPER_ERROR, text, reply.size)
        case Reply() as reply:
            error = _error_of(reply.body)
            if error is None:
                text = texts.init_failed(_text(reply.body))
                return failure(StatusCode.DEVELOPER_ERROR, text, reply.size)
            return _failure(StatusCode.DEVELOPER_ERROR, error, reply.size)


def of_run(outcome: Outcome, timeout_ms: int, limit: ResultLimit) -> Response:
    """What the outcome of ``/run`` means.

    Args:
        outcome: of the container.
        timeout_ms: the action's time limit, for the text.
        limit: how long a result may be.
    """
    match outcome:
        case TimedOut():
            return failure(StatusCode.DEVELOPER_ERROR, texts.run_timed_out(timeout_ms))
        case Broken(out_of_memory=out_of_memory):
            text = texts.OUT_OF_MEMORY if out_of_memory else texts.RUN_EXITED
            return failure(StatusCode.DEVELOPER_ERROR, text)
        case Reply() as reply if reply.truncated:
            text = texts.too_long(reply.size, limit.bytes, _text(reply.body[: limit.kept_bytes]))
            return failure(StatusCode.APPLICATION_ERROR, text, reply.size)
        case Reply() as reply:
            return _of_reply(reply)


def failure(code: StatusCode, text: str, size: int | None = None) -> Response:
    """A failed activation with an error sentence."""
    return _failure(code, RawJSON(dumps(text)), size)


def _failure(code: StatusCode, error: RawJSON, size: int | None) -> Response:
    result = RawJSON(b'{"error":' + bytes(error) + b"}")
    return Response(status_code=code, result=result, size=size)


def _of_reply(reply: Reply) -> Response:
    COUNTERS.payload_codecs += 1
    body = reply.body.strip()
    is_object, error = _look(body)
    if reply.status != 200:
        if error is None:
            text = texts.invalid_response(_text(reply.body))
            return failure(StatusCode.DEVELOPER_ERROR, text, reply.size)
        return _failure(StatusCode.DEVELOPER_ERROR, error, reply.size)
    if error is not None:
        return _failure(StatusCode.APPLICATION_ERROR, error, reply.size)
    if not is_object and not _is_array(body):
        text = texts.invalid_response(_text(reply.body))
        return failure(StatusCode.DEVELOPER_ERROR, text, reply.size)
    return Response(status_code=StatusCode.SUCCESS, result=RawJSON(body), size=reply.size)


def _error_of(body: bytes) -> RawJSON | None:
    return _look(body.strip())[1]


class _Seen(msgspec.Struct):
    """An object of which only one member matters; the others are read over."""

    error: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_decoder = msgspec.json.Decoder(_Seen)


def _look(body: bytes) -> tuple[bool, RawJSON | None]:
    """Whether a text is an object, and its member ``error``."""
    if not body.startswith(b"{"):
        return False, None
    if body.isascii():
        try:
            error = _decoder.decode(body).error
        except (msgspec.DecodeError, RecursionError):
            pass
        else:
            return True, None if error is msgspec.UNSET else error
    members = _members(body)
    return members is not None, None if members is None else members.get("error")


def _members(body: bytes) -> JSONObject | None:
    if not body.startswith(b"{"):
        return None
    try:
        return split_object(body)
    except JSONTextError:
        return None


def _is_array(body: bytes) -> bool:
    if not body.startswith(b"["):
        return False
    try:
        check(body)
    except JSONTextError:
        return False
    return True


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
