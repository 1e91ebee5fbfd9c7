"""The hub: what watchers get, in which order, and what it may cost in memory."""

import pytest

from tests.unit.controller.activity.samples import ended, read, started, wanted
from whisk_platform.common.errors import TooManyRequestsError, UnavailableError
from whisk_platform.common.positions import new_position
from whisk_platform.controller.activity.channel import Watcher
from whisk_platform.controller.activity.hub import ActivityHub, Bounds
from whisk_platform.entities.activation import StatusCode

PIECE = 1 << 16


def _settle(hub: ActivityHub) -> None:
    while hub.pass_on():
        pass
    hub.seal()


def _piece(hub: ActivityHub, watcher: Watcher) -> bytes:
    """What the watcher gets next, nothing included."""
    hub.wait(watcher)
    if watcher not in hub.ready:
        return b""
    hub.ready.remove(watcher)
    return hub.take(watcher, PIECE)[0]


def _end(hub: ActivityHub, of: int, **how: object) -> None:
    hub.ended(ended(of, **how), new_position())  # type: ignore[arg-type]


def _ids(text: bytes) -> list[int]:
    return [int(event.data["activationId"], 16) for event in read(text)]


def test_a_namespace_is_watched_from_the_first_watcher_to_the_last() -> None:
    hub = ActivityHub()
    assert not hub.watches("guest")
    one, two = hub.join(wanted()), hub.join(wanted(docs=True))
    assert hub.watches("guest")
    assert not hub.watches("other")
    hub.leave(one)
    hub.leave(one)
    assert hub.watches("guest")
    hub.leave(two)
    assert not hub.watches("guest")
    _settle(hub)
    assert hub.counts().channels == hub.counts().watchers == 0


def test_nothing_is_kept_of_what_nobody_watches() -> None:
    hub = ActivityHub()
    hub.started(started())
    hub.printed(started(), ["a"])
    _end(hub, 1)
    assert (hub.told, hub.counts().held_bytes) == (0, 0)


def test_happenings_come_in_the_order_in_which_they_were_told() -> None:
    hub = ActivityHub()
    watcher = hub.join(wanted())
    hub.started(started(1))
    hub.printed(started(1), ["a", "b"])
    hub.started(started(2))
    _end(hub, 1)
    _settle(hub)
    events = read(_piece(hub, watcher))
    assert [(e.event, int(e.data["activationId"], 16)) for e in events] == [
        ("start", 1),
        ("log", 1),
        ("log", 1),
        ("start", 2),
        ("end", 1),
    ]
    ids = [event.id for event in events if event.id is not None]
    assert ids == sorted(ids)
    assert len(ids) == len(events)


def test_a_watcher_gets_what_was_told_after_it_joined_and_nothing_else() -> None:
    hub = ActivityHub()
    first = hub.join(wanted())
    _end(hub, 1)
    second = hub.join(wanted())
    _end(hub, 2)
    _settle(hub)
    assert _ids(_piece(hub, first)) == [1, 2]
    assert _ids(_piece(hub, second)) == [2]
    events = read(_piece(hub, hub.join(wanted())))
    assert events == []
    assert [e.id for e in events if e.id is not None and e.id <= second.joined] == []


def test_a_watcher_of_one_namespace_hears_nothing_of_another() -> None:
    hub = ActivityHub()
    mine, other = hub.join(wanted()), hub.join(wanted("other"))
    _end(hub, 1)
    _end(hub, 2, namespace="other")
    _settle(hub)
    assert _ids(_piece(hub, mine)) == [1]
    assert _ids(_piece(hub, other)) == [2]


def test_each_filter_gets_its_own() -> None:
    hub = ActivityHub()
    failed = hub.join(wanted(statuses=frozenset((StatusCode.DEVELOPER_ERROR,))))
    named = hub.join(wanted(name="a", docs=True))
    everything = hub.join(wanted())
    _end(hub, 1, name="a")
    _end(hub, 2, name="b", status=StatusCode.DEVELOPER_ERROR)
    _settle(hub)
    assert _ids(_piece(hub, failed)) == [2]
    assert _ids(_piece(hub, everything)) == [1, 2]
    (event,) = read(_piece(hub, named))
    assert "response" in event.data


def test_a_watcher_that_waits_is_ready_as_soon_as_there_is_something() -> None:
    hub = ActivityHub()
    watcher = hub.join(wanted())
    hub.wait(watcher)
    _settle(hub)
    assert list(hub.ready) == []
    _end(hub, 1)
    assert list(hub.ready) == []
    _settle(hub)
    assert list(hub.ready) == [watcher]


