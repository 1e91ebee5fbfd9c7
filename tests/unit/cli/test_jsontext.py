"""JSON that comes and goes with its numbers and its order."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_cli.jsonvalue import JSONValue, Number, integer_of, parse, parse_or_text
from whisk_cli.render.jsontext import compact, pretty

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
numbers = st.from_regex(r"\A-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,5})?\Z")


@given(values)
def test_what_is_written_reads_back_as_it_was(value: JSONValue) -> None:
    assert json.loads(pretty(value)) == value
    assert json.loads(pretty(value, sort=True)) == value
    assert json.loads(compact(value)) == value


@given(numbers)
def test_numbers_keep_their_text(text: str) -> None:
    assert parse(text) == Number(text)
    assert pretty(parse(f"[{text}]")) == f"[\n    {text}\n]"
    assert compact(parse(f'{{"n": {text}}}')) == f'{{"n":{text}}}'


@given(st.dictionaries(st.text(), st.integers()))
def test_sorted_names_are_in_the_order_of_their_bytes(value: dict[str, int]) -> None:
    names = list(json.loads(pretty({**value}, sort=True)))
    assert names == sorted(value, key=lambda name: name.encode("utf-8", "surrogatepass"))


@given(st.text(st.characters(codec="utf-8")))
def test_a_value_that_is_not_json_is_a_string(text: str) -> None:
    found = parse_or_text(text)
    try:
        json.loads(text, parse_constant=lambda name: math.nan if name else None)
    except ValueError:
        assert found == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        ("Bob", "Bob"),
        ("-5", Number("-5")),
        ("--foo", "--foo"),
        ("1.50", Number("1.50")),
        ("01", "01"),
        ("true", True),
        ("null", None),
        ('"5"', "5"),
        ('say "x"', 'say "x"'),
        ("{", "{"),
        ('{"a": [1]}', {"a": [Number("1")]}),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_command_line_values(text: str, value: Any) -> None:
    assert parse_or_text(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([], "[]"),
        ({}, "{}"),
        ({"b": [], "a": {"x": None}}, '{\n    "b": [],\n    "a": {\n        "x": null\n    }\n}'),
        ("<&>", '"<&>"'),
        ("é\u2028\u2029", '"é\\u2028\\u2029"'),
        ('\\ " \n\t\r\b\f\x1f\x7f', '"\\\\ \\" \\n\\t\\r\\u0008\\u000c\\u001f\x7f"'),
        ("\ud800", '"\\ud800"'),
    ],
)
def test_the_style_of_the_contract(value: Any, text: str) -> None:
    assert pretty(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [(Number("12"), 12), (7, 7), (True, 0), (None, 0), (Number("1.5"), 0), ("3", 0)],
)
def test_integers_are_read_from_numbers_only(value: JSONValue, number: int) -> None:
    assert integer_of(value) == number
