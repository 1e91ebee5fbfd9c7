"""What a run says to people: the goals table and the details, on a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.bench.findings import Findings, Row
from tests.bench.goals import Line, number

COLUMNS = ("isolation", "n", "errors", "p50", "p90", "p95", "p99", "max", "cold", "/floor")
GOAL_COLUMNS = (
    *("Row", "Goal", "Floor or base", "Subject", "Figure", "n", "Isolation"),
    *("Must", "Stretch", "Verdict"),
)


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if value < 10 else f"{value:,.1f}"


def _cells(row: Row) -> list[str]:
    seen = row.latency
    assert seen is not None
    quantiles = (seen.p50_ms, seen.p90_ms, seen.p95_ms, seen.p99_ms, seen.max_ms)
    return [
        row.isolation,
        str(seen.n),
        str(seen.errors),
        *map(_number, quantiles),
        "-" if seen.cold is None else f"{seen.cold:.1%}",
        "-" if row.over_floor is None else f"{row.over_floor:.2f}x",
    ]


def _figures(row: Row) -> str:
    return ", ".join(f"{name} {_number(value)}" for name, value in (row.values or {}).items())


def table(rows: Sequence[Row]) -> str:
    """Return the rows as lines for a terminal; times in milliseconds."""
    timed = [row for row in rows if row.latency is not None]
    lines = [["latency (ms)", *COLUMNS], *([row.scenario, *_cells(row)] for row in timed)]
    text = aligned(lines, left=2)
    for row in rows:
        if row.values:
            text.append(f"{row.scenario} ({row.isolation}): {_figures(row)}")
        if row.note:
            text.append(f"  {row.scenario}: {row.note}")
    return "\n".join(text)


def aligned(lines: Sequence[Sequence[str]], left: int) -> list[str]:
    """Write cells in columns; the first so many to the left, the others to the right."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def goal_cells(line: Line) -> list[str]:
    """Return the cells of one line of the goals table."""
    goal, reading = line.goal, line.reading
    bounds = [goal.bound(goal.must), goal.bound(goal.stretch)]
    if reading is None:
        return [str(goal.row), goal.text, "-", "-", "-", "-", "-", *bounds, line.verdict]
    text = f"{goal.text} ({reading.label})" if reading.label else goal.text
    figure = f"{number(reading.value)}{goal.unit}"
    verdict = line.verdict
    if reading.errors:
        verdict += f", {reading.errors} failed" if reading.errors > 1 else ", failed"
    return [
        str(goal.row),
        text,
        reading.floor or "-",
        reading.subject or "-",
        figure,
        f"{reading.n:,}",
        reading.isolation,
        *bounds,
        verdict,
    ]


def goals(lines: Sequence[Line]) -> str:
    """Return the goals table for a terminal."""
    return "\n".join(aligned([GOAL_COLUMNS, *map(goal_cells, lines)], left=len(GOAL_COLUMNS)))


def _markdown(head: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for line in lines:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |"
    yield ""


def _marked(line: Line) -> list[str]:
    *cells, verdict = goal_cells(line)
    bold = line.verdict in ("missed", "not measured")
    return [*cells, f"**{verdict}**" if bold else verdict]


def markdown(
    found: Findings,
    lines: Sequence[Line],
    plots: Sequence[tuple[str, str]],
    facts: dict[str, Any],
) -> str:
    """Return the whole report.

    Args:
        found: What the scenarios found.
        lines: The goals, judged.
        plots: Heading and file name of each.
        facts: Of the machine and the run.
    """
    return "\n".join(
        [
            "# Benchmark",
            "",
            *(f"- {name}: {value}" for name, value in facts.items()),
            "",
            *_verdicts(lines),
            "## Goals",
            "",
            *_markdown(GOAL_COLUMNS, [_marked(line) for line in lines]),
            *(f"- {line.goal.text}: {note}" for line in lines if (note := _note(line))),
            *(f"- {sentence}" for sentence in found.missing),
            "",
            "## Latencies, in milliseconds",
            "",
            *_markdown(
                ["Scenario", *COLUMNS],
                [[row.scenario, *_cells(row)] for row in found.rows if row.latency is not None],
            ),
            "A p99 of fewer than 1,000 samples is not reported. `/floor` compares medians that were"
            " measured in turn.",
            "",
            "## Other figures",
            "",
            *(
                f"- {row.scenario} ({row.isolation}): {_figures(row)}"
                for row in found.rows
                if row.values
            ),
            *(f"- {row.scenario}: {row.note}" for row in found.rows if row.note),
            "",
            *(f"## {heading}\n\n![{heading}]({file})\n" for heading, file in plots),
        ]
    )


def _note(line: Line) -> str:
    return line.reading.note if line.reading is not None else ""


def _verdicts(lines: Sequence[Line]) -> Iterator[str]:
    counts = {
        verdict: sum(line.verdict == verdict for line in lines)
        for verdict in ("stretch", "met", "missed", "not measured")
    }
    if lines:
        yield ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) + "."
        yield ""
