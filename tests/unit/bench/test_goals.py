"""A figure meets its goal, meets it well, or misses it; what was not measured is said to be so."""

import pytest

from tests.bench.catalog import SCENARIOS, chosen
from tests.bench.findings import Reading
from tests.bench.goals import GOALS, ROWS, Goal, judged, number


def _reading(value: float, *, goal: str = "some", errors: int = 0) -> Reading:
    return Reading(goal=goal, value=value, n=1, errors=errors, isolation="L1")


@pytest.mark.parametrize(
    ("least", "must", "stretch", "value", "verdict"),
    [
        (False, 4, 2.5, 2.5, "stretch"),
        (False, 4, 2.5, 2.6, "met"),
        (False, 4, 2.5, 4.0, "met"),
        (False, 4, 2.5, 4.1, "missed"),
        (False, 20, None, 1, "met"),
        (False, 0, 0, 0, "stretch"),
        (False, 0, 0, 1, "missed"),
        (True, 1500, 3000, 3000, "stretch"),
        (True, 1500, 3000, 1500, "met"),
        (True, 1500, 3000, 1499, "missed"),
    ],
)
def test_a_goal_judges_a_figure(
    least: bool, must: float, stretch: float | None, value: float, verdict: str
) -> None:
    goal = Goal(row=1, key="some", text="", unit="", must=must, stretch=stretch, least=least)
    assert goal.verdict(_reading(value)) == verdict


def test_a_figure_of_calls_of_which_some_failed_has_missed_its_goal() -> None:
    goal = Goal(row=1, key="some", text="", unit="", must=4)
    assert goal.verdict(_reading(1, errors=1)) == "missed"


def test_every_goal_that_is_asked_for_stands_in_the_table_and_no_other() -> None:
    lines = judged([_reading(2, goal="warm"), _reading(3, goal="warm")], frozenset({1, 18}))
    assert [(line.goal.row, line.goal.key, line.verdict) for line in lines] == [
        (1, "warm", "stretch"),
        (1, "warm", "met"),
        (1, "warm spread", "not measured"),
        (18, "rules", "not measured"),
    ]


def test_a_figure_for_no_goal_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="some"):
        judged([_reading(1)])


def test_no_two_goals_share_a_key() -> None:
    assert len({goal.key for goal in GOALS}) == len(GOALS)


def test_every_row_of_the_goals_has_a_scenario() -> None:
    assert frozenset[int]().union(*(scenario.rows for scenario in SCENARIOS)) == ROWS
    assert [scenario.name for scenario in chosen(frozenset({17, 14}))] == ["logs", "steps"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0123, "0.0123"),
        (2.5, "2.5"),
        (99.96, "100"),
        (150, "150"),
        (999.7, "1,000"),
        (15_000, "15,000"),
    ],
)
def test_a_figure_shows_three_digits_that_count(value: float, text: str) -> None:
    assert number(value) == text
