"""The report names the isolation level in every row and holds what the table shows."""

import json
from pathlib import Path

from tests.bench.report import Row, table, write
from tests.bench.samples import summarize

WARM = Row(
    scenario="warm python",
    goal=1,
    isolation="L1",
    latency=summarize([1_000_000, 2_000_000, 30_000_000]),
    over_floor=4.25,
)
IDLE = Row(scenario="idle", isolation="L1", values={"PSS of the tree (MB)": 123.456})


def test_the_table_lines_up_and_gives_dashes_for_what_is_not_known() -> None:
    assert table([WARM, IDLE]).splitlines() == [
        "latency (ms)  isolation  n  errors    p50   p90   p95  p99   max  /floor",
        "warm python   L1         3       0  2.000  30.0  30.0    -  30.0   4.25x",
        "idle (L1): PSS of the tree (MB) 123.5",
    ]


def test_the_document_holds_every_row_and_the_machine(tmp_path: Path) -> None:
    document = json.loads(write(tmp_path / "results", [WARM, IDLE], None).read_text())
    assert [row["isolation"] for row in document["rows"]] == ["L1", "L1"]
    assert document["rows"][0]["latency"]["p50_ms"] == 2.0
    assert document["machine"]["cores"] >= 1
    assert document["refused"] is None


def test_a_refused_run_says_why_and_reports_nothing(tmp_path: Path) -> None:
    document = json.loads(write(tmp_path, [], "the machine is noisy").read_text())
    assert (document["refused"], document["rows"]) == ("the machine is noisy", [])
