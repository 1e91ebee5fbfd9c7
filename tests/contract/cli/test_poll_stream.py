"""Polling a server that streams: it is not asked again and again, and the same is printed."""

import pytest

from tests.contract.cli.driver import Outcome, Wsk
from tests.contract.cli.streamer import OPENING, STAYS, event, told
from tests.contract.cli.test_poll import GREETING, _activation, _poll, _shown

START = 4_102_444_800_000
"""After any time at which a poll can begin."""


def _end(name: str, identifier: int, *logs: str) -> bytes:
    return event("end", _activation(name, START + identifier, *logs), identifier)


def test_what_is_told_is_shown_once_and_nothing_else_is_asked(wsk: Wsk) -> None:
    ends = _end("a", 101, "x", "y") + _end("b", 102)
    with told(wsk, OPENING + ends + _end("a", 101) + STAYS) as streamer:
        outcome = _poll(wsk)
    assert outcome == Outcome(code=0, out=GREETING + _shown("a", "x", "y") + _shown("b"))
    assert streamer.asked == [("activations?watch=true&events=end&limit=1&docs=true", None)]


def test_a_name_is_told_to_the_server(wsk: Wsk) -> None:
    with told(wsk, OPENING + STAYS) as streamer:
        assert _poll(wsk, "/ns/p/a") == Outcome(code=0, out=GREETING)
    target = "activations?watch=true&events=end&limit=1&docs=true&name=p%2Fa"
    assert streamer.asked == [(target, None)]


def test_beginning_some_time_ago_lists_newest_first_before_it_listens(wsk: Wsk) -> None:
    """What ends between the two is shown once."""
    listed = [_activation("new", START + 2), _activation("old", START + 1)]
    said = event("end", listed[0], 101) + event("end", _activation("last", START + 3), 102)
    with told(wsk, OPENING + said + STAYS, listed=listed) as streamer:
        outcome = _poll(wsk, "--since-minutes", "1")
    shown = _shown("new") + _shown("old") + _shown("last")
    assert outcome == Outcome(code=0, out=GREETING + shown)
    assert [target.partition("since=")[0] for target, _ in streamer.asked] == [
        "activations?watch=true&events=end&limit=1&docs=true",
        "activations?docs=true&limit=0&",
    ]


@pytest.mark.parametrize(
    "broken",
    [
        event("overflow", {"reason": "too slow"}),
        event("bye", {"reason": "stopping"}),
        b"",
        b"event: end\nid: 999\ndata: {",
        b": a comment\n\nid: 105\n\n",
    ],
)
def test_a_stream_that_ends_is_taken_up_where_it_ended(wsk: Wsk, broken: bytes) -> None:
    """An event that did not come whole does not count, and its id neither."""
    first = OPENING + _end("a", 101) + broken
    with told(wsk, first, OPENING + _end("b", 200) + STAYS) as streamer:
        outcome = _poll(wsk)
    assert outcome == Outcome(code=0, out=GREETING + _shown("a") + _shown("b"))
    expected = "105" if b"105" in broken else "101"
    assert [identifier for _, identifier in streamer.asked] == [None, expected]


def test_a_server_that_stops_streaming_is_polled(wsk: Wsk) -> None:
    said = event("end", _activation("a", START), 101)
    listed = [_activation("b", START + 1), _activation("a", START)]
    with told(wsk, OPENING + said, listed=listed) as streamer:
        outcome = _poll(wsk)
    assert outcome == Outcome(code=0, out=GREETING + _shown("a") + _shown("b"))
    assert [target.partition("&")[0] for target, _ in streamer.asked[:3]] == [
        "activations?watch=true",
        "activations?watch=true",
        "activations?docs=true",
    ]


def test_numbers_and_broken_data_do_not_end_the_poll(wsk: Wsk) -> None:
    odd = b"data: no json\n\nevent: end\ndata:\n\nevent: end\ndata: 7\n\nnonsense\n\n"
    with told(wsk, OPENING + _end("a", 101) + odd + _end("b", 102) + STAYS):
        outcome = _poll(wsk)
    assert outcome.code == 0
    assert outcome.out.startswith(GREETING + _shown("a"))
    assert outcome.out.endswith(_shown("b"))
