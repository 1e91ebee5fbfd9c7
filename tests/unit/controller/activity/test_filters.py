"""Who is told what."""

import msgspec
import pytest

from tests.unit.controller.activity.samples import ended, started, wanted
from whisk_platform.common.positions import Position
from whisk_platform.controller.activity.filters import WatchFilter
from whisk_platform.controller.activity.happenings import End, Log, Start
from whisk_platform.entities.activation import StatusCode

AT = Position(1)
FAILED = frozenset((StatusCode.APPLICATION_ERROR, StatusCode.DEVELOPER_ERROR))
TRIGGER = msgspec.structs.replace(ended(), end=None, duration=None)


@pytest.mark.parametrize(
    ("filter_", "told"),
    [
        (wanted(), "start log end"),
        (wanted(docs=True), "start log end"),
        (wanted(events=("end",)), "end"),
        (wanted(events=("log", "start")), "start log"),
        (wanted(name="hello"), "start log end"),
        (wanted(name="p/hello"), ""),
        (wanted(name="other"), ""),
        (wanted(kinds=frozenset(("python:3.11", "php:8"))), "start log end"),
        (wanted(kinds=frozenset(("php:8",))), ""),
        # How it ends is not known before.
        (wanted(statuses=frozenset((StatusCode.SUCCESS,))), "end"),
        (wanted(statuses=FAILED), ""),
        (wanted(min_duration=7), "end"),
        (wanted(min_duration=8), ""),
        (wanted(name="hello", statuses=FAILED), ""),
        (wanted(since=1 << 60, upto=0), "start log end"),
    ],
)
def test_a_filter_tells_exactly_what_matches(filter_: WatchFilter, told: str) -> None:
    happenings = (Start(AT, started()), Log(AT, started(), ["x"]), End(AT, ended()))
    assert " ".join(h.event for h in happenings if filter_.matches(h)) == told


def test_what_has_no_duration_has_none_that_is_long_enough() -> None:
    assert not wanted(min_duration=0).matches(End(AT, TRIGGER))
    assert wanted().matches(End(AT, TRIGGER))


def test_watchers_who_want_the_same_have_the_same_filter() -> None:
    assert {wanted(name="a"), wanted(name="a")} == {wanted(name="a")}
    assert len({wanted(), wanted(docs=True), wanted(name="a"), wanted("other")}) == 4
