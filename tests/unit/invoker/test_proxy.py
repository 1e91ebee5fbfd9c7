"""The life of one container."""

import itertools

import pytest

from whisk_platform.invoker.proxy import (
    TRANSITIONS,
    Do,
    Event,
    IllegalTransitionError,
    State,
    transition,
)

LIVES = (
    ("a cold call", "start created run idle", "Ready"),
    ("a warm call", "start created run idle run idle", "Ready"),
    ("a pause", "start created run idle grace-over suspended", "Paused"),
    ("a call that wakes it", "start created run idle grace-over suspended run", "Running"),
    ("a call that overtakes a pause", "start created run idle grace-over run suspended", "Running"),
    ("a pause that fails", "start created run idle grace-over suspend-failed", "Ready"),
    ("a failure", "start created run remove destroyed", "Removing"),
    ("eviction", "start created run idle remove destroyed", "Removing"),
    ("eviction while paused", "start created run idle grace-over suspended remove", "Removing"),
    ("eviction of a stem cell", "start created remove", "Removing"),
    ("removal while it starts", "start remove created destroyed", "Removing"),
    ("a failed creation", "start create-failed", "Removing"),
    ("a container that was not needed", "start created run returned", "Started"),
)


@pytest.mark.parametrize(("life", "events", "end"), LIVES, ids=[life for life, _, _ in LIVES])
def test_a_life_ends_in_the_state_that_follows_from_its_events(
    life: str, events: str, end: str
) -> None:
    state = State.UNINITIALIZED
    for word in events.split():
        state, _ = transition(state, Event(word.replace("-", " ")))
    assert state.value == end


def test_init_happens_exactly_on_the_first_run() -> None:
    assert transition(State.STARTED, Event.RUN)[1] is Do.INITIALIZE_AND_RUN
    assert transition(State.READY, Event.RUN)[1] is Do.RUN
    assert transition(State.PAUSED, Event.RUN)[1] is Do.RESUME_AND_RUN


def test_what_the_table_does_not_know_is_refused_with_a_sentence() -> None:
    with pytest.raises(IllegalTransitionError) as refused:
        transition(State.PAUSED, Event.CREATED)
    assert str(refused.value) == "A container that is Paused cannot take 'created'."


def test_from_every_state_a_container_can_be_removed() -> None:
    before_removal = set(State) - {State.UNINITIALIZED, State.REMOVING}
    assert {s for s in before_removal if (s, Event.REMOVE) in TRANSITIONS} == before_removal


def test_nothing_leads_back_to_life_from_removing() -> None:
    ends = {TRANSITIONS[pair][0] for pair in TRANSITIONS if pair[0] is State.REMOVING}
    assert ends == {State.REMOVING}


def test_every_state_and_every_event_is_reached() -> None:
    states = {state for state, _ in TRANSITIONS} | {state for state, _ in TRANSITIONS.values()}
    events = {event for _, event in TRANSITIONS}
    assert states == set(State)
    assert events == set(Event)
    impossible = [p for p in itertools.product(State, Event) if p not in TRANSITIONS]
    assert len(impossible) + len(TRANSITIONS) == len(State) * len(Event)
