"""What becomes of a result, row for row of the contract's tables (§4.4)."""

import base64
import json
from typing import Any

import pytest

from whisk_platform.common.errors import BadRequestError, NotFoundError
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.controller.answer import Answer
from whisk_platform.controller.web.addressing import Extension
from whisk_platform.controller.web.decoding import decode

HTML = "text/html; charset=UTF-8"
TEXT = "text/plain; charset=UTF-8"
NO_HTTP = "Response is not valid 'message/http'."
MISMATCH = "Response type in header did not match generated content type."
UNKNOWN_TYPE = "Response did not specify a known content-type."


def _decode(value: Any, extension: Extension) -> Answer:
    return decode(RawJSON(json.dumps(value).encode()), extension)


def _http(**members: Any) -> Answer:
    return _decode(members, Extension.HTTP)


def _refusal(value: Any, extension: Extension) -> str:
    with pytest.raises(BadRequestError) as caught:
        _decode(value, extension)
    return caught.value.message


def _seen(answer: Answer) -> tuple[int, str | None, bytes]:
    content_type = None if answer.content_type is None else answer.content_type.decode()
    return answer.status, content_type, answer.body


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ({"a": 1}, '{\n  "a": 1\n}'),
        ({"statusCode": 404, "body": "x"}, '{\n  "statusCode": 404,\n  "body": "x"\n}'),
        ([1, {"a": 2}], '[1, {\n  "a": 2\n}]'),
    ],
)
def test_json_shows_objects_and_arrays_laid_out(value: Any, body: str) -> None:
    assert _seen(_decode(value, Extension.JSON)) == (200, "application/json", body.encode())


@pytest.mark.parametrize("value", ["x", 1, True, None])
def test_json_refuses_anything_else(value: Any) -> None:
    assert _refusal(value, Extension.JSON) == "Response is not valid 'application/json'."


@pytest.mark.parametrize(
    ("extension", "member", "content_type"),
    [(Extension.HTML, "html", HTML), (Extension.SVG, "svg", "image/svg+xml")],
)
def test_html_and_svg_show_a_string(extension: Extension, member: str, content_type: str) -> None:
    for value in ("<ä/>", {"body": "<ä/>"}, {member: "<ä/>"}, {"body": "<ä/>", member: "no"}):
        expected = (200, content_type, "<ä/>".encode())
        assert _seen(_decode(value, extension)) == expected, value


@pytest.mark.parametrize("extension", [Extension.HTML, Extension.SVG])
@pytest.mark.parametrize(
    "value",
    [1, True, None, [], {}, {"body": 1}, {"body": None, "html": "x", "svg": "x"}, {"text": "x"}],
)
def test_html_and_svg_refuse_anything_else(extension: Extension, value: Any) -> None:
    media_type = {Extension.HTML: "text/html", Extension.SVG: "image/svg+xml"}[extension]
    assert _refusal(value, extension) == f"Response is not valid '{media_type}'."


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ('"as is"', "as is"),
        ("1.10", "1.10"),
        ("true", "true"),
        ("null", "null"),
        ("[1,2]", "[1, 2]"),
        ('{"body":"b","text":"t"}', "b"),
        ('{"text":"t"}', "t"),
        ('{"text":1e400}', "1e400"),
        ('{"body":null,"text":"t"}', "null"),
        ('{"body":{"a":1}}', '{\n  "a": 1\n}'),
    ],
)
def test_text_shows_any_value(text: str, body: str) -> None:
    answer = decode(RawJSON(text.encode()), Extension.TEXT)
    assert _seen(answer) == (200, TEXT, body.encode())


def test_text_needs_something_to_show() -> None:
    with pytest.raises(NotFoundError, match=r"^Response does not include requested property\.$"):
        _decode({"html": "x"}, Extension.TEXT)


@pytest.mark.parametrize("members", [{}, {"body": None}, {"body": ""}])
def test_http_without_a_body_has_no_content_and_no_type(members: dict[str, Any]) -> None:
    headers = {"Content-Type": "text/plain", "X-A": "1"}
    answer = _http(headers=headers, **members)
    assert _seen(answer) == (204, None, b"")
    assert answer.headers == ((b"x-a", b"1"),)
    assert _http(statusCode=302, **members).status == 302


@pytest.mark.parametrize(
    ("content_type", "body", "sent_type", "sent"),
    [
        (None, "<b>ä</b>", HTML, "<b>ä</b>".encode()),
        ("text/plain", "ä", TEXT, "ä".encode()),
        ("text/css; charset=latin-1", "a{}", "text/css; charset=UTF-8", b"a{}"),
        ("application/javascript", "f()", "application/javascript; charset=UTF-8", b"f()"),
        ("image/png", base64.b64encode(b"\x89PNG").decode(), "image/png", b"\x89PNG"),
        ("image/png", "iVBORw", "image/png", b"\x89PNG"),
        ("application/made-up", "YWJj", "application/made-up", b"abc"),
        ("application/json", '{"a": 1}', "application/json", b'{"a": 1}'),
        ("application/json", "eyJhIjoxfQ==", "application/json", b'{"a":1}'),
        ("application/hal+json", '{"a": 1}', "application/hal+json", b'{"a": 1}'),
        ("application/hal+json", "eyJhIjoxfQ==", "application/hal+json", b'{"a":1}'),
    ],
)
def test_http_sends_a_string_by_its_type(
    content_type: str | None, body: str, sent_type: str, sent: bytes
) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    assert _seen(_http(headers=headers, body=body)) == (200, sent_type, sent)


