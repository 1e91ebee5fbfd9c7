"""One container as the pool sees it: its state, what it is good for, when it was last used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from whisk_platform.invoker.job import ActionKey, Job
from whisk_platform.invoker.proxy import Do, Event, State, transition


@dataclass(slots=True, eq=False)
class Slot:
    """A container's place in the pool."""

    number: int
    kind: str
    memory_mb: int
    namespace: str
    """Of the action it was taken for; until then, of the one it was created for."""
    state: State = State.UNINITIALIZED
    key: ActionKey | None = None
    """Set once it has been taken for init; None = any action of the kind may take it."""
    initialized: bool = False
    shelved: bool = False
    """Whether it has waited as a stem cell."""
    active: int = 0
    """Activations in it."""
    doomed: bool = False
    """To be removed as soon as it is empty."""
    last_used: float = 0.0
    taken_at: float = 0.0
    """When it was taken for init."""
    created_at: float = 0.0
    create_s: float = 0.0
    """How long its creation took."""
    checked: bool = False
    """Whether somebody will look whether it has been idle for too long."""

    def advance(self, event: Event) -> Do | None:
        """Take an event; see ``proxy``."""
        self.state, do = transition(self.state, event)
        return do


class Effect(NamedTuple):
    """Something the pool wants done."""

    do: Do
    slot: Slot
    job: Job | None = None
