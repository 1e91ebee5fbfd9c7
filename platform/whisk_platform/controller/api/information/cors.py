"""CORS headers of what operators read.

Source: contracts rest-api §1.1, §1.5.
"""

from __future__ import annotations

from dataclasses import replace

from whisk_platform.controller.answer import API_CORS, Answer

_METHODS = b"access-control-allow-methods"
OPERATOR_CORS = (
    *((name, value) for name, value in API_CORS if name != _METHODS),
    (_METHODS, b"OPTIONS, GET, POST"),
)


def for_operators(answer: Answer) -> Answer:
    """The same answer with the methods that operators may use."""
    return replace(answer, cors=OPERATOR_CORS)
