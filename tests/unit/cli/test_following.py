"""Which activations are new."""

from hypothesis import given
from hypothesis import strategies as st

from whisk_cli.client.following import (
    OVERLAP_MS,
    SLOWEST_SECONDS,
    Follower,
    pause_after,
)
from whisk_cli.jsonvalue import JSONObject, text_of

NOW = 1_700_000_000_000


def _activation(name: str, start: int) -> JSONObject:
    return {"activationId": name, "start": start}


starts = st.integers(NOW, NOW + 10 * OVERLAP_MS)
batches = st.lists(st.lists(st.tuples(st.integers(0, 30), starts), max_size=8), max_size=8)


@given(batches)
def test_no_activation_is_reported_twice(batches: list[list[tuple[int, int]]]) -> None:
    first: dict[int, int] = {}
    follower, seen = Follower(NOW), []
    for batch in batches:
        listed = [_activation(str(n), first.setdefault(n, start)) for n, start in batch]
        # The server lists only what started in the asked time.
        since = follower.since_ms
        listed = [each for each in listed if int(str(each["start"])) >= since]
        seen += [text_of(each["activationId"]) for each in follower.fresh(listed)]
    assert len(seen) == len(set(seen))


def test_one_that_started_early_and_ended_late_is_reported() -> None:
    follower = Follower(0)
    assert len(follower.fresh([_activation("short", NOW)])) == 1
    late = _activation("long", NOW - 300_000)
    assert follower.since_ms <= NOW - 300_000
    assert follower.fresh([_activation("short", NOW), late]) == [late]


def test_known_ones_are_not_reported() -> None:
    follower = Follower(0)
    follower.known([_activation("a", NOW)])
    assert follower.fresh([_activation("a", NOW)]) == []


def test_a_duplicate_in_one_answer_is_reported_once() -> None:
    one = _activation("a", NOW)
    assert Follower(0).fresh([one, one]) == [one]


def test_the_question_never_goes_before_the_beginning() -> None:
    follower = Follower(NOW)
    follower.fresh([_activation("a", NOW + 1)])
    assert follower.since_ms == NOW
    follower.fresh([_activation("b", NOW + OVERLAP_MS + 5)])
    assert follower.since_ms == NOW + 5


def test_what_cannot_be_listed_again_is_forgotten() -> None:
    follower = Follower(0)
    for number in range(50):
        follower.fresh([_activation(str(number), NOW + number * OVERLAP_MS)])
    assert len(follower._reported) <= 3


@given(st.integers(0, 1000), st.floats(0.05, 100))
def test_the_pause_grows_with_failures_and_has_an_end(failures: int, interval: float) -> None:
    pause = pause_after(failures, interval)
    assert interval <= pause <= max(interval, SLOWEST_SECONDS)
    assert pause_after(failures + 1, interval) >= pause
