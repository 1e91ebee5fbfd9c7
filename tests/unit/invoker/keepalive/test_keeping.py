"""Containers that a namespace has reserved."""

from __future__ import annotations

import pytest

from tests.unit.invoker.samples import action, identity, message
from tests.unit.invoker.samples import prepared as prepare
from tests.unit.invoker.test_pool import Hands, hands
from whisk_platform.entities.limits import NamespaceLimits
from whisk_platform.invoker.job import Job, key_of
from whisk_platform.invoker.keepalive.keeping import Keeping, keeping_of, seconds_of

RESERVED = NamespaceLimits(
    warmed_container_keeping_count=1, warmed_container_keeping_timeout="2 hours"
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10 minutes", 600),
        ("60.minutes", 3600),
        ("1h", 3600),
        ("1.5 hours", 5400),
        ("500 ms", 0.5),
        ("3 fortnights", None),
        ("soon", None),
        ("", None),
        ("7", None),
    ],
)
def test_durations_are_read_as_the_reference_spells_them(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (NamespaceLimits(), None),
        (RESERVED, Keeping(1, 7200)),
        (NamespaceLimits(warmed_container_keeping_count=2), Keeping(2, 3600)),
        (NamespaceLimits(warmed_container_keeping_timeout="5 minutes"), Keeping(1, 300)),
        (NamespaceLimits(warmed_container_keeping_timeout="whenever"), None),
    ],
)
def test_what_a_namespace_reserves(limits: NamespaceLimits, expected: Keeping | None) -> None:
    assert keeping_of(limits) == expected


def _job(limits: NamespaceLimits) -> Job:
    called = action("kept")
    sent = message(called, user=identity(limits=limits))
    return Job(sent, prepare(called), key_of(sent, called), 0.0)


def _two_idle(limits: NamespaceLimits) -> Hands:
    h = hands(keep_alive="fixed", keep_alive_s=60, pause_grace_s=0)
    work = [h.submit(_job(limits)) for _ in range(2)]
    h.all_created()
    for each in work:
        h.end(each)
    return h


def _count_at(h: Hands, now: float) -> int:
    h.now = now
    h.apply(h.pool.tick(now))
    return h.pool.counts().containers


def test_reserved_containers_outlive_the_others() -> None:
    h = _two_idle(RESERVED)
    assert _count_at(h, 61) == 1
    assert _count_at(h, 7199) == 1
    assert _count_at(h, 7260) == 0


def test_without_a_reservation_all_go_at_the_same_time() -> None:
    assert _count_at(_two_idle(NamespaceLimits()), 61) == 0


@pytest.mark.parametrize(("own", "containers"), [(None, 2), (1, 1), (5, 2)])
def test_no_action_has_more_containers_than_its_namespace_allows(
    own: int | None, containers: int
) -> None:
    h = hands()
    called = action("few", instances=own)
    user = identity(limits=NamespaceLimits(max_action_instances=2))
    for _ in range(6):
        sent = message(called, user=user)
        h.submit(Job(sent, prepare(called), key_of(sent, called), 0.0))
    assert len(h.creating) == containers
