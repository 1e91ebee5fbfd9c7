"""JSON as text: members are split once and spliced again, so that values survive untouched.

``1.10``, long decimals, ``1e400``, lone surrogates and the order of keys come out as they went in,
because nobody turns them into Python numbers and back. The fast codec does the work; where it
refuses (lone surrogates), the standard library's decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

import msgspec

from whisk_platform.common.errors import WhiskError

RawJSON: TypeAlias = msgspec.Raw
"""One JSON value as the bytes that were received."""

JSONValue: TypeAlias = Any
"""A decoded JSON value: dict, list, str, int, float, bool or None. Only at the edges."""

JSONObject: TypeAlias = dict[str, RawJSON]
"""The members of a JSON object, values unparsed; the last of duplicate keys wins."""

NULL = RawJSON(b"null")
TRUE = RawJSON(b"true")
FALSE = RawJSON(b"false")
EMPTY_OBJECT = RawJSON(b"{}")

_object_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_array_decoder = msgspec.json.Decoder(list[msgspec.Raw])
_encoder = msgspec.json.Encoder()


def _read_integer(digits: str) -> int | float:
    """Read a whole number; one that Python refuses to read for its length is infinite, as 1e400."""
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


_MOST_DIGITS = 4000
_scanner = json.JSONDecoder(parse_int=_read_integer)


class JSONTextError(WhiskError):
    """The text is not valid JSON."""

    status = 400


class NotAnObjectError(JSONTextError):
    """JSON object expected."""


def split_object(text: bytes | msgspec.Raw) -> JSONObject:
    """Split an object into its members without parsing the values.

    Raises:
        NotAnObjectError: it is JSON, but no object.
        JSONTextError: it is no JSON.
    """
    try:
        members = _object_decoder.decode(text)
    except msgspec.ValidationError as error:
        check(bytes(text))
        raise NotAnObjectError("JSON object expected") from error
    except (msgspec.DecodeError, RecursionError):
        return _split_object_slowly(bytes(text))
    _check_utf8(text)
    return members


def split_array(text: bytes | msgspec.Raw) -> list[RawJSON]:
    """Split an array into its elements without parsing them.

    Raises:
        JSONTextError: it is no JSON array.
    """
    try:
        elements = _array_decoder.decode(text)
    except msgspec.ValidationError as error:
        check(bytes(text))
        raise JSONTextError("JSON array expected") from error
    except (msgspec.DecodeError, RecursionError):
        return _split_array_slowly(bytes(text))
    _check_utf8(text)
    return elements


def join_object(members: Mapping[str, RawJSON]) -> bytes:
    """Put members together again, compact around the unparsed values."""
    try:
        return _encoder.encode(members)
    except UnicodeEncodeError:
        body = b",".join(_key(key) + b":" + bytes(value) for key, value in members.items())
        return b"{" + body + b"}"


def dumps(value: JSONValue) -> bytes:
    """Encode compactly: non-ASCII raw, lone surrogates as escapes, members as given.

    Raises:
        ValueError: the value holds NaN or an infinity.
    """
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
        return text.encode()


def dumps_text(value: str) -> RawJSON:
    """Encode one string as an unparsed value."""
    return RawJSON(dumps(value))


def loads(text: bytes | msgspec.Raw) -> JSONValue:
    """Decode to Python values; for small documents whose numbers are ours.

    Raises:
        JSONTextError: it is no JSON.
    """
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return _loads_slowly(bytes(text))


def check(text: bytes) -> None:
    """Verify that the text is one JSON value in UTF-8.

    Raises:
        JSONTextError: it is not.
    """
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        _loads_slowly(text)
    _check_utf8(text)


def compact(value: RawJSON) -> RawJSON:
    """Take the white space out around the tokens of a value; the tokens stay as they are."""
    try:
        return RawJSON(msgspec.json.format(bytes(value), indent=-1))
    except (msgspec.DecodeError, RecursionError):
        return RawJSON(_TOKENS.sub(lambda match: match[1] or b"", bytes(value)))


DecodedT = TypeVar("DecodedT")


def decode(decoder: msgspec.json.Decoder[DecodedT], text: bytes) -> DecodedT:
    """Decode a record whose unparsed values may hold lone surrogates, which the codec refuses.

    Args:
        decoder: of a record whose only foreign text is in ``RawJSON`` fields.
        text: what an encoder of the same record made.

    Raises:
        msgspec.DecodeError: the text does not hold such a record.
    """
    try:
        return decoder.decode(text)
    except msgspec.DecodeError:
        hidden = _ESCAPES.sub(_hide_surrogate, text)
        if hidden == text or _HIDDEN in text:
            raise
        shown: DecodedT = _show_surrogates(decoder.decode(hidden))
        return shown


def is_truthy(value: RawJSON) -> bool:
    """The truth of a value as annotations have it (contract §3.6): empty, zero and null are not."""
    if bytes(value).lstrip().startswith((b"{", b"[")):
        # A conductor's annotation may be a whole program; nothing in it has to be decoded.
        return True
    return bool(loads(value))


def _key(key: str) -> bytes:
    return json.dumps(key, ensure_ascii=True).encode()


def _check_utf8(text: bytes | msgspec.Raw) -> None:
    data = bytes(text) if isinstance(text, msgspec.Raw) else text
    if data.isascii():
        return
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise JSONTextError(f"invalid UTF-8 at input index {error.start}") from error


def _refuse_constant(name: str) -> JSONValue:
    raise ValueError(f"{name} is no JSON")


_strict_scanner = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_read_integer)


def _loads_slowly(data: bytes) -> JSONValue:
    try:
        return _strict_scanner.decode(data.decode())
    except RecursionError as error:
        raise JSONTextError("nested too deeply") from error
    except UnicodeDecodeError as error:
        raise JSONTextError(f"invalid UTF-8 at input index {error.start}") from error
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc):
            raise JSONTextError(f"Unexpected end-of-input at input index {error.pos}") from error
        raise JSONTextError(f"{error.msg} at input index {error.pos}") from error
    except ValueError as error:
        raise JSONTextError(str(error)) from error


_WHITESPACE = " \t\r\n"
_TOKENS = re.compile(rb'("(?:[^"\\]|\\.)*")|[ \t\r\n]+')
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
_HIDDEN = b"\x7f~lone-surrogate~"


def _hide_surrogate(match: re.Match[bytes]) -> bytes:
    return match[0] if match[1] is None else _HIDDEN + match[1]


def _show_surrogates(value: Any) -> Any:
    if isinstance(value, msgspec.Raw):
        return RawJSON(bytes(value).replace(_HIDDEN, b"\\"))
    if isinstance(value, msgspec.Struct):
        fields = {name: _show_surrogates(getattr(value, name)) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **fields)
    if isinstance(value, tuple):
        return tuple(map(_show_surrogates, value))
    if isinstance(value, dict):
        return {key: _show_surrogates(item) for key, item in value.items()}
    return value


def _split_array_slowly(data: bytes) -> list[RawJSON]:
    if not isinstance(_loads_slowly(data), list):
        raise JSONTextError("JSON array expected")
    text = data.decode()
    elements: list[RawJSON] = []
    position = _skip(text, text.index("[") + 1)
    while text[position] != "]":
        _, end = _scanner.raw_decode(text, position)
        elements.append(RawJSON(text[position:end].encode()))
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return elements


def _split_object_slowly(data: bytes) -> JSONObject:
    value = _loads_slowly(data)
    if not isinstance(value, dict):
        raise NotAnObjectError("JSON object expected")
    text = data.decode()
    members: JSONObject = {}
    position = _skip(text, text.index("{") + 1)
    while text[position] != "}":
        key, end = _scanner.raw_decode(text, position)
        start = _skip(text, _skip(text, end) + 1)
        _, end = _scanner.raw_decode(text, start)
        members[key] = RawJSON(text[start:end].encode())
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return members


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in _WHITESPACE:
        position += 1
    return position
