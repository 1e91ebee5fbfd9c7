"""JSON laid out for people stays the JSON it was."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.common.jsontext import RawJSON, compact
from whisk_platform.controller.web.indentation import indented

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("{}", "{}"),
        ("[]", "[]"),
        ("1.10", "1.10"),
        ('"a"', '"a"'),
        ('{"error":"x","code":"y"}', '{\n  "error": "x",\n  "code": "y"\n}'),
        ('{"a":{"b":1}}', '{\n  "a": {\n    "b": 1\n  }\n}'),
        ('{"a":[1,2,{"b":3}],"c":{}}',
         '{\n  "a": [1, 2, {\n    "b": 3\n  }],\n  "c": {}\n}'),
        ('[{"a":1},[]]', '[{\n  "a": 1\n}, []]'),
        ('{"{,:}":"[\\"]"}', '{\n  "{,:}": "[\\"]"\n}'),
    ],
)  # fmt: skip
def test_objects_take_a_line_for_each_member_and_arrays_one_line(text: str, layout: str) -> None:
    assert indented(text.encode()).decode() == layout


@given(VALUES)
def test_the_value_survives_and_taking_the_white_space_out_gives_back_the_text(value: Any) -> None:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    layout = indented(text)
    assert bytes(compact(RawJSON(layout))) == text
    assert json.loads(layout) == value


@given(VALUES, st.sampled_from([None, 1, 4, "\t"]))
def test_white_space_that_was_there_makes_no_difference(value: Any, indent: int | str) -> None:
    text = json.dumps(value, indent=indent).encode()
    tight = json.dumps(value, separators=(",", ":")).encode()
    assert indented(text) == indented(tight)


@pytest.mark.parametrize("number", ["1.10", "1e400", "-0.0", "12345678901234567890.123456789"])
def test_numbers_stay_the_text_they_were(number: str) -> None:
    assert indented(f'{{"n":{number}}}'.encode()) == f'{{\n  "n": {number}\n}}'.encode()


def test_deep_nesting_costs_neither_the_stack_nor_much_space() -> None:
    depth = 50_000
    text = b'{"a":' * depth + b"1" + b"}" * depth
    layout = indented(text)
    assert bytes(compact(RawJSON(layout))) == text
    assert len(layout) < 30 * len(text)
