"""Lists: which page of a collection a request asks for, and the answer that only counts.

Source: contracts rest-api §1.8.
"""

from __future__ import annotations

from dataclasses import dataclass

from whisk_platform.common.errors import MalformedQueryError
from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.request import Request
from whisk_platform.entities.limits import SystemLimits

_MOST_DIGITS = 18
"""Longer numbers are no 64-bit integers; the store takes no others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of a list."""

    limit: int
    """At most so many elements; never 0."""
    skip: int
    count: bool
    """Whether only the number of elements is wanted."""


def page(request: Request, collection: str, limits: SystemLimits) -> Page:
    """Read ``limit``, ``skip`` and ``count``.

    Args:
        request: carries them in its query.
        collection: ``actions``, ``activations`` and so on; ends the sentence of an error.
        limits: default and greatest length of a list.

    Raises:
        MalformedQueryError: one is no number, or out of range; the contract's text.
    """
    return Page(
        limit=_limit(request, collection, limits) or limits.list_max,
        skip=_skip(request, collection),
        count=request.flag("count"),
    )


def count_answer(collection: str, total: int, wanted: Page) -> Answer:
    """Answer ``{"<collection>": N}``: what is left after ``skip``, ``limit`` ignored."""
    return json_answer({collection: max(0, total - wanted.skip)})


def _limit(request: Request, collection: str, limits: SystemLimits) -> int:
    text = request.query.get("limit")
    if text is None:
        return limits.list_default
    value = _integer("limit", text, collection)
    if not 0 <= value <= limits.list_max:
        most = limits.list_max
        raise MalformedQueryError(
            "limit", f"The value '{value}' is not in the range of 0 to {most} for {collection}."
        )
    return value


def _skip(request: Request, collection: str) -> int:
    text = request.query.get("skip")
    if text is None:
        return 0
    value = _integer("skip", text, collection)
    if value < 0:
        raise MalformedQueryError(
            "skip", f"The value '{value}' is not greater than or equal to 0 for {collection}."
        )
    return value


def _integer(name: str, text: str, collection: str) -> int:
    digits = text[1:] if text[:1] in ("-", "+") else text
    if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
        return int(text)
    raise MalformedQueryError(name, f"The value '{text}' is not an integer for {collection}.")
