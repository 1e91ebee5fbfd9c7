"""What a web action receives of a request, row for row of the contract's tables (§4.3)."""

import base64
import json
from typing import Any

import pytest

from whisk_platform.common.errors import BadRequestError, MalformedContentError
from whisk_platform.common.jsontext import join_object
from whisk_platform.controller.web.arguments import WebRequest, arguments, encoded_query

CONTEXT = {"__ow_method": "get", "__ow_headers": {}, "__ow_path": ""}


def _request(
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    content_type: str | None = None,
    path: str = "",
    query: str = "",
    body: bytes = b"",
    user: str | None = None,
) -> WebRequest:
    lines = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    if content_type is not None:
        lines.append((b"content-type", content_type.encode()))
    return WebRequest(
        method=method, headers=tuple(lines), path=path, query=query, body=body, user=user
    )


def _arguments(request: WebRequest, *, raw: bool = False, immutable: tuple[str, ...] = ()) -> Any:
    return json.loads(join_object(arguments(request, raw=raw, immutable=immutable)))


def _body_of(content_type: str | None, body: bytes, *, raw: bool = False) -> Any:
    """What the body adds to the arguments."""
    received = _arguments(_request(content_type=content_type, body=body), raw=raw)
    return {name: value for name, value in received.items() if name not in CONTEXT}


def test_method_headers_and_path_are_always_there() -> None:
    assert _arguments(_request()) == CONTEXT


def test_the_method_is_in_lower_case() -> None:
    assert _arguments(_request(method="PATCH"))["__ow_method"] == "patch"


def test_header_names_are_in_lower_case_and_the_last_of_several_wins() -> None:
    request = WebRequest(
        method="GET",
        headers=((b"X-A", b"1"), (b"x-a", b"2"), (b"Content-Length", b"3"), (b"X-B", b"\xc3\xa4")),
        path="",
        query="",
        body=b"",
        user=None,
    )
    assert _arguments(request)["__ow_headers"] == {"x-a": "2", "x-b": "ä"}


def test_the_content_type_is_among_the_headers_when_there_is_one() -> None:
    received = _arguments(_request(content_type="application/json", body=b"{}"))
    assert received["__ow_headers"] == {"content-type": "application/json"}


def test_the_path_is_what_follows_the_action() -> None:
    assert _arguments(_request(path="/a%20b/c"))["__ow_path"] == "/a%20b/c"


def test_the_user_is_there_only_for_a_known_caller() -> None:
    assert _arguments(_request(user="guest"))["__ow_user"] == "guest"
    assert "__ow_user" not in _arguments(_request())


def test_query_parameters_become_strings_and_the_last_of_duplicates_wins() -> None:
    received = _arguments(_request(query="a=1&b=x%20y+z&a=2&c&%C3%A4=%C3%B6"))
    assert received == {**CONTEXT, "a": "2", "b": "x y z", "c": "", "ä": "ö"}


@pytest.mark.parametrize(
    ("content_type", "body", "added"),
    [
        ("application/json", b"", {}),
        (None, b"", {}),
        ("application/json", b'{"a": 1.10}', {"a": 1.10}),
        ("application/vnd.made-up+json; charset=utf-8", b'{"a": 1}', {"a": 1}),
        ("application/json", b"[1, 2]", {"__ow_body": [1, 2]}),
        ("application/json", b' "x" ', {"__ow_body": "x"}),
        ("application/json", b"null", {"__ow_body": None}),
        ("application/x-www-form-urlencoded", b"a=1&b=%C3%A4+x&a=2", {"a": "2", "b": "ä x"}),
        ("text/plain", "grüß".encode(), {"__ow_body": "grüß"}),
        ("text/plain", b"\xff", {"__ow_body": "\ufffd"}),
        ("application/xml", b"<a/>", {"__ow_body": "<a/>"}),
        ("image/png", b"\x89PNG", {"__ow_body": base64.b64encode(b"\x89PNG").decode()}),
        ("multipart/form-data; boundary=x", b"--x", {"__ow_body": "LS14"}),
        ("application/made-up", b"abc", {"__ow_body": "YWJj"}),
        ("application/made-up; charset=utf-8", b"abc", {"__ow_body": "abc"}),
        (None, b"abc", {"__ow_body": "YWJj"}),
        ("no type at all", b"abc", {"__ow_body": "YWJj"}),
    ],
)
def test_a_body_is_unpacked_by_its_type(
    content_type: str | None, body: bytes, added: dict[str, Any]
) -> None:
    assert _body_of(content_type, body) == added


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        (None, b"", ""),
        ("text/plain", b"", ""),
        ("application/json", b"", ""),
        ("application/json", b'{"a":1}', base64.b64encode(b'{"a":1}').decode()),
        ("application/json; charset=utf-8", b"x", "eA=="),
        ("application/problem+json", b'{"a":1}', '{"a":1}'),
        ("application/x-www-form-urlencoded", b"a=1&b=2", "a=1&b=2"),
        ("text/plain", "grüß".encode(), "grüß"),
        ("image/png", b"\x89PNG", "iVBORw=="),
        (None, b"abc", "YWJj"),
    ],
)
def test_a_raw_body_is_passed_as_it_is(
    content_type: str | None, body: bytes, expected: str
) -> None:
    added = _body_of(content_type, body, raw=True)
    assert added == {"__ow_query": "", "__ow_body": expected}


