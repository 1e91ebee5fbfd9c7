"""An invoker's health follows from its pings, what comes of its work, and silence.

Source: contracts data-plane §2.7, §11.11.
"""

from __future__ import annotations

import pytest

from whisk_platform.controller.loadbalancer.supervision import (
    REMEMBERED,
    SILENCE_S,
    TEST_EVERY_S,
    Health,
    Report,
    Supervised,
    Verdict,
)

OK, ERROR, LATE = Report.SUCCESS, Report.SYSTEM_ERROR, Report.TIMEOUT


def _healthy() -> Supervised:
    invoker = Supervised()
    invoker.pinged(0.0, incarnation="one")
    invoker.reported(OK, 0.0)
    assert invoker.health is Health.HEALTHY
    return invoker


def test_the_first_ping_asks_for_a_test() -> None:
    invoker = Supervised()
    assert invoker.pinged(0.0, incarnation="one") == Verdict(changed=True, test=True)
    assert invoker.health is Health.UNHEALTHY
    assert not invoker.usable


def test_a_success_makes_it_healthy_and_flushes_what_was_bad() -> None:
    invoker = Supervised()
    invoker.pinged(0.0)
    assert invoker.reported(OK, 0.0) == Verdict(changed=True, test=True)
    assert invoker.usable
    assert invoker.reported(OK, 0.0) == Verdict()


@pytest.mark.parametrize(
    ("reports", "health"),
    [
        ([OK] * 4 + [ERROR] * 3, Health.HEALTHY),
        ([OK] * 4 + [ERROR] * 4, Health.UNHEALTHY),
        ([OK] * 4 + [LATE] * 3, Health.HEALTHY),
        ([OK] * 4 + [LATE] * 4, Health.UNRESPONSIVE),
        ([OK] * 4 + [LATE, ERROR] * 3, Health.HEALTHY),
        ([OK] * 4 + [LATE] * 4 + [ERROR] * 4, Health.UNHEALTHY),
        ([OK] * 4 + [ERROR] * 4 + [OK] * 6, Health.UNHEALTHY),
        ([OK] * 4 + [ERROR] * 4 + [OK] * 7, Health.HEALTHY),
        ([ERROR], Health.UNHEALTHY),
        ([LATE], Health.UNRESPONSIVE),
        ([ERROR, OK], Health.HEALTHY),
    ],
)
def test_health_follows_from_the_last_results(reports: list[Report], health: Health) -> None:
    invoker = Supervised()
    invoker.pinged(0.0)
    for report in reports:
        invoker.reported(report, 1.0)
    assert invoker.health is health


def test_only_the_last_results_count() -> None:
    invoker = _healthy()
    for _ in range(3):
        invoker.reported(ERROR, 1.0)
    for _ in range(REMEMBERED):
        invoker.reported(OK, 1.0)
    for _ in range(3):
        invoker.reported(ERROR, 1.0)
    assert invoker.health is Health.HEALTHY


def test_silence_makes_it_gone_and_its_work_lost() -> None:
    invoker = _healthy()
    assert invoker.passed(SILENCE_S - 0.1) == Verdict()
    assert invoker.passed(SILENCE_S) == Verdict(changed=True, lost=True)
    assert invoker.health is Health.OFFLINE
    assert invoker.passed(100.0) == Verdict()


def test_results_break_the_silence_as_pings_do() -> None:
    invoker = _healthy()
    invoker.reported(OK, 8.0)
    assert invoker.passed(17.0) == Verdict()
    invoker.pinged(17.5, incarnation="one")
    assert invoker.passed(27.0) == Verdict()


def test_what_ends_on_one_that_is_gone_does_not_bring_it_back() -> None:
    invoker = _healthy()
    invoker.passed(SILENCE_S)
    assert invoker.reported(OK, 11.0) == Verdict()
    assert invoker.health is Health.OFFLINE
    assert invoker.pinged(12.0, incarnation="one") == Verdict(changed=True, test=True)


def test_who_says_that_it_takes_no_more_is_given_no_more_but_loses_nothing() -> None:
    invoker = _healthy()
    assert invoker.pinged(1.0, incarnation="one", enabled=False) == Verdict(changed=True)
    assert not invoker.usable


def test_another_incarnation_has_lost_the_work_of_the_earlier_one() -> None:
    invoker = _healthy()
    assert invoker.pinged(1.0, incarnation="two") == Verdict(changed=True, test=True, lost=True)
    assert invoker.health is Health.UNHEALTHY
    assert invoker.pinged(2.0, incarnation="two") == Verdict()


def test_another_incarnation_of_an_unhealthy_one_is_tested_at_once() -> None:
    invoker = Supervised()
    invoker.pinged(0.0, incarnation="one")
    assert invoker.pinged(1.0, incarnation="two") == Verdict(test=True, lost=True)


def test_one_that_is_not_healthy_is_tested_every_minute() -> None:
    invoker = Supervised(silence_s=1_000.0)
    invoker.pinged(0.0)
    assert invoker.passed(TEST_EVERY_S - 1) == Verdict()
    assert invoker.passed(TEST_EVERY_S) == Verdict(test=True)
    assert invoker.passed(TEST_EVERY_S + 1) == Verdict()
