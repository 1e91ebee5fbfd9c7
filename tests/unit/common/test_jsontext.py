"""JSON as text: whatever is split and joined again is the same text."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.common import jsontext
from whisk_platform.common.jsontext import JSONTextError, NotAnObjectError, RawJSON

KEEP = [
    b"1",
    b"1.10",
    b"1e400",
    b"-0.0",
    b"123456789012345678901234567890",
    b"3.14159265358979323846264338327950288",
    b'"\\ud800"',
    b'"\\u0000"',
    '"ß ✓ 𝄞 &<>"'.encode(),
    b"[1, 2 ,3]",
    b'{"b":1,"a":2}',
    b"null",
    b"true",
]


@pytest.mark.parametrize("value", KEEP)
def test_a_member_survives_to_the_byte(value: bytes) -> None:
    members = jsontext.split_object(b'{"x":' + value + b',"y":0}')
    assert bytes(members["x"]) == value
    assert jsontext.join_object(members) == b'{"x":' + value + b',"y":0}'


@pytest.mark.parametrize("value", KEEP)
def test_an_element_survives_as_a_value(value: bytes) -> None:
    (element, _) = jsontext.split_array(b"[" + value + b",0]")
    if value != b"1e400":
        assert json.loads(bytes(element)) == json.loads(value)


def test_a_lone_surrogate_in_a_key_survives() -> None:
    members = jsontext.split_object(b'{"\\ud800":1.10}')
    assert bytes(members["\ud800"]) == b"1.10"
    assert jsontext.join_object(members) == b'{"\\ud800":1.10}'


def test_a_lone_surrogate_beside_a_number_longer_than_python_reads_survives() -> None:
    digits = b"9" * 5000
    members = jsontext.split_object(b'{"a":"\\ud800","b":{"c":' + digits + b"}}")
    assert bytes(members["b"]) == b'{"c":' + digits + b"}"
    assert jsontext.is_truthy(RawJSON(digits))


def test_the_last_of_duplicate_keys_wins() -> None:
    assert jsontext.split_object(b'{"a":1,"a":2}') == {"a": RawJSON(b"2")}


@pytest.mark.parametrize("text", [b"[1]", b"1", b'"x"', b"null", b"true"])
def test_json_that_is_no_object_is_told_from_no_json(text: bytes) -> None:
    with pytest.raises(NotAnObjectError, match="JSON object expected"):
        jsontext.split_object(text)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b'{"a":}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":01}',
        b'{"a":1}x',
        b'{"a":"\xff"}',
        b'{"a":"\n"}',
        b"[" * 200_000,
        b'{"a":' * 200_000,
    ],
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(JSONTextError):
        jsontext.split_object(text)


def test_an_empty_text_is_an_unexpected_end() -> None:
    with pytest.raises(JSONTextError, match="Unexpected end-of-input at input index 0"):
        jsontext.split_object(b"")


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (b"false", False),
        (b"null", False),
        (b"0", False),
        (b'""', False),
        (b"true", True),
        (b"1", True),
        (b'"false"', True),
        (b"[]", True),
        (b"{}", True),
    ],
)
def test_truth_of_annotations(value: bytes, truth: bool) -> None:
    assert jsontext.is_truthy(RawJSON(value)) is truth


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(alphabet=st.characters(exclude_categories=())), json_values))
def test_any_object_splits_into_what_the_standard_library_sees(value: dict[str, Any]) -> None:
    text = json.dumps(value).encode()
    members = jsontext.split_object(text)
    assert {key: json.loads(bytes(raw)) for key, raw in members.items()} == value
    assert json.loads(jsontext.join_object(members)) == value


@given(json_values)
def test_dumps_is_read_back_by_the_standard_library(value: Any) -> None:
    try:
        text = jsontext.dumps(value)
    except msgspec.MsgspecError:  # integers beyond 64 bits are nobody's own value
        return
    assert json.loads(text) == value
