"""The simulation of placing counts what it says it counts."""

from __future__ import annotations

from tests.bench.simulate.placing import SLOTS, Invoker, render, simulate


def test_an_invoker_keeps_containers_until_others_need_the_room() -> None:
    invoker = Invoker()
    assert not invoker.take("first")
    invoker.leave("first")
    assert invoker.take("first")
    invoker.leave("first")
    for number in range(SLOTS):
        assert not invoker.take(f"other{number}")
    assert not invoker.take("first"), "it made way"


def test_bounded_is_more_even_than_sharding_and_the_table_has_a_row_for_each() -> None:
    rows = [simulate(balancer, 20, 0.5, 2_000) for balancer in ("sharding", "bounded")]
    assert rows[1].max_to_mean < rows[0].max_to_mean
    assert all(0 < row.warm < 1 for row in rows)
    assert len(render(rows).splitlines()) == 4
