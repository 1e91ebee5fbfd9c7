"""Logs are JSON lines without secrets."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.unit.invoker.samples import identity, message
from whisk_platform.common import logging
from whisk_platform.common.logging import REDACTED, SECRET_KEYS

SECRET = "k" * 64


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    written = io.StringIO()
    logging.configure("info", written)
    yield written
    structlog.reset_defaults()


def events(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line_with_level_and_time(stream: io.StringIO) -> None:
    logging.get_logger("invoker").info("thing_happened", count=3, path=Path("a/b"))
    [event] = events(stream)
    assert event.pop("timestamp")
    assert event == {
        "event": "thing_happened",
        "level": "info",
        "part": "invoker",
        "count": 3,
        "path": "a/b",
    }


def test_less_than_the_level_is_not_written(stream: io.StringIO) -> None:
    logging.get_logger("invoker").debug("too_quiet")
    assert events(stream) == []


def test_no_secret_gets_out_in_whatever_it_is_wrapped(stream: io.StringIO) -> None:
    log = logging.get_logger("invoker")
    for key in SECRET_KEYS:
        log.info("direct", **{key: SECRET})
    log.info("nested", request={"headers": [{"authorization": SECRET}]})
    log.info("record", user=identity())
    log.info("records", users=[identity(), message(content=b'"' + SECRET.encode() + b'"')])
    assert SECRET not in stream.getvalue()
    assert stream.getvalue().count(REDACTED) >= len(SECRET_KEYS) + 1


def test_an_exception_is_part_of_its_line(stream: io.StringIO) -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        logging.get_logger("invoker").exception("it_broke")
    [event] = events(stream)
    assert "RuntimeError: broken" in str(event["exception"])


def test_text_that_is_no_unicode_is_written_all_the_same(stream: io.StringIO) -> None:
    logging.get_logger("invoker").info("odd", name="\ud800")
    [event] = events(stream)
    assert "ud800" in str(event["name"])
