"""Consent: whether a client takes what the API answers.

Source: contracts rest-api §1.6 (unacceptable ``Accept``).
"""

from __future__ import annotations

from functools import lru_cache

from whisk_platform.controller.web.media_types import MediaType, accepts

PRODUCED = (
    MediaType(main="application", sub="json"),
    MediaType(main="text", sub="plain"),
    MediaType(main="text", sub="event-stream"),
)
"""Documents, the one word of a rule's switch, and what is watched."""


@lru_cache(maxsize=256)
def consents(accept: str) -> bool:
    """Whether one of the API's types will do for an ``Accept`` header."""
    return any(accepts(accept, produced) for produced in PRODUCED)
