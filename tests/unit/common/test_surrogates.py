"""Lone surrogates and long numbers survive where the fast codec refuses."""

import msgspec
import pytest

from whisk_platform.common import jsontext
from whisk_platform.common.jsontext import RawJSON

LONE = b'"\\ud800"'


def test_an_array_with_a_lone_surrogate_keeps_the_text_of_its_numbers() -> None:
    elements = jsontext.split_array(b'[ 1.10 , {"a": 1e400}, ' + LONE + b" ]")
    assert list(map(bytes, elements)) == [b"1.10", b'{"a": 1e400}', LONE]


@pytest.mark.parametrize("text", [b"{}", b"1", b'"a"', b"null"])
def test_what_is_no_array_is_refused(text: bytes) -> None:
    with pytest.raises(jsontext.JSONTextError):
        jsontext.split_array(text)


def test_an_array_of_invalid_utf8_is_refused() -> None:
    with pytest.raises(jsontext.JSONTextError):
        jsontext.split_array(b'["\xff"]')


@pytest.mark.parametrize(
    ("text", "compact"),
    [
        (b' { "a" : [ 1.10 , "b c" ] } ', b'{"a":[1.10,"b c"]}'),
        (b'[ "\\ud800 \\" x" , 1e400 ]', b'["\\ud800 \\" x",1e400]'),
        (b"1.10", b"1.10"),
    ],
)
def test_compacting_touches_white_space_only(text: bytes, compact: bytes) -> None:
    assert bytes(jsontext.compact(RawJSON(text))) == compact


class Pair(msgspec.Struct, frozen=True):
    key: str
    value: RawJSON


class Record(msgspec.Struct, frozen=True):
    pairs: tuple[Pair, ...]
    members: dict[str, RawJSON] = {}


@pytest.mark.parametrize(
    "value",
    [
        LONE,
        b'"\\uDFFF\\ud800"',
        b'"\\ud83d\\ude00"',
        b'"\\\\ud800"',
        b'{"a":["\\ud800",1.10]}',
    ],
)
def test_a_record_with_surrogates_comes_back_as_it_was_encoded(value: bytes) -> None:
    record = Record(pairs=(Pair("k", RawJSON(value)),), members={"m": RawJSON(value)})
    text = msgspec.json.encode(record)
    assert jsontext.decode(msgspec.json.Decoder(Record), text) == record


def test_a_record_that_is_no_json_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        jsontext.decode(msgspec.json.Decoder(Record), b'{"pairs":[')
