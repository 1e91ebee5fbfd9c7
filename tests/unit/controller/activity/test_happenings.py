"""What happens as server-sent events."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.stores.samples import activation, parameters
from tests.unit.controller.activity.samples import Read, ended, last_id, number, read, started
from whisk_platform.common.positions import Position
from whisk_platform.controller.activity.happenings import (
    End,
    Log,
    Start,
    farewell,
    frame,
    heartbeat,
    opening,
)
from whisk_platform.entities import wire

AT = Position(77)


def test_a_start_says_what_is_known_and_leaves_out_the_rest() -> None:
    (event,) = read(Start(AT, started()).text(docs=False))
    assert event == Read(
        "start",
        {
            "activationId": number(1),
            "namespace": "guest",
            "name": "hello",
            "version": "0.0.1",
            "path": "guest/hello",
            "kind": "python:3.11",
            "start": started().start,
        },
        AT,
    )
    of_rule = {"cause": number(2), "trigger": "guest/t", "rule": "guest/r", "binding": "guest/b"}
    fields = {name: getattr(started(), name) for name in started().__dataclass_fields__}
    (event,) = read(Start(AT, type(started())(**{**fields, **of_rule})).text(docs=True))
    assert {name: event.data[name] for name in of_rule} == of_rule


def test_each_line_of_a_log_is_an_event() -> None:
    lines = ["2024-02-01T10:11:12.123456789Z stdout: grüß", "2024… stderr: \ud800\n\t"]
    events = read(Log(AT, started(), lines).text(docs=False))
    assert [event.data["line"] for event in events] == lines
    assert {(event.event, event.id, event.data["activationId"]) for event in events} == {
        ("log", AT, number(1))
    }


def test_lines_that_are_left_out_are_counted() -> None:
    log = Log(AT, started(), ["a", "b", "c"]).without_lines()
    assert read(log.text(docs=False)) == [
        Read("log", {"activationId": number(1), "dropped": 3}, AT)
    ]


def test_an_end_is_the_record_as_lists_have_it_with_its_status_in_words() -> None:
    record = ended()
    (summary,) = read(End(AT, record).text(docs=False))
    expected = {key: json.loads(bytes(v)) for key, v in wire.activation_summary(record).items()}
    assert summary == Read("end", {**expected, "status": "success"}, AT)
    (full,) = read(End(AT, record).text(docs=True))
    expected = {key: json.loads(bytes(value)) for key, value in wire.activation(record).items()}
    assert full == Read("end", expected, AT)


@pytest.mark.parametrize("newline", [b"\n", b"\r", b"\r\n", b"\n\n"])
def test_line_breaks_between_the_tokens_of_a_result_do_not_break_the_event(newline: bytes) -> None:
    record = activation(result=b'{"a":' + newline + b' 1.10,"b":"\\n"}')
    text = End(AT, record).text(docs=True)
    (event,) = read(text)
    assert event.data["response"]["result"] == {"a": 1.10, "b": "\n"}
    assert b"1.10" in text


@given(st.text(), st.text())
def test_any_text_comes_through_a_frame(name: str, value: str) -> None:
    data = json.dumps({name: value}, indent=1).encode()
    assert read(frame("end", data, 5)) == [Read("end", {name: value}, 5)]


def test_what_is_no_event_keeps_the_place() -> None:
    assert (read(opening(5, 2000)), last_id(opening(5, 2000))) == ([], 5)
    assert (read(heartbeat(6)), last_id(heartbeat(6))) == ([], 6)
    assert (read(heartbeat(None)), last_id(heartbeat(None))) == ([], None)
    assert read(farewell("bye", "so long")) == [Read("bye", {"reason": "so long"})]


def test_sizes_are_those_of_the_texts_that_are_held() -> None:
    record = msgspec.structs.replace(
        activation(result=b'"' + b"x" * 5_000 + b'"'), logs=("y" * 1_000, "z")
    )
    assert End(AT, record).size >= 6_000
    assert Log(AT, started(), ["y" * 1_000, "z"]).size >= 1_001
    assert Log(AT, started(), ["y", "z"]).count == 2
    assert Log(AT, started(), ["y"] * 9).without_lines().count == 1


def test_names_and_kinds_are_the_records() -> None:
    annotations = {
        "path": b'"x/p/hello"',
        "binding": b'"guest/b"',
        "kind": b'"nodejs:20"',
    }
    record = msgspec.structs.replace(ended(), annotations=parameters(annotations))
    end = End(AT, record)
    assert (end.names, end.kind) == (frozenset(("p/hello", "b/hello")), "nodejs:20")
    bare = msgspec.structs.replace(ended(), annotations=parameters({"kind": b"7"}))
    assert (End(AT, bare).names, End(AT, bare).kind) == (frozenset(("hello",)), None)
