"""`tests/setup.sh` names what is missing; a missing part skips here and fails in the pipeline."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests import parts
from tests.architecture.tree import ROOT


def test_missing_programs_are_named_where_they_cannot_be_installed(tmp_path: Path) -> None:
    shell = shutil.which("sh")
    assert shell is not None
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    outcome = subprocess.run(
        [shell, ROOT / "tests" / "setup.sh"],
        capture_output=True,
        text=True,
        env={"PATH": str(tmp_path)},
        check=False,
    )
    assert outcome.returncode == 0
    assert "node (actions in JavaScript): apt-get install nodejs" in outcome.stderr


def test_a_missing_part_skips_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="to run this test: apt-get install nodejs"):
        parts.require(False, "Node", "apt-get install nodejs")


def test_a_missing_part_fails_in_the_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="Node is missing on this machine"):
        parts.require(False, "Node", "apt-get install nodejs")


def test_a_part_that_is_there_is_no_event() -> None:
    parts.require(True, "Node", "apt-get install nodejs")
    assert parts.program("sh", "install a shell").name == "sh"
