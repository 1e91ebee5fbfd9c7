"""What of a log was told while an action ran, and what its record adds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_cli.client.stream import Event
from whisk_cli.client.tails import Tails, Told, is_of, runs_code, shown_name
from whisk_cli.jsonvalue import JSONObject, JSONValue
from whisk_cli.render.activationtable import status_code

START: JSONObject = {
    "activationId": "1", "namespace": "ns", "name": "a", "path": "ns/a", "kind": "python:3",
}  # fmt: skip


def _annotated(**values: JSONValue) -> list[JSONValue]:
    return [{"key": key, "value": value} for key, value in values.items()]


def _record(*lines: str, **more: JSONValue) -> JSONObject:
    return {
        "activationId": "1",
        "namespace": "ns",
        "name": "a",
        "logs": [*lines],
        "annotations": _annotated(path="ns/a", kind="python:3"),
        **more,
    }


def _log(line: str) -> Event:
    return Event(name="log", data={"activationId": "1", "line": line})


def _dropped(many: int) -> Event:
    return Event(name="log", data={"activationId": "1", "dropped": many})


def _lines(tails: Tails, *events: Event) -> list[str]:
    told = [tails.take(event) for event in events]
    return [line for each in told if each is not None for line in each.lines]


BEGUN = Event(name="start", data=START)


@given(st.lists(st.text(max_size=3), max_size=20), st.data())
def test_every_line_is_told_once_however_many_came_live(
    lines: list[str], data: st.DataObject
) -> None:
    """Live lines come in order; runs of them may be left out, and the rest may never come."""
    live: list[Event] = []
    position = 0
    until = data.draw(st.integers(0, len(lines)))
    while position < until:
        many = data.draw(st.integers(1, until - position))
        if data.draw(st.booleans()):
            live += [_log(line) for line in lines[position : position + many]]
        else:
            live.append(_dropped(many))
        position += many
    tails = Tails()
    told = _lines(tails, BEGUN, *live, Event(name="end", data=_record(*lines)))
    assert sorted(told) == sorted(lines)
    assert told[len(told) - len(lines[until:]) :] == lines[until:]


def test_an_activation_whose_start_was_not_seen_is_told_at_its_end() -> None:
    tails = Tails()
    assert _lines(tails, _log("x"), _log("y")) == []
    assert tails.take(Event(name="end", data=_record("x", "y"))) == Told(
        action="a", activation_id="1", lines=["x", "y"], status="success"
    )


def test_what_begins_anew_is_told_anew() -> None:
    events = [BEGUN, _log("x"), BEGUN, _log("x"), Event(name="end", data=_record("x", "z"))]
    assert _lines(Tails(), *events) == ["x", "x", "z"]


def test_only_what_was_asked_for_is_told() -> None:
    tails = Tails(frozenset({"b"}))
    assert _lines(tails, BEGUN, _log("x"), Event(name="end", data=_record("x"))) == []


@pytest.mark.parametrize(
    ("activation", "names", "expected"),
    [
        (START, {"a"}, True),
        (START, {"p/a"}, False),
        ({**START, "path": "ns/p/a"}, {"p/a"}, True),
        ({**START, "path": "ns/p/a"}, {"a"}, False),
        ({**START, "path": "other/p/a", "binding": "ns/b"}, {"b/a"}, True),
        (_record(), {"a", "b"}, True),
        (_record(annotations=_annotated(path="ns/p/a")), {"p/a"}, True),
        (_record(annotations=_annotated(path="x/p/a", binding="ns/b")), {"b/a"}, True),
        (_record(annotations=[]), {"a"}, True),
        (START, set(), True),
        ({**START, "kind": "sequence"}, set(), False),
        (_record(annotations=[], end=0), set(), False),
        (_record(annotations=[], end=7), set(), True),
    ],
)
def test_actions_are_told_apart_by_package(
    activation: JSONObject, names: set[str], expected: bool
) -> None:
    assert is_of(activation, frozenset(names)) is expected


def test_names_say_as_much_as_they_must() -> None:
    assert shown_name(START) == "a"
    assert shown_name({**START, "path": "ns/p/a"}) == "p/a"
    assert shown_name({**START, "path": "other/p/a"}) == "/other/p/a"
    assert shown_name({"name": "t", "namespace": "ns"}) == "t"


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"statusCode": 2}, 2),
        ({"statusCode": 17}, 0),
        ({"response": {"status": "application error"}}, 1),
        ({"response": {"status": "whisk internal error"}}, 3),
        ({"response": {"success": False}}, 1),
        ({"status": "action developer error"}, 2),
        ({}, 0),
    ],
)
def test_the_status_of_whole_records_and_of_listed_ones(record: JSONObject, code: int) -> None:
    assert status_code(record) == code


def test_what_runs_code() -> None:
    assert runs_code(START)
    assert not runs_code({"annotations": _annotated(kind="sequence"), "end": 5})
