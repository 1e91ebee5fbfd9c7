"""The files of a run: one JSON document, the report and its plots, in a folder of their own."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import plots, report
from tests.bench.findings import Findings
from tests.bench.goals import Line

VERSION = 2
"""Of the document's shape."""


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
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "node": _answer("node", "--version"),
        "commit": _answer("git", "describe", "--always", "--dirty"),
    }


def _judged(line: Line) -> dict[str, Any]:
    return {
        "row": line.goal.row,
        "goal": asdict(line.goal),
        "reading": None if line.reading is None else asdict(line.reading),
        "verdict": line.verdict,
    }


def write(
    folder: Path,
    found: Findings,
    lines: Sequence[Line],
    refused: str | None,
    facts: dict[str, Any],
) -> Path:
    """Write the files of this run.

    Args:
        folder: Created if need be; gets a folder named by the time.
        found: Empty if the machine was too noisy.
        lines: The goals, judged; empty as well.
        refused: Why nothing is reported, or ``None``.
        facts: Of the run; those of the machine are added.

    Returns:
        The report, or the document if nothing is reported.
    """
    now = datetime.now(UTC)
    place = folder / f"{now:%Y%m%dT%H%M%SZ}"
    place.mkdir(parents=True, exist_ok=True)
    about = {"taken": now.isoformat(timespec="seconds"), **machine(), **facts}
    document = {
        "version": VERSION,
        "command": sys.argv[1:],
        "about": about,
        "refused": refused,
        "goals": [_judged(line) for line in lines],
        "missing": found.missing,
        "rows": [asdict(row) for row in found.rows],
        "curves": {
            name: [asdict(curve) for curve in curves] for name, curves in found.curves.items()
        },
    }
    path = place / "document.json"
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    if refused is not None:
        return path
    drawn = plots.draw(found.curves, place)
    path = place / "report.md"
    path.write_text(report.markdown(found, lines, drawn, about), encoding="utf-8")
    return path
