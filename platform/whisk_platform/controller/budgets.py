"""Budgets: how much the tree of sequences and compositions around an invocation may still start.

Source: contracts rest-api §5.1 (Dynamic length), §5.3 (budgets). One difference: the reference
gives a composition inside a sequence a budget of its own, so that a composition which runs a
sequence that contains it never ends; here all compositions below one share its budget.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class SequenceBudget:
    """What a sequence and the sequences inside it may still start together."""

    actions: int
    """Components that are no sequences."""

    def take(self) -> bool:
        """Spend one; False when there is none."""
        if self.actions <= 0:
            return False
        self.actions -= 1
        return True


@dataclass(slots=True, kw_only=True)
class CompositionBudget:
    """What a composition and the compositions below it may still start together."""

    components: int
    """Actions and sequences; a composition inside counts through its own invocations."""
    conductors: int
    """Invocations of conductor actions."""

    @classmethod
    def of(cls, length: int) -> CompositionBudget:
        """A fresh one, where a sequence may have ``length`` components."""
        return cls(components=length, conductors=2 * length + 1)

    def take_component(self) -> None:
        """Spend one component, which the caller has found to be left."""
        self.components -= 1

    def take_conductor(self) -> bool:
        """Spend one invocation of a conductor; False when there is none."""
        if self.conductors <= 0:
            return False
        self.conductors -= 1
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """What stands around an invocation, and leaves it only so much to start."""

    sequence: SequenceBudget | None = None
    """Of the topmost of the sequences that directly contain one another; None outside of them."""
    levels: int = 0
    """How many sequences these are."""
    composition: CompositionBudget | None = None
    """Of the topmost composition; None outside of any."""


OUTSIDE = Enclosure()
"""Nothing stands around a topmost invocation."""
