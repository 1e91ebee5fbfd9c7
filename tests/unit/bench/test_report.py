"""The report names the isolation level in every row and holds what the tables show."""

import json
from pathlib import Path

import pytest

from tests.bench import document, plots
from tests.bench.findings import Findings, Reading, Row
from tests.bench.goals import judged
from tests.bench.report import goals, markdown, table
from tests.bench.samples import summarize

WARM = Row(
    scenario="warm python",
    goal=1,
    isolation="L1",
    latency=summarize([1_000_000, 2_000_000, 30_000_000], cold=1),
    over_floor=4.25,
)
IDLE = Row(
    scenario="idle",
    isolation="L1",
    values={"PSS of the tree (MB)": 123.456},
    note="2 processes could not be read",
)
READING = Reading(
    goal="warm",
    label="python",
    value=4.25,
    floor="0.5 ms",
    subject="2 ms",
    n=3,
    isolation="L1",
    note="slow | noisy",
)


@pytest.fixture
def found() -> Findings:
    findings = Findings(rows=[WARM, IDLE], readings=[READING], missing=["Row 19: no balancer."])
    findings.draw("size", "platform", [100, 1000], [0.1, 0.2])
    return findings


def test_the_table_lines_up_and_gives_dashes_for_what_is_not_known() -> None:
    assert table([WARM, IDLE]).splitlines() == [
        "latency (ms)  isolation  n  errors    p50   p90   p95  p99   max   cold  /floor",
        "warm python   L1         3       0  2.000  30.0  30.0    -  30.0  33.3%   4.25x",
        "idle (L1): PSS of the tree (MB) 123.5",
        "  idle: 2 processes could not be read",
    ]


def test_the_goals_table_shows_floor_subject_ratio_n_isolation_bounds_and_verdict() -> None:
    assert [line.split("  ") for line in _squeezed(goals(judged([READING], frozenset({1}))))] == [
        [
            *("Row", "Goal", "Floor or base", "Subject", "Figure", "n", "Isolation", "Must"),
            *("Stretch", "Verdict"),
        ],
        [
            *("1", "Warm blocking call, serial, p50 (python)", "0.5 ms", "2 ms", "4.25 x floor"),
            *("3", "L1", "≤ 4 x floor", "≤ 2.5 x floor", "missed"),
        ],
        [
            *("1", "The same, p99 over p50", "-", "-", "-", "-", "-", "≤ 5 x", "≤ 3 x"),
            "not measured",
        ],
    ]


def _squeezed(text: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        while "   " in line:
            line = line.replace("   ", "  ")
        lines.append(line)
    return lines


def test_the_report_says_everything_that_was_found(found: Findings) -> None:
    lines = judged(found.readings, frozenset({1}))
    text = markdown(found, lines, [("Cost against size", "size.png")], {"cores": 4})
    for part in (
        "- cores: 4",
        "1 missed, 1 not measured.",
        "| 2 ms | 4.25 x floor | 3 | L1 | ≤ 4 x floor | ≤ 2.5 x floor | **missed** |",
        "- Warm blocking call, serial, p50: slow | noisy",
        "- Row 19: no balancer.",
        "| warm python | L1 | 3 | 0 | 2.000 |",
        "- idle (L1): PSS of the tree (MB) 123.5",
        "- idle: 2 processes could not be read",
        "![Cost against size](size.png)",
    ):
        assert part in text


def test_the_document_the_report_and_the_plots_stand_in_one_folder(
    found: Findings, tmp_path: Path
) -> None:
    lines = judged(found.readings)
    report = document.write(tmp_path / "results", found, lines, None, {"size": "quick"})
    assert sorted(path.name for path in report.parent.iterdir()) == [
        "document.json",
        "report.md",
        "size.png",
    ]
    written = json.loads((report.parent / "document.json").read_text())
    assert [row["isolation"] for row in written["rows"]] == ["L1", "L1"]
    assert written["rows"][0]["latency"]["p50_ms"] == 2.0
    assert written["goals"][0]["verdict"] == "missed"
    assert written["goals"][0]["reading"]["n"] == 3
    assert written["curves"] == {"size": [{"label": "platform", "x": [100, 1000], "y": [0.1, 0.2]}]}
    assert (written["about"]["size"], written["refused"]) == ("quick", None)
    assert written["about"]["cores"] >= 1


def test_a_refused_run_says_why_and_reports_nothing(tmp_path: Path) -> None:
    path = document.write(tmp_path, Findings(), [], "the machine is noisy", {})
    written = json.loads(path.read_text())
    assert (written["refused"], written["rows"]) == ("the machine is noisy", [])
    assert [each.name for each in path.parent.iterdir()] == ["document.json"]


@pytest.mark.parametrize("name", plots.PLOTS)
def test_every_plot_is_a_picture_and_is_left_out_where_nothing_was_measured(
    name: str, tmp_path: Path
) -> None:
    found = Findings()
    for curves in {name, "overload latency"}:
        found.draw(curves, "one", [1, 2, 4], [10.0, 0.5, 2000.0])
        found.draw(curves, "floor", [1, 2, 4], [5.0, 0.25, 1000.0])
    assert [file for _, file in plots.draw(found.curves, tmp_path)] == [f"{name}.png"]
    assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
