"""What a warm blocking call may cost, counted in the process of a whole platform.

Source: performance.md, "Deterministic gates".
"""

from __future__ import annotations

import json
import time

import pytest

from tests.bench.generator import Generator
from tests.integration.hotpath import systemcalls
from tests.integration.hotpath.conftest import Standalone
from whisk_platform.stores.sql.settings import SqliteSettings

CALLS = 1000
CODECS = 4
TRANSACTIONS = 0.05
GROWTH = 1.1


def test_a_warm_blocking_call_costs_no_more_than_the_gates_allow(standalone: Standalone) -> None:
    platform = standalone.platform
    with Generator() as generator:
        before = standalone.costs()
        outcome = generator.perform(platform.target("silent").job(CALLS, connections=1))
        spent = standalone.spent(before)
        if spent["db_reads"]:
            # Once a minute it is looked up anew who asks and what runs; not twice in a minute.
            before = standalone.costs()
            outcome = generator.perform(platform.target("silent").job(CALLS, connections=1))
            spent = standalone.spent(before)
    assert (outcome.errors, outcome.first_error) == (0, outcome.first_error)
    assert spent["bus_messages"] == 0
    assert spent["db_reads"] == 0
    assert spent["db_writes_before_reply"] == 0
    assert spent["sandbox_operations"] == 0
    assert spent["cold_starts"] == 0
    assert 0 < spent["payload_codecs"] <= CODECS * CALLS


def test_under_load_many_records_share_a_transaction(standalone: Standalone) -> None:
    platform = standalone.platform
    before, begin = standalone.costs(), time.monotonic()
    with Generator() as generator:
        outcome = generator.perform(platform.target("silent").job(CALLS, connections=8))
    spent, took_s = standalone.spent(before), time.monotonic() - begin
    assert outcome.errors == 0
    # Where the machine is too slow for so many calls within a window, one for each window.
    windows = took_s / (SqliteSettings(directory=platform.state_dir).window_ms / 1000)
    assert spent["db_transactions"] <= max(TRANSACTIONS * CALLS, windows + 2)
    assert spent["db_writes_before_reply"] == 0


def test_back_to_back_calls_never_go_cold_because_of_logs(standalone: Standalone) -> None:
    """Row 14: a container is free as soon as its result has been read, logs or not."""
    platform = standalone.platform
    chatty = "def main(args):\n    for n in range(200):\n        print('line', n)\n    return {}\n"
    platform.deploy("chatty", "python:3", chatty)
    platform.invoke("chatty")
    before = standalone.costs()
    for _ in range(100):
        record, _ = platform.invoke("chatty")
        assert record["response"]["success"]
    assert standalone.spent(before)["cold_starts"] == 0


def test_a_warm_blocking_call_makes_no_more_system_calls_than_recorded(
    standalone: Standalone,
) -> None:
    recorded = json.loads(systemcalls.RECORD.read_text(encoding="utf-8"))
    counted = systemcalls.per_call(standalone.platform, "silent", CALLS)
    known = {name: recorded["calls"].get(name, 0.0) for name in counted}
    total = sum(counted.values())
    assert total <= GROWTH * sum(recorded["calls"].values()), (
        f"{total:.2f} system calls for each call: {counted}, recorded were {known}"
    )


@pytest.mark.parametrize("connections", [1, 8])
def test_the_express_way_answers_as_many_as_are_asked(
    standalone: Standalone, connections: int
) -> None:
    with Generator() as generator:
        target = standalone.platform.target("silent")
        outcome = generator.perform(target.job(200, connections=connections))
    assert outcome.errors == 0
