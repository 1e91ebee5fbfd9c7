"""Decoding: from the result of a web action to an HTTP response, by extension.

Source: contracts rest-api §4.4.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from whisk_platform.common.errors import BadRequestError, NotFoundError
from whisk_platform.common.jsontext import (
    JSONObject,
    RawJSON,
    loads,
    split_array,
    split_object,
)
from whisk_platform.controller import texts
from whisk_platform.controller.answer import JSON, TEXT, Answer
from whisk_platform.controller.web import media_types
from whisk_platform.controller.web.addressing import Extension
from whisk_platform.controller.web.indentation import indented
from whisk_platform.controller.web.media_types import MediaType
from whisk_platform.entities.exec import is_binary

HTML = b"text/html; charset=UTF-8"
SVG = b"image/svg+xml"
BODILESS = frozenset((204, 205, 304))
"""Statuses whose responses cannot have a body."""
FIRST_STATUS, LAST_STATUS = 200, 599
"""An interim status is no answer, and above this HTTP servers know none."""

_HTTP = "message/http"
_CONTENT_TYPE = "content-type"
_NOT_THE_ACTIONS = frozenset(
    (b"connection", b"content-length", b"date", b"server", b"transfer-encoding")
)
"""Say how this server sends the message; what an action says about it is passed over."""
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
_NUMERIC = re.compile(r"\+?[0-9]{1,9}", re.ASCII)


def decode(value: RawJSON, extension: Extension) -> Answer:
    """Turn what an action returned into a response.

    Args:
        value: the result, or the value of ``error`` in a failed one.
        extension: how the client wants it.

    Returns:
        The response, without the headers that every response of a web action has.

    Raises:
        BadRequestError: the value is not of the form that the extension needs.
        NotFoundError: the value lacks what ``.text`` shows.
    """
    text = bytes(value).strip()
    match extension:
        case Extension.JSON:
            return _json(text)
        case Extension.HTML:
            return _string(text, "html", "text/html", HTML)
        case Extension.SVG:
            return _string(text, "svg", "image/svg+xml", SVG)
        case Extension.TEXT:
            return _text(text)
        case Extension.HTTP:
            return _http(text)


def _json(text: bytes) -> Answer:
    if text[:1] not in (b"{", b"["):
        raise BadRequestError(texts.invalid_media("application/json"))
    return Answer(body=indented(text), content_type=JSON)


def _string(text: bytes, member: str, essence: str, content_type: bytes) -> Answer:
    projected = _projected(text, member)
    if projected is None or projected[:1] != b'"':
        raise BadRequestError(texts.invalid_media(essence))
    return Answer(body=_characters(projected), content_type=content_type)


def _text(text: bytes) -> Answer:
    projected = _projected(text, "text")
    if projected is None:
        raise NotFoundError(texts.PROPERTY_NOT_FOUND)
    if projected[:1] == b'"':
        return Answer(body=_characters(projected), content_type=TEXT)
    return Answer(body=indented(projected), content_type=TEXT)


def _projected(text: bytes, member: str) -> bytes | None:
    """Of an object its ``body`` or else the named member; anything else as it is."""
    if text[:1] != b"{":
        return text
    members = split_object(text)
    found = members.get("body", members.get(member))
    return None if found is None else bytes(found).strip()


def _http(text: bytes) -> Answer:
    if text[:1] != b"{":
        raise _no_http()
    members = split_object(text)
    headers = _headers(members)
    status = _status(members)
    body = bytes(members.get("body", RawJSON(b"null"))).strip()
    sent = _sent(headers)
    if body in (b"null", b'""'):
        return Answer(status=status or 204, content_type=None, headers=sent)
    if status in BODILESS:
        return Answer(status=status, content_type=None, headers=sent)
    named = next((value for name, value in headers if name.lower() == _CONTENT_TYPE), None)
    content, content_type = _typed(body, named)
    return Answer(status=status or 200, body=content, content_type=content_type, headers=sent)


def _typed(body: bytes, named: str | None) -> tuple[bytes, bytes]:
    """The bytes of a body and the value of its ``Content-Type``."""
    is_string = body[:1] == b'"'
    if named is None:
        return (_characters(body), HTML) if is_string else (indented(body), JSON)
    media_type = media_types.parse(named)
    if media_type is None:
        raise BadRequestError(texts.UNKNOWN_CONTENT_TYPE)
    content = _string_body(loads(body), media_type) if is_string else _json_body(body, media_type)
    return content, media_type.in_utf8().encode("utf-8", "replace")


def _string_body(text: str, media_type: MediaType) -> bytes:
    # JSON in base64 is what old actions return; the reference still decodes it.
    encoded = not media_type.is_text or (media_type.is_json and is_binary(text))
    return _from_base64(text) if encoded else text.encode("utf-8", "replace")


def _json_body(body: bytes, media_type: MediaType) -> bytes:
    if not media_type.is_json:
        raise BadRequestError(texts.CONTENT_TYPE_MISMATCH)
    return indented(body)


def _from_base64(text: str) -> bytes:
    try:
        padded = text + "=" * (-len(text) % 4)
        return base64.b64decode(padded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadRequestError(texts.CONTENT_TYPE_MISMATCH) from error


def _status(members: JSONObject) -> int | None:
    """The status that the action names: a whole number, or one in a string."""
    value = members.get("statusCode")
    if value is None:
        return None
    text = bytes(value).strip().decode("utf-8", "replace")
    if text.startswith('"'):
        string = loads(value)
        number = int(string) if _NUMERIC.fullmatch(string) else None
    else:
        number = _whole(text)
    if number is None or not FIRST_STATUS <= number <= LAST_STATUS:
        raise _no_http()
    return number


def _whole(text: str) -> int | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or number.adjusted() > 3 or number != number.to_integral_value():
        return None
    return int(number)


def _headers(members: JSONObject) -> list[tuple[str, str]]:
    value = members.get("headers")
    if value is None:
        return []
    if bytes(value).strip()[:1] != b"{":
        raise _no_http()
    return [
        (name, line) for name, lines in split_object(value).items() for line in _header_lines(lines)
    ]


def _header_lines(value: RawJSON) -> Iterator[str]:
    """One line for each scalar, however deep in arrays (appendix D 17)."""
    pending = [value]
    while pending:
        text = bytes(pending.pop()).strip()
        if text[:1] == b"[":
            pending.extend(reversed(split_array(text)))
        elif text[:1] == b"{" or text == b"null":
            raise _no_http()
        else:
            yield loads(text) if text[:1] == b'"' else text.decode()


def _sent(headers: list[tuple[str, str]]) -> tuple[tuple[bytes, bytes], ...]:
    """What goes out of the action's headers; its type goes with the body."""
    sent = []
    for name, value in headers:
        if _HEADER_NAME.fullmatch(name) is None or _HEADER_VALUE.fullmatch(value) is None:
            raise _no_http()
        line = (name.lower().encode(), value.encode("utf-8", "replace"))
        if line[0] not in _NOT_THE_ACTIONS and name.lower() != _CONTENT_TYPE:
            sent.append(line)
    return tuple(sent)


def _characters(text: bytes) -> bytes:
    return str(loads(text)).encode("utf-8", "replace")


def _no_http() -> BadRequestError:
    return BadRequestError(texts.invalid_media(_HTTP))
