"""The query of a list or a watch of activations: which of a namespace's records are meant.

Source: contracts rest-api §2.6.5, appendix D 21; ``status``, ``kind`` and ``minDuration`` are ours.
"""

from __future__ import annotations

from whisk_platform.common.errors import BadRequestError, MalformedQueryError
from whisk_platform.controller import texts
from whisk_platform.controller.request import Request
from whisk_platform.entities.activation import StatusCode
from whisk_platform.entities.names import check_entity_name
from whisk_platform.spi.stores import ActivationFilter

_MOST_DIGITS = 18
"""Longer numbers are no 64-bit integers."""

_STATUSES = {
    **{status.text: status for status in StatusCode},
    # As lists of the command line have them.
    "developer error": StatusCode.DEVELOPER_ERROR,
    "internal error": StatusCode.INTERNAL_ERROR,
}


def activation_filter(request: Request, namespace: str) -> ActivationFilter:
    """Read every filter of a request.

    Raises:
        MalformedQueryError: one of them cannot be meant; the sentence says what can.
    """
    query = request.query
    return ActivationFilter(
        namespace=namespace,
        name=name_filter(query.get("name")),
        since=_moment(request, "since"),
        upto=_moment(request, "upto"),
        statuses=status_filter(query.get("status")),
        kinds=kind_filter(query.get("kind")),
        min_duration=_duration(query.get("minDuration")),
    )


def name_filter(text: str | None) -> str | None:
    """Read ``name``: ``a`` or ``pkg/a``; blank filters nothing.

    Raises:
        MalformedQueryError: more parts, or an illegal name.
    """
    if text is None or not text.strip():
        return None
    segments = text.strip().removeprefix("/").split("/")
    try:
        names = [check_entity_name(segment) for segment in segments]
    except BadRequestError as error:
        raise MalformedQueryError("name", texts.not_a_name_filter(text)) from error
    if len(names) > 2:
        raise MalformedQueryError("name", texts.not_a_name_filter(text))
    return "/".join(names)


def status_filter(text: str | None) -> frozenset[StatusCode] | None:
    """Read ``status``: one or more of the wire's texts with commas between; blank filters nothing.

    Raises:
        MalformedQueryError: none of them; the sentence lists them.
    """
    if text is None or not text.strip():
        return None
    wanted = [" ".join(each.lower().split()) for each in text.split(",")]
    unknown = next((each for each in wanted if each not in _STATUSES), None)
    if unknown is not None:
        known = ", ".join(f"'{status.text}'" for status in StatusCode)
        raise MalformedQueryError("status", f"'{unknown}' is no status. Use one of {known}.")
    return frozenset(_STATUSES[each] for each in wanted)


def kind_filter(text: str | None) -> frozenset[str] | None:
    """Read ``kind``: one or more kinds with commas between; blank filters nothing.

    A kind that this platform has never heard of is no error: a record may be older than it.
    """
    if text is None:
        return None
    return frozenset(each.strip() for each in text.split(",") if each.strip()) or None


def _duration(text: str | None) -> int | None:
    if text is None or not text.strip():
        return None
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        raise MalformedQueryError("minDuration", f"'{text}' is no number of milliseconds.")
    return int(text)


def _moment(request: Request, name: str) -> int | None:
    text = request.query.get(name)
    if text is None:
        return None
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
        raise MalformedQueryError(name, texts.not_epoch_seconds(text))
    return int(text)