@pytest.mark.parametrize("body", ["not base64!", "a", "ä"])
def test_http_refuses_a_binary_type_over_what_is_no_base64(body: str) -> None:
    value = {"headers": {"content-type": "image/png"}, "body": body}
    assert _refusal(value, Extension.HTTP) == MISMATCH


@pytest.mark.parametrize(
    ("content_type", "sent_type"),
    [
        (None, "application/json"),
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/problem+json", "application/problem+json"),
    ],
)
@pytest.mark.parametrize(
    ("body", "sent"),
    [({"a": 1}, b'{\n  "a": 1\n}'), ([1, 2], b"[1, 2]"), (1, b"1"), (False, b"false")],
)
def test_http_sends_other_json_laid_out(
    content_type: str | None, sent_type: str, body: Any, sent: bytes
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    assert _seen(_http(headers=headers, body=body)) == (200, sent_type, sent)


def test_http_refuses_json_under_another_type() -> None:
    value = {"headers": {"content-type": "text/html"}, "body": {"a": 1}}
    assert _refusal(value, Extension.HTTP) == MISMATCH


@pytest.mark.parametrize("content_type", ["nonsense", "", 1, "a/b/c", "text/html; ="])
@pytest.mark.parametrize("body", ["x", {"a": 1}])
def test_http_refuses_a_type_that_is_none(content_type: Any, body: Any) -> None:
    value = {"headers": {"content-type": content_type}, "body": body}
    assert _refusal(value, Extension.HTTP) == UNKNOWN_TYPE


@pytest.mark.parametrize(
    ("status", "sent"),
    [("200", 200), ("404", 404), ("599", 599), ('"418"', 418), ("299", 299), ("5e2", 500)],
)
def test_http_takes_a_whole_status_or_one_in_a_string(status: str, sent: int) -> None:
    value = RawJSON(f'{{"statusCode":{status},"body":"x"}}'.encode())
    assert decode(value, Extension.HTTP).status == sent


@pytest.mark.parametrize(
    "status",
    ["200.5", '"text"', '""', '"200.0"', "null", "true", "[200]", "{}", "0", "-200", "99", "100",
     "101", "600", "1000", "1e400", "1e-400", "20000000000000000000000"],
)  # fmt: skip
def test_http_refuses_any_other_status(status: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        decode(RawJSON(f'{{"statusCode":{status},"body":"x"}}'.encode()), Extension.HTTP)
    assert caught.value.message == NO_HTTP


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_status_without_a_body_drops_it(status: int) -> None:
    assert _seen(_http(statusCode=status, body="x")) == (status, None, b"")


@pytest.mark.parametrize(
    ("headers", "lines"),
    [
        ({"X-A": "b"}, [("x-a", "b")]),
        ({"X-A": True, "X-B": False}, [("x-a", "true"), ("x-b", "false")]),
        ({"X-A": 1, "X-B": 1.5}, [("x-a", "1"), ("x-b", "1.5")]),
        ({"Set-Cookie": ["a=1", "b=2"]}, [("set-cookie", "a=1"), ("set-cookie", "b=2")]),
        ({"X-A": [["1", [2]], True]}, [("x-a", "1"), ("x-a", "2"), ("x-a", "true")]),
        ({"X-A": []}, []),
        ({"X-A": "ä"}, [("x-a", "ä")]),
        ({"Location": "/x"}, [("location", "/x")]),
    ],
)
def test_http_sends_a_line_for_each_value_of_a_header(
    headers: dict[str, Any], lines: list[tuple[str, str]]
) -> None:
    sent = [(name.decode(), value.decode()) for name, value in _http(headers=headers).headers]
    assert sent == lines


def test_numbers_in_headers_stay_the_text_they_were() -> None:
    answer = decode(RawJSON(b'{"headers":{"x-a":1.10}}'), Extension.HTTP)
    assert answer.headers == ((b"x-a", b"1.10"),)


@pytest.mark.parametrize(
    "headers",
    [
        None,
        "x",
        [],
        1,
        {"X-A": None},
        {"X-A": {}},
        {"X-A": ["b", None]},
        {"X-A": "b\r\nX-B: c"},
        {"X-A\r\nX-B": "c"},
        {"X A": "c"},
        {"": "c"},
        {"X-A": "b\x00"},
    ],
)
def test_http_refuses_headers_that_are_none(headers: Any) -> None:
    assert _refusal({"headers": headers, "body": "x"}, Extension.HTTP) == NO_HTTP


def test_how_the_message_travels_is_not_the_actions_affair() -> None:
    headers = {
        "Content-Length": "1",
        "Transfer-Encoding": "chunked",
        "Connection": "close",
        "Date": "never",
        "Server": "mine",
    }
    assert _http(headers=headers, body="xyz").headers == ()


@pytest.mark.parametrize("value", ["x", 1, True, None, [], [{"body": "x"}]])
def test_http_refuses_what_is_no_object(value: Any) -> None:
    assert _refusal(value, Extension.HTTP) == NO_HTTP
