"""An open loop's times are fixed beforehand and have the rate that was asked for."""

import pytest

from tests.bench.schedule import Phase, intended


def test_the_times_ascend_and_stay_within_their_phases() -> None:
    phases = [Phase(seconds=2, rate=100), Phase(seconds=1, rate=0), Phase(seconds=2, rate=500)]
    due = list(intended(phases, seed=1))
    assert due == sorted(due)
    assert [at for at in due if 2e9 <= at < 3e9] == []
    assert due[0] >= 0
    assert due[-1] < 5e9


@pytest.mark.parametrize("rate", [10, 1_000, 10_000])
def test_the_rate_is_kept_on_average(rate: float) -> None:
    seconds = 10_000 / rate
    count = len(list(intended([Phase(seconds=seconds, rate=rate)], seed=7)))
    assert count == pytest.approx(10_000, rel=0.05)


def test_the_same_seed_leads_to_the_same_times_and_another_one_to_others() -> None:
    phases = [Phase(seconds=1, rate=50)]
    first, again, other = (list(intended(phases, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