def test_the_number_of_watchers_is_bounded_in_a_namespace_and_altogether() -> None:
    hub = ActivityHub(Bounds(watchers_per_namespace=2, watchers=3))
    one = hub.join(wanted())
    hub.join(wanted(name="a"))
    with pytest.raises(TooManyRequestsError, match=r"^Too many clients watch this namespace \("):
        hub.join(wanted())
    hub.join(wanted("other"))
    with pytest.raises(UnavailableError, match=r"^Too many clients watch activations\."):
        hub.join(wanted("third"))
    assert not hub.watches("third")
    hub.leave(one)
    hub.join(wanted())


def test_who_falls_too_far_behind_is_told_so_and_the_others_are_not() -> None:
    hub = ActivityHub(Bounds(queue_events=3))
    slow, quick = hub.join(wanted()), hub.join(wanted())
    for of in range(1, 9):
        _end(hub, of)
        _settle(hub)
        assert _ids(_piece(hub, quick)) == [of]
    (event,) = read(_piece(hub, slow))
    assert event.event == "overflow"
    assert "Reconnect with the last event's id" in event.data["reason"]
    assert hub.counts().overflows == 1
    assert read(_piece(hub, slow)) == [event], "it stays the last"


def test_a_flood_of_output_is_thinned_before_anybody_is_let_go() -> None:
    hub = ActivityHub(Bounds(told_bytes=20_000))
    watcher = hub.join(wanted())
    for _ in range(1_000):
        hub.printed(started(1), ["x" * 100] * 3)
    _end(hub, 1)
    assert hub.counts().held_bytes <= 20_000
    _settle(hub)
    events = read(_piece(hub, watcher))
    assert events[-1].event == "end"
    told = sum("line" in event.data for event in events)
    dropped = sum(event.data.get("dropped", 0) for event in events)
    assert (told + dropped, told > 0) == (3_000, True)
    assert len([event for event in events if "dropped" in event.data]) == 1
    assert hub.counts().overflows == 0


@pytest.mark.parametrize("bounds", [Bounds(told_events=5), Bounds(told_bytes=5_000)])
def test_a_flood_of_ends_lets_everybody_go_rather_than_grow(bounds: Bounds) -> None:
    hub = ActivityHub(bounds)
    watchers = [hub.join(wanted()), hub.join(wanted(docs=True))]
    for of in range(1, 100):
        _end(hub, of)
    assert hub.told <= 15
    assert hub.counts().held_bytes <= 5_000
    for watcher in watchers:
        assert [event.event for event in read(_piece(hub, watcher))] == ["overflow"]
    assert hub.counts().overflows == 2


def test_many_filters_share_what_may_be_held() -> None:
    hub = ActivityHub(Bounds(held_bytes=1 << 20, queue_bytes=1 << 20))
    for index in range(10):
        hub.join(wanted(name="hello", kinds=frozenset(("python:3.11", str(index))), docs=True))
    for of in range(1, 200):
        _end(hub, of, result=b'"' + b"x" * 5_000 + b'"')
        _settle(hub)
    assert hub.counts().channels == 10
    assert hub.counts().held_bytes <= 1 << 20


def test_a_dismissed_watcher_gets_the_reason_at_once() -> None:
    hub = ActivityHub()
    watcher = hub.join(wanted())
    _settle(hub)
    hub.wait(watcher)
    hub.dismiss(watcher, "because")
    assert list(hub.ready) == [watcher]
    piece, last = hub.take(watcher, PIECE)
    assert (read(piece)[0].event, read(piece)[0].data, last) == ("bye", {"reason": "because"}, True)


def test_a_closed_hub_lets_everybody_go_and_takes_nobody() -> None:
    hub = ActivityHub()
    watchers = [hub.join(wanted()), hub.join(wanted("other"))]
    hub.close("the end")
    for watcher in watchers:
        assert [event.event for event in read(_piece(hub, watcher))] == ["bye"]
    with pytest.raises(UnavailableError, match=r"^The platform is stopping\."):
        hub.join(wanted())


def test_it_is_known_whether_a_watcher_has_got_everything() -> None:
    hub = ActivityHub()
    watcher = hub.join(wanted())
    assert not hub.caught_up(watcher)
    _settle(hub)
    assert hub.caught_up(watcher)
    _end(hub, 1)
    assert not hub.caught_up(watcher)
    _settle(hub)
    assert not hub.caught_up(watcher)
    _piece(hub, watcher)
    assert hub.caught_up(watcher)


def test_who_leaves_before_it_has_joined_leaves_nothing_behind() -> None:
    hub = ActivityHub()
    hub.leave(hub.join(wanted()))
    _end(hub, 1)
    _settle(hub)
    assert (hub.counts().channels, hub.counts().held_bytes, hub.told) == (0, 0, 0)


def test_one_telling_serves_all_watchers() -> None:
    """The text of an event, and each piece, is made once, however many watch."""
    hub = ActivityHub()
    watchers = [hub.join(wanted()) for _ in range(100)]
    for of in range(1, 6):
        _end(hub, of)
        _settle(hub)
    pieces = {id(_piece(hub, watcher)) for watcher in watchers}
    assert len(pieces) == 1
