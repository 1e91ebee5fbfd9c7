"""Lines become events, as the format of server-sent events has it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from whisk_cli.client.stream import Decoder, Event
from whisk_cli.jsonvalue import parse


def _events(text: bytes) -> tuple[list[Event], str]:
    decoder = Decoder()
    made = [decoder.line(line) for line in text.splitlines(keepends=True)]
    return [event for event in made if event is not None], decoder.last_id


def test_an_event_has_its_name_its_data_and_its_id() -> None:
    events, last = _events(b'event: end\nid: 7\ndata: {"a":1}\n\n')
    assert events == [Event(name="end", data=parse('{"a":1}'), identifier="7")]
    assert last == "7"


def test_lines_of_data_are_one_document() -> None:
    events, _ = _events(b'event: end\ndata: {"a":\ndata:1}\n\n')
    assert events == [Event(name="end", data=parse('{"a":1}'))]


def test_an_id_alone_counts_and_is_no_event() -> None:
    assert _events(b": hello\nretry: 10\nid: 9\n\n") == ([], "9")


def test_an_event_that_is_not_whole_counts_for_nothing() -> None:
    assert _events(b"id: 1\n\nevent: end\nid: 2\ndata: {}\n") == ([], "1")


def test_ends_of_lines_may_be_of_two_kinds() -> None:
    events, last = _events(b"event: end\r\nid: 3\r\ndata: []\r\n\r\n")
    assert events == [Event(name="end", data=[], identifier="3")]
    assert last == "3"


names = st.sampled_from(["start", "log", "end", "gap"])
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.tuples(names, documents, st.integers(0, 10**18)), max_size=6))
def test_what_is_written_is_read(written: list[tuple[str, object, int]]) -> None:
    text = b"".join(
        f"event: {name}\nid: {number}\ndata: {json.dumps(data)}\n\n".encode()
        for name, data, number in written
    )
    events, last = _events(text)
    assert events == [
        Event(name=name, data=parse(json.dumps(data)), identifier=str(number))
        for name, data, number in written
    ]
    assert last == (str(written[-1][2]) if written else "")


@given(st.binary(max_size=300))
def test_no_bytes_are_an_error(text: bytes) -> None:
    _events(text)
