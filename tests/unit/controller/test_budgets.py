"""What trees of sequences and compositions may start together (contract rest-api §5.1, §5.3)."""

from whisk_platform.controller.budgets import CompositionBudget, SequenceBudget


def test_a_sequence_may_start_so_many_actions() -> None:
    budget = SequenceBudget(actions=3)
    assert [budget.take() for _ in range(5)] == [True, True, True, False, False]


def test_a_composition_may_run_conductors_once_more_than_twice_its_components() -> None:
    budget = CompositionBudget.of(50)
    assert (budget.components, budget.conductors) == (50, 101)
    assert sum(budget.take_conductor() for _ in range(200)) == 101


def test_components_and_conductors_are_counted_apart() -> None:
    budget = CompositionBudget.of(2)
    budget.take_component()
    assert (budget.components, budget.conductors) == (1, 5)
