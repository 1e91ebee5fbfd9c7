"""The state directory: private, held by one platform, described while it runs."""

import json
import os
from pathlib import Path

import pytest

from whisk_platform.common.errors import StateDirectoryError
from whisk_platform.standalone.state import RunFile, RunIsolation, StateDirectory

RUN = RunFile(
    pid=1,
    address="http://127.0.0.1:3233",
    host="127.0.0.1",
    port=3233,
    platform_version="0.1.0",
    started_ms=1,
    development_keys=False,
    kinds=("python:3.11",),
    isolation=RunIsolation(level="L1", memory="cgroup v1", network="host", warnings=()),
    state_directory="/state",
)


def test_it_is_made_private(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "a" / "b")
    state.open()
    state.announce(RUN)
    assert state.path.stat().st_mode & 0o777 == 0o700
    assert (state.path / "run.json").stat().st_mode & 0o777 == 0o600
    state.close()


def test_a_second_platform_is_refused_by_name_and_the_first_goes_on(tmp_path: Path) -> None:
    first = StateDirectory(tmp_path)
    first.open()
    first.announce(RUN)
    with pytest.raises(StateDirectoryError, match=f"Another platform \\(pid {os.getpid()}\\)"):
        StateDirectory(tmp_path).open()
    assert json.loads((tmp_path / "run.json").read_text())["address"] == RUN.address
    first.close()


def test_a_stale_lock_file_and_run_file_of_a_killed_platform_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("999999")
    (tmp_path / "run.json").write_text("{}")
    state = StateDirectory(tmp_path)
    state.open()
    assert not (tmp_path / "run.json").exists()
    state.close()


def test_closing_removes_the_description_and_lets_the_next_one_in(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path)
    state.open()
    state.announce(RUN)
    state.close()
    assert not (tmp_path / "run.json").exists()
    again = StateDirectory(tmp_path)
    again.open()
    again.close()


def test_a_path_that_is_no_directory_is_refused_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(StateDirectoryError, match="Choose one that this user may write"):
        StateDirectory(file).open()
