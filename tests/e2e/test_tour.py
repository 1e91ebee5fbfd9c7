"""The tour and `make start`: every sample runs, again and again, and says what it did."""

import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests import parts
from tests.architecture.tree import ROOT
from tests.machine import Machine

SAID_ONCE = (
    '"greeting": "Hello, Ada!"',
    "stdout: greeting Ada",
    '"greeting": "Hello, Grace!"',
    "stdout: counted 1096 words, 440 different ones",
    '"word": "raven"',
    "stdout: greeting Grace",
    '"reading_ease": 62.3',
    "stdout: 43 sentences, reading ease 62.3",
    "== What to try next",
)


def _environment(home: Path, **more: str) -> dict[str, str]:
    programs = Path(sys.executable).parent
    return {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(home), **more}


def _tour(machine: Machine) -> str:
    outcome = subprocess.run(
        [ROOT / "examples" / "tour.sh"],
        capture_output=True,
        text=True,
        env=_environment(machine.home),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert (outcome.returncode, outcome.stderr) == (0, ""), outcome.stdout + machine.last_log()
    return outcome.stdout


def test_the_tour_shows_each_sample_and_can_be_taken_again(machine: Machine) -> None:
    parts.node()
    machine.start()
    for _ in range(2):
        said = _tour(machine)
        assert [line for line in SAID_ONCE if line not in said] == []
    page = next(line for line in said.splitlines() if line.startswith("http://"))
    with urllib.request.urlopen(page + "?name=Ada") as answer:
        assert "<h1>Hello, Ada!</h1>" in answer.read().decode()


def test_the_tour_without_a_platform_says_how_to_start_one(tmp_path: Path) -> None:
    (tmp_path / ".wskprops").write_text("APIHOST=http://127.0.0.1:1\nAUTH=a:b\n")
    outcome = subprocess.run(
        [ROOT / "examples" / "tour.sh"],
        capture_output=True,
        text=True,
        env=_environment(tmp_path),
        check=False,
    )
    assert outcome.returncode == 1
    assert "No platform answers. Start one first: wsk platform start" in outcome.stderr


def _make(target: str, home: Path) -> str:
    outcome = subprocess.run(
        ["make", "-C", ROOT, "--no-print-directory", target],
        capture_output=True,
        text=True,
        env=_environment(home, WHISK_SERVER__PORT="0"),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout


def test_make_start_leaves_a_running_platform_beside_a_foreign_profile(tmp_path: Path) -> None:
    """The tour uses the new platform, a context beside the foreign profile."""
    parts.require(shutil.which("make") is not None, "make", "apt-get install make")
    stamp = ["make", "-C", str(ROOT), "-q", ".venv/.installed"]
    current = subprocess.run(stamp, capture_output=True, check=False)
    parts.require(current.returncode == 0, "An environment that is up to date", "make setup")
    profile = tmp_path / ".wskprops"
    profile.write_text("APIHOST=elsewhere.example\nAUTH=a:b\n")
    try:
        said = _make("start", tmp_path)
        again = _make("start", tmp_path)
    finally:
        stopped = _make("stop", tmp_path)
    assert "ok: started the platform at http://127.0.0.1:" in said
    assert "ok: the platform is already running at http://127.0.0.1:" in again
    assert 'export PATH="' in again
    assert stopped == "ok: stopped the platform\n"
    assert profile.read_text() == "APIHOST=elsewhere.example\nAUTH=a:b\nCONTEXT=local\n"
