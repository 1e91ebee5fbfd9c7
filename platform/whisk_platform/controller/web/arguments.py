"""Arguments: what a web action receives of an HTTP request.

Source: contracts rest-api §4.3.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote_plus, unquote_plus

from whisk_platform.common import jsontext
from whisk_platform.common.errors import BadRequestError, MalformedContentError
from whisk_platform.common.jsontext import JSONObject, JSONTextError, NotAnObjectError, RawJSON
from whisk_platform.controller import texts
from whisk_platform.controller.web import media_types
from whisk_platform.controller.web.media_types import MediaType

METHOD = "__ow_method"
HEADERS = "__ow_headers"
PATH = "__ow_path"
USER = "__ow_user"
QUERY = "__ow_query"
BODY = "__ow_body"
RESERVED = frozenset((METHOD, HEADERS, PATH, USER, QUERY, BODY))

_FRAMING = frozenset(("content-length", "transfer-encoding"))
"""Say how the message travelled, not what it says; the reference keeps them to itself."""
_QUERY_SAFE = "!$*,;:@'()?/"
"""Stay as they are in a re-encoded query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRequest:
    """The parts of an HTTP request that a web action can see."""

    method: str
    headers: tuple[tuple[bytes, bytes], ...]
    """Names in any letter case."""
    path: str
    """What follows the action's name, percent-encoded."""
    query: str
    """Without the question mark, as it was sent."""
    body: bytes
    user: str | None
    """Namespace of a caller who has shown a valid key."""

    def header(self, name: str) -> str | None:
        """The last value of a header; the name in lower case."""
        return header_values(self.headers).get(name)

    @property
    def media_type(self) -> MediaType | None:
        """Of the body; None when there is none, or none that can be read."""
        value = self.header("content-type")
        return None if value is None else media_types.parse(value)


def header_values(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name; the last of several wins."""
    return {_text(name).lower(): _text(value) for name, value in headers}


def visible_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers as an action sees them: all but those that only say how the message travelled."""
    return {name: value for name, value in header_values(headers).items() if name not in _FRAMING}


def arguments(request: WebRequest, *, raw: bool, immutable: Collection[str]) -> JSONObject:
    """Build the arguments of a run, without the action's own defaults.

    Args:
        request: what was received.
        raw: whether the action wants query and body as they are.
        immutable: parameters that no request may name; not looked at when raw.

    Raises:
        BadRequestError: the request names a reserved or immutable parameter.
        MalformedContentError: the body says that it is JSON and is not.
    """
    context = _context(request)
    if raw:
        query = wire_text(encoded_query(request.query))
        return {**context, QUERY: query, BODY: _raw_body(request)}
    query_members = {
        _plain(name): wire_text(value)
        for name, value in parse_qsl(request.query, keep_blank_values=True, errors="replace")
    }
    body_members, opaque = _body(request)
    named = query_members.keys() | body_members.keys()
    if not RESERVED.isdisjoint(named) or not named.isdisjoint(immutable):
        raise BadRequestError(texts.IMMUTABLE_PARAMETER)
    members = {**context, **query_members, **body_members}
    if opaque is not None:
        members[BODY] = opaque
    return members


def encoded_query(query: str) -> str:
    """Decode a query and encode it again: equivalent, in one spelling."""
    parts = []
    for part in filter(None, query.split("&")):
        name, equals, value = part.partition("=")
        parts.append(_encoded(name) + equals + _encoded(value))
    return "&".join(parts)


def wire_text(text: str) -> RawJSON:
    """A string as an argument."""
    return jsontext.dumps_text(_plain(text))


def _context(request: WebRequest) -> JSONObject:
    members = {
        METHOD: wire_text(request.method.lower()),
        HEADERS: RawJSON(jsontext.dumps(visible_headers(request.headers))),
        PATH: wire_text(request.path),
    }
    if request.user is not None:
        members[USER] = wire_text(request.user)
    return members


def _raw_body(request: WebRequest) -> RawJSON:
    media_type = request.media_type
    if media_type is not None and media_type.essence == "application/json":
        return _base64(request.body)
    return _opaque(request.body, media_type) if request.body else wire_text("")


def _body(request: WebRequest) -> tuple[JSONObject, RawJSON | None]:
    """Members that the body adds, or the body as one value."""
    body = request.body
    media_type = request.media_type
    if not body:
        return {}, None
    if media_type is not None and media_type.is_json:
        return _json_body(body)
    if media_type is not None and media_type.is_form:
        fields = parse_qsl(_text(body), keep_blank_values=True, errors="replace")
        return {_plain(name): wire_text(value) for name, value in fields}, None
    return {}, _opaque(body, media_type)


def _json_body(body: bytes) -> tuple[JSONObject, RawJSON | None]:
    try:
        return jsontext.split_object(body), None
    except NotAnObjectError:
        return {}, RawJSON(body.strip())
    except JSONTextError as error:
        raise MalformedContentError(error.message) from error


def _opaque(body: bytes, media_type: MediaType | None) -> RawJSON:
    if media_type is not None and media_type.is_text:
        return wire_text(body.decode("utf-8", "replace"))
    return _base64(body)


def _base64(body: bytes) -> RawJSON:
    return RawJSON(b'"' + base64.b64encode(body) + b'"')


def _encoded(text: str) -> str:
    return quote_plus(unquote_plus(text, errors="replace"), safe=_QUERY_SAFE)


def _text(value: bytes) -> str:
    """Header bytes as characters: UTF-8 where they are that, Latin-1 otherwise."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
