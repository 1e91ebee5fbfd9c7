"""The life of one container as a table: (state, event) → (state, effects). Pure.

Who calls decides what an event is about; the table says whether it may happen and what has to be
done. Source: contracts data-plane §4.4, with two deliberate differences: nothing is stashed here,
because the pool queues per action, and a container is not resumed to be destroyed, because a
factory kills what is frozen.
"""

from __future__ import annotations

from enum import Enum

from whisk_platform.common.errors import WhiskError


class State(Enum):
    """Where a container is in its life."""

    UNINITIALIZED = "Uninitialized"
    STARTING = "Starting"
    STARTED = "Started"
    """Ready for init: a stem cell."""
    RUNNING = "Running"
    READY = "Ready"
    """Initialized and idle."""
    PAUSING = "Pausing"
    PAUSED = "Paused"
    REMOVING = "Removing"


class Event(Enum):
    """What can happen to a container."""

    START = "start"
    CREATED = "created"
    CREATE_FAILED = "create failed"
    RUN = "run"
    RETURNED = "returned"
    """Taken for init, but not used."""
    IDLE = "idle"
    """The last activation in it ended well."""
    GRACE_OVER = "grace over"
    SUSPENDED = "suspended"
    SUSPEND_FAILED = "suspend failed"
    REMOVE = "remove"
    DESTROYED = "destroyed"


class Do(Enum):
    """What an event asks the outside world to do."""

    CREATE = "create"
    INITIALIZE_AND_RUN = "initialize and run"
    RUN = "run"
    RESUME_AND_RUN = "resume and run"
    SUSPEND = "suspend"
    DESTROY = "destroy"
    FORGET = "forget"
    """Nothing is left of it: drop it from every table."""


class IllegalTransitionError(WhiskError):
    """A container was told to do what it cannot do in its state."""

    def __init__(self, state: State, event: Event) -> None:
        super().__init__(f"A container that is {state.value} cannot take '{event.value}'.")


_REMOVAL = (State.REMOVING, Do.DESTROY)

TRANSITIONS: dict[tuple[State, Event], tuple[State, Do | None]] = {
    (State.UNINITIALIZED, Event.START): (State.STARTING, Do.CREATE),
    (State.STARTING, Event.CREATED): (State.STARTED, None),
    (State.STARTING, Event.CREATE_FAILED): (State.REMOVING, Do.FORGET),
    (State.STARTING, Event.REMOVE): (State.REMOVING, None),
    (State.STARTED, Event.RUN): (State.RUNNING, Do.INITIALIZE_AND_RUN),
    (State.STARTED, Event.REMOVE): _REMOVAL,
    (State.RUNNING, Event.RUN): (State.RUNNING, Do.RUN),
    (State.RUNNING, Event.RETURNED): (State.STARTED, None),
    (State.RUNNING, Event.IDLE): (State.READY, None),
    (State.RUNNING, Event.REMOVE): _REMOVAL,
    # How a suspension can end after a run has overtaken it.
    (State.RUNNING, Event.SUSPENDED): (State.RUNNING, None),
    (State.RUNNING, Event.SUSPEND_FAILED): (State.RUNNING, None),
    (State.READY, Event.RUN): (State.RUNNING, Do.RUN),
    (State.READY, Event.GRACE_OVER): (State.PAUSING, Do.SUSPEND),
    (State.READY, Event.REMOVE): _REMOVAL,
    (State.PAUSING, Event.SUSPENDED): (State.PAUSED, None),
    (State.PAUSING, Event.SUSPEND_FAILED): (State.READY, None),
    (State.PAUSING, Event.RUN): (State.RUNNING, Do.RESUME_AND_RUN),
    (State.PAUSING, Event.REMOVE): _REMOVAL,
    (State.PAUSED, Event.RUN): (State.RUNNING, Do.RESUME_AND_RUN),
    (State.PAUSED, Event.REMOVE): _REMOVAL,
    # A container whose creation was under way when it was removed.
    (State.REMOVING, Event.CREATED): (State.REMOVING, Do.DESTROY),
    (State.REMOVING, Event.CREATE_FAILED): (State.REMOVING, Do.FORGET),
    (State.REMOVING, Event.SUSPENDED): (State.REMOVING, None),
    (State.REMOVING, Event.SUSPEND_FAILED): (State.REMOVING, None),
    (State.REMOVING, Event.DESTROYED): (State.REMOVING, Do.FORGET),
}


def transition(state: State, event: Event) -> tuple[State, Do | None]:
    """What an event does to a container.

    Returns:
        The next state, and what has to be done, if anything.

    Raises:
        IllegalTransitionError: the event cannot happen in this state; a defect of the caller.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalTransitionError(state, event) from None
