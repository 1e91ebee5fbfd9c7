"""`make setup` finds a Python that works, and says what to do when there is none."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

NEEDED = ("dirname", "rm", "touch")

ABSENT = "exit 127"
TOO_OLD = "exit 1"
NO_ENSUREPIP = 'case "$2" in *ensurepip*) exit 1 ;; *"%d.%d"*) echo 3.12 ;; esac'
NO_INDEX = """
case "$2" in
    *"%d.%d"*) echo 3.12 ;;
    venv) mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; cp "$0" "$3/bin/pip" ;;
    pip) echo "no index" >&2; exit 1 ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with nothing but the script and a folder of programs for its PATH."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "venv", tmp_path / ".ci" / "venv")
    (tmp_path / "bin").mkdir()
    for name in (*NEEDED, "mkdir", "cp"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "bin" / name).symlink_to(found)
    return tmp_path


def _install(checkout: Path, name: str, script: str) -> None:
    program = checkout / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def _setup(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / ".ci" / "venv", ".venv"],
        capture_output=True,
        text=True,
        env={"PATH": str(checkout / "bin"), **environment},
        check=False,
    )


@pytest.mark.parametrize("script", [ABSENT, TOO_OLD])
def test_no_usable_python_is_one_sentence_with_the_remedy(checkout: Path, script: str) -> None:
    """A shim that a version manager left behind counts as no Python."""
    _install(checkout, "python3", script)
    outcome = _setup(checkout)
    assert outcome.returncode == 1
    assert outcome.stderr.startswith(
        "setup: no Python 3.11 or later found (looked for python3.13, python3.12, python3.11,"
        " python3)."
    )
    assert "apt-get install python3 python3-venv" in outcome.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_that_is_named_and_unusable_is_named_in_the_sentence(checkout: Path) -> None:
    outcome = _setup(checkout, PYTHON="my-python")
    assert "looked for my-python, python3.13" in outcome.stderr


def test_a_missing_ensurepip_names_the_debian_package(checkout: Path) -> None:
    _install(checkout, "python3.13", TOO_OLD)
    _install(checkout, "python3.12", NO_ENSUREPIP)
    outcome = _setup(checkout)
    assert outcome.returncode == 1
    assert outcome.stderr.startswith(
        "setup: python3.12 (Python 3.12) cannot create virtual environments:"
    )
    assert "apt-get install python3.12-venv" in outcome.stderr


def test_a_failing_installation_leaves_no_stamp_and_says_how_to_go_on(checkout: Path) -> None:
    _install(checkout, "python3.12", NO_INDEX)
    outcome = _setup(checkout)
    assert outcome.returncode == 1
    assert "pip could not install the packages" in outcome.stderr
    assert "make setup" in outcome.stderr
    assert not (checkout / ".venv" / ".installed").exists()


def test_an_environment_that_works_is_kept(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    for name in ("python", "pip"):
        _install(checkout, f"../.venv/bin/{name}", "exit 0")
    outcome = _setup(checkout)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert "creating" not in outcome.stdout
    assert (checkout / ".venv" / ".installed").exists()
