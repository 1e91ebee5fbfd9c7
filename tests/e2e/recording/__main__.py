"""``python -m tests.e2e.recording``: play the scenes and write the recording."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.e2e.recording.firsthour import SCENES, Person, variables
from tests.e2e.recording.terminal import Terminal

FILE = ROOT / "docs" / "recordings" / "first-hour.cast"


def main() -> None:
    """Record."""
    with tempfile.TemporaryDirectory(prefix="first-hour-") as folder:
        home = Path(folder)
        environment = variables(home)
        try:
            with Terminal(home, environment) as terminal:
                person = Person(terminal, environment)
                for scene in SCENES:
                    scene(person)
                FILE.parent.mkdir(exist_ok=True)
                FILE.write_text(terminal.recording("wsk: the first hour"), encoding="utf-8")
        finally:
            subprocess.run(
                [sys.executable, "-m", "whisk_cli", "platform", "stop", "--force"],
                env=environment,
                capture_output=True,
                check=False,
            )


if __name__ == "__main__":
    main()
