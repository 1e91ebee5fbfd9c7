"""Decisions cost the same whether there are ten containers and actions or ten thousand.

Steps are counted, not timed: every line of the invoker that is executed. What is looked up inside
the interpreter's own structures is not seen; those that are used here (hash tables, linked rows,
and heaps, whose logarithm does not show) are known.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from tests.unit.invoker.samples import action, job
from tests.unit.invoker.test_pool import Hands, hands

SIZES = (10, 100, 1_000, 10_000)
REPEATED = 30


def _steps(does: Callable[[], object]) -> int:
    """Lines of the platform that were executed."""
    lines = 0

    def inside(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return inside

    def at_call(frame: FrameType, event: str, argument: Any) -> Any:
        return inside if "whisk_platform" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(at_call)
    try:
        does()
    finally:
        sys.settrace(before)
    return lines


def _full(size: int, policy: str) -> Hands:
    """A full pool: as many idle containers of as many actions of a tenth as many namespaces."""
    h = hands(size, keep_alive=policy, pause_grace_s=0, max_queued=1_000_000, namespace_share=1)
    for number in range(size):
        h.now += 0.01
        h.call(action(f"a{number}"), f"n{number // 10}")
    return h


def _warm(h: Hands, size: int) -> Iterator[Callable[[], object]]:
    called = action("a0")
    for _ in range(REPEATED):
        yield lambda: h.call(called, "n0")


def _evicting(h: Hands, size: int) -> Iterator[Callable[[], object]]:
    for number in range(REPEATED):
        h.now += 0.01
        called = action(f"new{number}")
        yield lambda called=called: h.call(called, "n0")  # type: ignore[misc]


def _queueing(h: Hands, size: int) -> Iterator[Callable[[], object]]:
    """Everything is busy, and as many actions wait."""
    running = [h.submit(job(action(f"a{n}"), namespace=f"n{n // 10}")) for n in range(size)]
    for number in range(size):
        h.submit(job(action(f"w{number}"), namespace=f"m{number // 10}"))
    for number in range(REPEATED // 3):
        h.now += 1
        work = running[number]

        def turn(work: object = work, number: int = number) -> None:
            h.submit(job(action(f"late{number}"), namespace="late"))
            h.end(work)  # type: ignore[arg-type]
            h.all_created()

        yield turn


@pytest.mark.parametrize(
    ("scene", "policy"),
    [
        (_warm, "histogram"),
        (_evicting, "histogram"),
        (_evicting, "greedy_dual"),
        (_evicting, "fixed"),
        (_queueing, "histogram"),
    ],
)
def test_no_decision_takes_more_steps_where_there_is_more(
    scene: Callable[[Hands, int], Iterator[Callable[[], object]]], policy: str
) -> None:
    """Against a hundred at least: where there are ten, there is little to compare."""
    seen = {}
    for size in SIZES:
        h = _full(size, policy)
        counts = [_steps(does) for does in scene(h, size)]
        seen[size] = sum(counts) / len(counts)
    assert seen[10_000] <= 1.25 * max(seen[100], seen[1_000]), seen
