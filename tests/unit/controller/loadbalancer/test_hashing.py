"""The hash, the steps and the halves are those of existing clusters.

Source: contracts data-plane §2.2, §2.3.
"""

from __future__ import annotations

from itertools import combinations
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.controller.loadbalancer.hashing import (
    home_hash,
    partition,
    step_sizes,
    string_hash,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a", 97),
        ("ab", 97 * 31 + 98),
        ("hello", 99162322),
        ("guest", 98708952),
        ("polygenelubricants", -(2**31)),
        ("é", 0xE9),
        ("😀", 0xD83D * 31 + 0xDE00),
    ],
)
def test_a_string_has_the_hash_that_java_gives_it(text: str, expected: int) -> None:
    assert string_hash(text) == expected


def test_the_least_of_all_hashes_does_not_lead_to_a_negative_index() -> None:
    assert home_hash("", "polygenelubricants") == 0


def test_the_hash_mixes_who_invokes_with_what() -> None:
    assert home_hash("guest", "guest/hello") == abs(
        string_hash("guest") ^ string_hash("guest/hello")
    )
    assert home_hash("other", "guest/hello") != home_hash("guest", "guest/hello")


@pytest.mark.parametrize(
    ("count", "steps"),
    [(0, ()), (1, (1,)), (2, (1,)), (3, (1, 2)), (5, (1, 2, 3)), (6, (1, 5)), (10, (1, 3, 7))],
)
def test_steps_are_those_of_the_contract(count: int, steps: tuple[int, ...]) -> None:
    assert step_sizes(count) == steps


@pytest.mark.parametrize("count", [*range(1, 60), 100, 210, 997])
def test_steps_are_what_going_through_all_numbers_would_keep(count: int) -> None:
    kept: list[int] = []
    for number in range(1, count + 1):
        if gcd(number, count) == 1 and all(gcd(number, each) == 1 for each in kept):
            kept.append(number)
    assert step_sizes(count) == tuple(kept)
    assert all(gcd(*pair) == 1 for pair in combinations(kept, 2))


@pytest.mark.parametrize(
    ("count", "fractions", "managed", "blackbox"),
    [
        (0, (0.9, 0.1), range(0), range(0, 0)),
        (1, (0.9, 0.1), range(1), range(0, 1)),
        (2, (0.9, 0.1), range(2), range(1, 2)),
        (10, (0.9, 0.1), range(9), range(9, 10)),
        (10, (0.5, 0.1), range(5), range(5, 10)),
        (10, (1.0, 1.0), range(10), range(10)),
        (10, (-1.0, 2.0), range(1), range(10)),
        (101, (0.9, 0.1), range(91), range(91, 101)),
    ],
)
def test_the_halves_are_those_of_the_contract(
    count: int, fractions: tuple[float, float], managed: range, blackbox: range
) -> None:
    assert partition(count, *fractions) == (managed, blackbox)


@given(st.integers(1, 500), st.floats(0, 1), st.floats(0, 1))
def test_nobody_is_in_neither_half(count: int, managed: float, blackbox: float) -> None:
    first, last = partition(count, managed, blackbox)
    assert len(first) >= 1
    assert len(last) >= 1
    # Both are rounded, so that one in the middle may be left out, as in the reference.
    assert len(set(range(count)) - {*first, *last}) <= 1
