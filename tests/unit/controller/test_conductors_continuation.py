"""What the result of a conductor asks for next (contract rest-api §5.3, appendix D 15, 22)."""

import json

import pytest

from whisk_platform.common.jsontext import RawJSON, join_object
from whisk_platform.controller.continuation import (
    Call,
    Continuation,
    End,
    Misnamed,
    component_name,
    continuation,
    error_members,
    result_members,
)


def read(result: str) -> Continuation:
    return continuation(RawJSON(result.encode()), "own")


def ending(result: str) -> str:
    """The composition's result."""
    end = read(result)
    assert isinstance(end, End)
    return bytes(end.result).decode()


def call(result: str) -> tuple[str, str, str]:
    """The component, what it gets, and what is kept."""
    wanted = read(result)
    assert isinstance(wanted, Call)
    payload, state = join_object(wanted.payload), join_object(wanted.state)
    return str(wanted.component), payload.decode(), state.decode()


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("{}", "{}"),
        ('{"error":"mine"}', '{"error":"mine"}'),
        ('{"x":1.10}', '{"x":1.10}'),
        ('{"params":{"x":1.10}}', '{"x":1.10}'),
        ('{"params":{"x":1},"state":{"y":2},"method":"m"}', '{"x":1}'),
        ('{"params":{"error":"mine"}}', '{"error":"mine"}'),
        ('{"params":1e400}', '{"value":1e400}'),
        ('{"params":[1, 2]}', '{"value":[1, 2]}'),
        ('{"params":"text"}', '{"value":"text"}'),
        ('{"params":null}', '{"value":null}'),
        ('{"params":false}', '{"value":false}'),
        ('{"state":{"y":2}}', '{"state":{"y":2}}'),
        ('[{"action":"a"}]', '[{"action":"a"}]'),
    ],
)
def test_without_an_action_it_ends_with_params_or_the_whole_result(
    result: str, expected: str
) -> None:
    assert ending(result) == expected


@pytest.mark.parametrize(
    ("result", "payload", "state"),
    [
        ('{"action":"a"}', "{}", "{}"),
        ('{"action":"a","params":{"x":1.10}}', '{"x":1.10}', "{}"),
        ('{"action":"a","params":[1.10]}', '{"value":[1.10]}', "{}"),
        ('{"action":"a","params":null}', '{"value":null}', "{}"),
        ('{"action":"a","state":{"y":2.0}}', "{}", '{"y":2.0}'),
        ('{"action":"a","state":2.0}', "{}", '{"state":2.0}'),
        ('{"action":"a","state":null}', "{}", '{"state":null}'),
        ('{"action":"a","params":{"p":1},"state":[],"method":"m"}', '{"p":1}', '{"state":[]}'),
    ],
)
def test_with_an_action_it_goes_on(result: str, payload: str, state: str) -> None:
    assert call(result) == ("own/a", payload, state)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("/ns/a", "ns/a"),
        ("/ns/pkg/a", "ns/pkg/a"),
        ("ns/pkg/a", "ns/pkg/a"),
        ("pkg/a", "own/pkg/a"),
        ("a", "own/a"),
        ("/_/a", "own/a"),
        ("/_/pkg/a", "own/pkg/a"),
        ("_/pkg/a", "own/pkg/a"),
        ("_/a", "own/_/a"),
        ("_", "own/_"),
        ("with space", "own/with space"),
    ],
)
def test_an_action_is_named_in_these_forms(name: str, expected: str) -> None:
    assert str(component_name(RawJSON(json.dumps(name).encode()), "own")) == expected


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        ('"invalid#Action"', '"invalid#Action"'),
        ('""', '""'),
        ('"/"', '"/"'),
        ('"/a"', '"/a"'),
        ('"//a"', '"//a"'),
        ('"/ns//a"', '"/ns//a"'),
        ('"a/"', '"a/"'),
        ('"a/b/c/d"', '"a/b/c/d"'),
        ('"/a/b/c/d"', '"/a/b/c/d"'),
        ('" a"', '" a"'),
        ('"caf\\u00e9\\n"', '"café\\n"'),
        ('"\\ud800"', '"\\ud800"'),
        ("null", "null"),
        ("true", "true"),
        ("1.10", "1.10"),
        ('{ "name": [ "a", 1e400 ] }', '{"name":["a",1e400]}'),
    ],
)
def test_what_names_no_action_is_shown_as_compact_json(value: str, spelled: str) -> None:
    told = read(f'{{"action":{value},"state":{{"y":1}}}}')
    assert isinstance(told, Misnamed)
    assert (
        told.error == f"Failed to parse action name from json value {spelled} during composition."
    )
    assert join_object(told.state) == b'{"y":1}'


def test_a_name_that_is_too_long_names_no_action() -> None:
    assert component_name(RawJSON(b'"%s"' % (b"a" * 256)), "own") is not None
    assert component_name(RawJSON(b'"%s"' % (b"a" * 257)), "own") is None


def test_a_conductor_gets_a_result_as_an_object() -> None:
    assert join_object(result_members(RawJSON(b'{"x":1.10}'))) == b'{"x":1.10}'
    assert join_object(result_members(RawJSON(b"[1.10]"))) == b'{"value":[1.10]}'


def test_a_conductor_gets_an_error_instead_of_a_result() -> None:
    assert join_object(error_members('a "b"')) == b'{"error":"a \\"b\\""}'
