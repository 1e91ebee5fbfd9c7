"""YAML: any JSON value is read back as the same value."""

import json
import math
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from whisk_cli import jsonvalue
from whisk_cli.output import yamltext

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=12,
)  # fmt: skip


def _written(value: Any) -> str:
    return yamltext.document(jsonvalue.parse(json.dumps(value)))


@given(VALUES)
def test_any_value_is_read_back_as_it_was(value: Any) -> None:
    assert _same(yaml.safe_load(_written(value)), value)


def _same(read: Any, value: Any) -> bool:
    if isinstance(value, float):
        return isinstance(read, float | int) and math.isclose(read, value)
    if isinstance(value, dict):
        return read.keys() == value.keys() and all(_same(read[k], value[k]) for k in value)
    if isinstance(value, list):
        return len(read) == len(value) and all(map(_same, read, value))
    return type(read) is type(value) and bool(read == value)


@pytest.mark.parametrize(
    "text",
    ["yes", "NO", "null", "~", "1", "1.5", "0x1", "a: b", "- a", "#a", "", "a ", "2020-01-01"],
)
def test_what_could_be_read_as_something_else_is_quoted(text: str) -> None:
    assert _written(text) == json.dumps(text)


def test_the_layout_is_block_style() -> None:
    value = {"name": "a", "limits": {"memory": 256}, "list": [{"k": 1, "v": []}, "x"], "none": {}}
    assert _written(value) == (
        "name: a\nlimits:\n  memory: 256\nlist:\n  - k: 1\n    v: []\n  - x\nnone: {}"
    )


def test_numbers_keep_their_text() -> None:
    assert yamltext.document(jsonvalue.parse("[1.50, 1e5]")) == "- 1.50\n- 1.0e+5"
