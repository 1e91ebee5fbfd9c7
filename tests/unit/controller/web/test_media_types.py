"""Which types are text, which are binary, and what a client accepts."""

import pytest

from whisk_platform.controller.web import media_types
from whisk_platform.controller.web.media_types import MediaType


def _parsed(text: str) -> MediaType:
    media_type = media_types.parse(text)
    assert media_type is not None, text
    return media_type


@pytest.mark.parametrize(
    "text",
    [
        "text/plain",
        "text/html; charset=iso-8859-1",
        "text/made-up",
        "application/json",
        "application/javascript",
        "application/xml",
        "application/xhtml+xml",
        "application/atom+xml",
        "application/problem+json",
        "application/x-www-form-urlencoded",
        "application/made-up; charset=utf-8",
    ],
)
def test_text_types_are_text(text: str) -> None:
    assert _parsed(text).is_text


@pytest.mark.parametrize(
    "text",
    [
        "image/png",
        "image/svg+xml",
        "audio/mpeg",
        "video/mp4",
        "font/woff2",
        "application/octet-stream",
        "application/zip",
        "application/pdf",
        "application/made-up",
        "multipart/form-data; boundary=x",
        "image/png; charset=utf-8",
        "application/octet-stream; charset=utf-8",
    ],
)
def test_binary_types_are_binary_whatever_they_claim(text: str) -> None:
    assert not _parsed(text).is_text


@pytest.mark.parametrize("text", ["", "json", "text/", "/plain", "text/plain; x", "*/*", "a b/c"])
def test_what_is_no_type_is_not_read(text: str) -> None:
    assert media_types.parse(text) is None


def test_types_are_compared_in_lower_case_and_keep_their_parameters() -> None:
    assert _parsed(' Text/HTML ; Level="1;2" ; ') == MediaType(
        main="text", sub="html", parameters=(("level", '"1;2"'),)
    )


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("text/plain", "text/plain; charset=UTF-8"),
        ("text/plain; charset=iso-8859-1", "text/plain; charset=UTF-8"),
        ("text/plain; level=1", "text/plain; level=1; charset=UTF-8"),
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/hal+json", "application/hal+json"),
        ("image/png", "image/png"),
    ],
)
def test_text_is_sent_as_utf_8_and_says_so_unless_it_is_json(text: str, header: str) -> None:
    assert _parsed(text).in_utf8() == header


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        ("", True),
        ("*/*", True),
        ("text/html", True),
        ("TEXT/HTML", True),
        ("text/*", True),
        ("application/json, text/html;q=0.1", True),
        ("application/json", False),
        ("image/*", False),
        ("text/html;q=0", False),
        ("text/*, text/html;q=0", False),
        ("*/*;q=0, text/html", True),
        ("text/*;q=0, */*", False),
        ("nonsense", True),
        ("nonsense, application/json", False),
    ],
)
def test_the_most_specific_range_decides_what_a_client_accepts(accept: str, answer: bool) -> None:
    assert media_types.accepts(accept, _parsed("text/html; charset=UTF-8")) is answer
