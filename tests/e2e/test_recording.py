"""The first hour in a real terminal, as it is recorded in ``docs/recordings``."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import parts
from tests.e2e.recording.__main__ import FILE
from tests.e2e.recording.firsthour import SCENES, Person, variables
from tests.e2e.recording.terminal import Terminal, plain


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    """Somebody who has just installed ``wsk``."""
    parts.program("bash", "apt-get install bash")
    environment = variables(tmp_path)
    with Terminal(tmp_path, environment) as terminal:
        yield Person(terminal, environment)
    stop = [sys.executable, "-m", "whisk_cli", "platform", "stop", "--force"]
    subprocess.run(stop, env=environment, capture_output=True, check=False)


def _commands(recording: str) -> list[str]:
    """What was typed at the prompt, with completed words in it."""
    events = [json.loads(line) for line in recording.splitlines()[1:]]
    shown = plain("".join(text for _, code, text in events if code == "o"))
    return re.findall(r"^\$ (.+)$", shown, re.MULTILINE)


def test_the_first_hour_goes_as_it_is_recorded(person: Person) -> None:
    """Every scene finds on the screen what it looks for; the recording shows the same commands."""
    for scene in SCENES:
        scene(person)
    fresh = person.terminal.recording("again")
    assert _commands(fresh) == _commands(FILE.read_text(encoding="utf-8"))


def test_the_recording_is_an_asciicast_and_names_no_place_of_the_machine() -> None:
    head, *events = map(json.loads, FILE.read_text(encoding="utf-8").splitlines())
    assert (head["version"], head["width"], head["height"]) == (2, 100, 30)
    times = [at for at, _, _ in events]
    assert times == sorted(times)
    assert {code for _, code, _ in events} == {"o", "m"}
    shown = "".join(text for _, _, text in events)
    assert not re.search(r"(?<![\w.~-])/(tmp|usr|opt|home|root|var)/", shown)
