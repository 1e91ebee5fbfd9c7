"""Failure: the error body of web actions, laid out for people.

Source: contracts rest-api §1.5, §1.6.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from whisk_platform.common.errors import WhiskError
from whisk_platform.common.ids import TransactionId
from whisk_platform.common.logging import get_logger
from whisk_platform.controller.answer import Answer, error_answer
from whisk_platform.controller.web.indentation import indented

_log = get_logger(__name__)


def pretty_error(status: int, message: str, transid: TransactionId) -> Answer:
    """The error body on four lines, without CORS headers and without a challenge."""
    answer = error_answer(status, message, transid)
    return replace(answer, body=indented(answer.body), headers=(), cors=())


async def failing_pretty(answer: Awaitable[Answer], transid: TransactionId) -> Answer:
    """Await an answer; whatever is raised instead becomes an error body."""
    try:
        return await answer
    except WhiskError as error:
        if error.status >= 500:
            _log.error("request_failed", transid=transid, error=error.message)
        return pretty_error(error.status, error.message, transid)
    except Exception:
        _log.exception("request_crashed", transid=transid)
        return pretty_error(500, WhiskError().message, transid)
