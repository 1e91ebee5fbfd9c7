"""Structured logs: one JSON line for each event on standard error, secrets taken out.

Event names are fixed and snake_case, values are keys. ``transid`` and ``activation_id`` are bound
once where they are known.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Literal, TextIO, TypeAlias

import msgspec
import structlog

Level: TypeAlias = Literal["debug", "info", "warning", "error"]
Logger: TypeAlias = structlog.typing.FilteringBoundLogger

REDACTED = "<redacted>"
SECRET_KEYS = frozenset(
    {
        "api_key",
        "arguments",
        "auth",
        "authkey",
        "authorization",
        "body",
        "content",
        "cookie",
        "init_content",
        "key",
        "parameters",
        "password",
        "payload",
        "secret",
        "token",
        "value",
    }
)
"""Keys whose values never reach the log, whatever they hold."""

_LEVELS: dict[Level, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40}


_least = [_LEVELS["info"]]
"""The least level that is written."""


def is_told(level: Level) -> bool:
    """Whether a line of a level is written: asked first where its values cost something."""
    return _LEVELS[level] >= _least[0]


def configure(level: Level = "info", stream: TextIO | None = None) -> None:
    """Set up the process's logs; called once, by the program's ``__main__``.

    Args:
        level: the least level that is written.
        stream: where to; None = standard error.
    """
    _least[0] = _LEVELS[level]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(serializer=_serialize),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=True,
    )


def get_logger(name: str) -> Logger:
    """The logger of one part of the program; ``name`` becomes the key ``part``."""
    logger: Logger = structlog.get_logger(part=name)
    return logger


def redact(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Replace the values of secret keys, at any depth; a processor of structlog's chain."""
    for key, value in event.items():
        if key in SECRET_KEYS:
            event[key] = REDACTED
        elif not isinstance(value, _PLAIN):
            event[key] = _plain(value)
    return event


_PLAIN = (str, int, float, bool, type(None))


def _plain(value: object) -> object:
    """What may be written of a value: records only as their ``repr``, which hides secrets."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return {str(k): REDACTED if k in SECRET_KEYS else _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, BaseException | PurePath):
        return str(value)
    return repr(value)


def _serialize(event: dict[str, Any], **_options: Any) -> str:
    try:
        return msgspec.json.encode(event).decode()
    except UnicodeEncodeError:
        # A lone surrogate, for example in a file name; the log line matters more than the spelling.
        safe = {key: ascii(value) for key, value in event.items()}
        return msgspec.json.encode(safe).decode()
