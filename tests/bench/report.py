"""What a run says: one JSON document, and a table for people."""

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.samples import Summary

COLUMNS = ("isolation", "n", "errors", "p50", "p90", "p95", "p99", "max", "/floor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the report."""

    scenario: str
    goal: int | None = None
    """The row of the goals that this one speaks to."""
    isolation: str
    """Level of the sandbox, or "none" for the floor."""
    latency: Summary | None = None
    over_floor: float | None = None
    """Median over the floor's median, measured interleaved."""
    values: dict[str, float] | None = None
    """Figures that are not latencies; the unit is in the name."""
    note: str = ""


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def _cells(row: Row) -> list[str]:
    seen = row.latency
    if seen is None:
        return [row.isolation]
    quantiles = (seen.p50_ms, seen.p90_ms, seen.p95_ms, seen.p99_ms, seen.max_ms)
    return [
        row.isolation,
        str(seen.n),
        str(seen.errors),
        *map(_number, quantiles),
        "-" if row.over_floor is None else f"{row.over_floor:.2f}x",
    ]


def table(rows: Sequence[Row]) -> str:
    """Return the rows as lines for people; times in milliseconds."""
    timed = [row for row in rows if row.latency is not None]
    lines = [["latency (ms)", *COLUMNS], *([row.scenario, *_cells(row)] for row in timed)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = [
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    for row in rows:
        if row.values:
            figures = ", ".join(f"{name} {_number(value)}" for name, value in row.values.items())
            text.append(f"{row.scenario} ({row.isolation}): {figures}")
        if row.note:
            text.append(f"  {row.scenario}: {row.note}")
    return "\n".join(text)


def _answer(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return "absent"
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    return outcome.stdout.strip() or "unknown"


def machine() -> dict[str, str | int | float]:
    """Return what a reader must know of the machine to judge the figures."""
    return {
        "system": platform.platform(),
        "cores": os.cpu_count() or 0,
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "node": _answer("node", "--version"),
        "commit": _answer("git", "describe", "--always", "--dirty"),
    }


def write(folder: Path, rows: Sequence[Row], verdict: str | None) -> Path:
    """Write the document of this run.

    Args:
        folder: Created if need be.
        rows: What was measured; empty if the machine was too noisy.
        verdict: Why nothing is reported, or ``None``.

    Returns:
        The file.
    """
    now = datetime.now(UTC)
    document = {
        "version": 1,
        "taken": now.isoformat(timespec="seconds"),
        "command": sys.argv,
        "machine": machine(),
        "refused": verdict,
        "rows": [asdict(row) for row in rows],
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return path
