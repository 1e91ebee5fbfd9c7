"""What is measured of work that consists of other work: steps, fan-out, and long lists."""

import time
from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import Any

from tests.bench.report import Row
from tests.bench.samples import quantile, summarize
from tests.bench.scenarios import PYTHON
from tests.bench.subject import Platform
from tests.waiting import wait_for

LONG = 21
"""Steps of the longer sequence; the shorter one has one."""
RULES = 100
FEW, MANY, PAGE = 100, 10_000, 200
CONDUCTOR = """
def main(args):
    left = args.get("left", 0)
    if left == 0:
        return {"params": {}}
    return {"action": "/_/bench-step", "params": {}, "state": {"left": left - 1}}
"""


def steps(platform: Platform, calls: int) -> Iterator[Row]:
    """Measure what one more step of a sequence, and of a composition, adds to a call.

    Args:
        platform: The platform.
        calls: Blocking calls of each length.
    """
    platform.deploy("bench-step", "python:default", PYTHON)
    _deploy_conductor(platform)
    for length in (1, LONG):
        components = ["/_/bench-step"] * length
        exec_ = {"kind": "sequence", "components": components}
        platform.put(f"actions/bench-sequence-{length}", {"exec": exec_})
    warm = _median_ms(platform, "bench-step", {}, calls)
    short = _median_ms(platform, "bench-sequence-1", {}, calls)
    long = _median_ms(platform, f"bench-sequence-{LONG}", {}, calls)
    none = _median_ms(platform, "bench-conductor", {"left": 0}, calls)
    some = _median_ms(platform, "bench-conductor", {"left": LONG - 1}, calls)
    for name, added in (
        ("sequence", (long - short) / (LONG - 1)),
        ("conductor and component", (some - none) / (LONG - 1)),
    ):
        yield Row(
            scenario=f"step of a {name}",
            goal=17,
            isolation=platform.isolation,
            values={"added per step (ms)": added, "share of a warm call": added / warm},
        )


def _deploy_conductor(platform: Platform) -> None:
    code = CONDUCTOR.replace("/_/", "/guest/")
    annotations = [{"key": "conductor", "value": True}]
    body = {"exec": {"kind": "python:default", "code": code}, "annotations": annotations}
    platform.put("actions/bench-conductor", body)


def _median_ms(platform: Platform, action: str, payload: dict[str, Any], calls: int) -> float:
    path = f"actions/{action}?blocking=true"
    for _ in range(5):
        platform.call("POST", path, payload)
    waited = []
    for _ in range(calls):
        started_ns = time.perf_counter_ns()
        platform.call("POST", path, payload)
        waited.append(time.perf_counter_ns() - started_ns)
    return median(waited) / 1e6


def fan_out(platform: Platform, fires: int) -> Row:
    """Measure from a fired trigger until the last of its rules' actions has started."""
    platform.put("triggers/bench-event", {})
    for number in range(RULES):
        platform.deploy(f"bench-heard-{number}", "python:default", PYTHON)
        rule = {"trigger": "/_/bench-event", "action": f"/_/bench-heard-{number}"}
        platform.put(f"rules/bench-rule-{number}", rule)
        platform.invoke(f"bench-heard-{number}")
    last: list[int] = []
    for _ in range(fires):
        fired_ms = time.time_ns() // 1_000_000
        platform.call("POST", "triggers/bench-event", {})
        started = wait_for(partial(_started, platform, fired_ms), "all records")
        last.append((max(started) - fired_ms) * 1_000_000)
    return Row(
        scenario=f"trigger to {RULES} rules, last start",
        goal=18,
        isolation=platform.isolation,
        latency=summarize(last),
    )


def _started(platform: Platform, since: int) -> list[int]:
    listed = platform.call("GET", f"activations?since={since}&limit=0")
    starts = [each["start"] for each in listed if each["name"].startswith("bench-heard-")]
    return starts if len(starts) == RULES else []


def lists(platform: Platform, pages: int) -> Row:
    """Measure a page of 200 actions out of 10,000, and what the many cost over the few."""
    times: dict[int, list[int]] = {}
    made = 0
    for count in (FEW, MANY):
        for number in range(made, count):
            platform.deploy(f"bench-listed-{number}", "python:default", PYTHON)
        made = count
        limit = min(PAGE, FEW)
        times[count] = _pages(platform, limit, pages)
    full = _pages(platform, PAGE, pages)
    growth = quantile(sorted(times[MANY]), 0.5) / quantile(sorted(times[FEW]), 0.5)
    return Row(
        scenario=f"list of {PAGE} out of {MANY:,} actions",
        goal=15,
        isolation=platform.isolation,
        latency=summarize(full),
        values={f"a page of {FEW} out of {MANY:,} over one out of {FEW} (p50)": growth},
    )


def _pages(platform: Platform, limit: int, count: int) -> list[int]:
    waited = []
    for _ in range(count):
        started_ns = time.perf_counter_ns()
        platform.call("GET", f"actions?limit={limit}")
        waited.append(time.perf_counter_ns() - started_ns)
    return waited
