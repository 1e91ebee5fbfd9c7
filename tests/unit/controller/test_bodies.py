"""Bodies of PUT requests, member by member: what goes in comes out."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.common.errors import MalformedContentError
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.controller.bodies import body_members, common_members, reference, shown
from whisk_platform.entities import wire
from whisk_platform.entities.names import FullyQualifiedEntityName

LIMIT = 1 << 20

numbers = st.from_regex(r"\A-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?\Z")
texts = st.text().map(lambda text: json.dumps(text, ensure_ascii=True))
scalars = st.one_of(numbers, texts, st.sampled_from(["null", "true", "false"]))
keys = st.text(st.characters(exclude_categories=["Cs"])).map(json.dumps)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ",".join(items) + "]"),
        st.dictionaries(keys, inner, max_size=3).map(
            lambda items: "{" + ",".join(f"{k}:{v}" for k, v in items.items()) + "}"
        ),
    ),
    max_leaves=6,
)


@given(st.dictionaries(keys, values, max_size=4))
def test_values_of_parameters_stay_the_text_they_were(members: dict[str, str]) -> None:
    pairs = ",".join(f'{{"key":{key},"value":{value}}}' for key, value in members.items())
    body = body_members(f'{{"parameters":[{pairs}]}}'.encode())
    parameters = common_members(body, LIMIT).parameters
    assert parameters is not None
    expected = {json.loads(key): value for key, value in members.items()}
    assert {p.key: bytes(p.value).decode() for p in parameters} == expected
    rendered = json.loads(bytes(wire.pairs(parameters)), parse_float=str, parse_int=str)
    assert [pair["key"] for pair in rendered] == list(expected)


@given(st.dictionaries(keys, values, min_size=1, max_size=4))
def test_the_size_is_that_of_keys_and_compact_values(members: dict[str, str]) -> None:
    pairs = ", ".join(f'{{ "key" : {key} , "value" : {value} }}' for key, value in members.items())
    body = body_members(f'{{"parameters": [ {pairs} ]}}'.encode())
    parameters = common_members(body, LIMIT).parameters
    assert parameters is not None
    size = sum(len(json.loads(key).encode()) + len(value) for key, value in members.items())
    assert parameters.size == size


@given(st.binary(max_size=60))
def test_no_bytes_do_more_than_be_refused(body: bytes) -> None:
    with contextlib.suppress(MalformedContentError):
        common_members(body_members(body), LIMIT)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/ns/a", FullyQualifiedEntityName("ns", None, "a")),
        ("ns/a", FullyQualifiedEntityName("ns", None, "a")),
        ("/_/pkg/a b", FullyQualifiedEntityName("_", "pkg", "a b")),
        ({"path": "ns", "name": "a"}, FullyQualifiedEntityName("ns", None, "a")),
        ({"path": "ns/pkg", "name": "a"}, FullyQualifiedEntityName("ns", "pkg", "a")),
    ],
)
def test_a_reference_is_a_string_or_an_object(
    value: Any, expected: FullyQualifiedEntityName
) -> None:
    assert reference(RawJSON(json.dumps(value).encode())) == expected


@pytest.mark.parametrize(
    "value", ["a", "", "/", "/ns/", "ns/a/b/c", "ns/$", 1, None, [], {}, {"path": "ns"}, "\ud800/a"]
)
def test_anything_else_is_no_reference(value: Any) -> None:
    with pytest.raises(MalformedContentError):
        reference(RawJSON(json.dumps(value).encode()))


def test_a_sentence_quotes_no_more_than_a_person_reads() -> None:
    assert shown(RawJSON(b"[1 , 2]")) == "[1,2]"
    assert len(shown(RawJSON(b'"' + b"x" * 100_000 + b'"'))) < 1100