def test_a_raw_query_is_passed_as_text() -> None:
    received = _arguments(_request(query="a=1&b=2&a=3"), raw=True)
    assert received == {**CONTEXT, "__ow_query": "a=1&b=2&a=3", "__ow_body": ""}


@pytest.mark.parametrize(
    ("query", "encoded"),
    [
        ("", ""),
        ("a=1&b=2", "a=1&b=2"),
        ("a=x%20y", "a=x+y"),
        ("a=%7e%41", "a=~A"),
        ("path=/x:y", "path=/x:y"),
        ("flag&a=", "flag&a="),
        ("a=%26%3D", "a=%26%3D"),
        ("&&a=1&", "a=1"),
        ("a=b=c", "a=b%3Dc"),
    ],
)
def test_a_query_is_re_encoded_without_changing_its_meaning(query: str, encoded: str) -> None:
    assert encoded_query(query) == encoded


def test_members_of_the_body_override_query_parameters() -> None:
    request = _request(query="a=1&b=2", content_type="application/json", body=b'{"a":3}')
    assert _arguments(request) == {
        **CONTEXT,
        "__ow_headers": {"content-type": "application/json"},
        "a": 3,
        "b": "2",
    }


def test_numbers_of_the_body_stay_the_text_they_were() -> None:
    request = _request(content_type="application/json", body=b'{"n": 1.10, "m": 1e400}')
    members = arguments(request, raw=False, immutable=())
    assert (bytes(members["n"]), bytes(members["m"])) == (b"1.10", b"1e400")


@pytest.mark.parametrize("body", [b"{", b'{"a":', b"nonsense", b'{"a":"\xff"}'])
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedContentError, match=r"^The request content was malformed:\n"):
        _arguments(_request(content_type="application/json", body=body))


RESERVED = ["__ow_method", "__ow_headers", "__ow_path", "__ow_user", "__ow_query", "__ow_body"]
NOT_ALLOWED = r"^Request defines parameters that are not allowed \(e\.g\., reserved properties\)\.$"


@pytest.mark.parametrize("name", [*RESERVED, "fixed"])
@pytest.mark.parametrize(
    "place",
    [
        lambda name: _request(query=f"{name}=1"),
        lambda name: _request(content_type="application/json", body=json.dumps({name: 1}).encode()),
        lambda name: _request(
            content_type="application/x-www-form-urlencoded", body=f"{name}=1".encode()
        ),
    ],
    ids=["query", "json", "form"],
)
def test_reserved_and_immutable_parameters_are_refused(name: str, place: Any) -> None:
    with pytest.raises(BadRequestError, match=NOT_ALLOWED):
        _arguments(place(name), immutable=("fixed",))


def test_a_raw_action_may_be_sent_anything() -> None:
    received = _arguments(_request(query="__ow_method=x&fixed=1"), raw=True, immutable=("fixed",))
    assert received["__ow_query"] == "__ow_method=x&fixed=1"
    assert received["__ow_method"] == "get"
