"""A log that is kept small while somebody writes to it."""

import os
import subprocess
import sys
from pathlib import Path

from whisk_cli.machine.rotation import rotate


def _names(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_short_log_is_left_alone_and_a_missing_one_is_no_problem(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    assert not rotate(log, most_bytes=10, keep=2)
    log.write_text("short")
    assert not rotate(log, most_bytes=5, keep=2)
    assert _names(tmp_path) == {"a.log": "short"}


def test_older_ones_move_on_and_the_oldest_goes(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    for number in range(1, 5):
        log.write_text(f"long {number}")
        assert rotate(log, most_bytes=3, keep=2)
    assert _names(tmp_path) == {"a.log": "", "a.log.1": "long 4", "a.log.2": "long 3"}
    assert (tmp_path / "a.log.1").stat().st_mode & 0o777 == 0o600


def test_whoever_appends_goes_on_in_the_emptied_log(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    writer = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(writer, b"before\n")
        assert rotate(log, most_bytes=3, keep=1)
        os.write(writer, b"after\n")
    finally:
        os.close(writer)
    assert _names(tmp_path) == {"a.log": "after\n", "a.log.1": "before\n"}


def test_none_are_kept_if_none_are_wanted(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("long")
    assert rotate(log, most_bytes=3, keep=0)
    assert _names(tmp_path) == {"a.log": ""}


def test_the_program_rotates_and_fails_in_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "whisk_cli.machine.rotation", "--megabytes", "0", "--keep"]
    (tmp_path / "a.log").write_text("x")
    done = subprocess.run([*command, "1", "--file", tmp_path / "a.log"], check=False)
    assert done.returncode == 0
    assert _names(tmp_path) == {"a.log": "", "a.log.1": "x"}
    (tmp_path / "folder" / "b.log.new").mkdir(parents=True)
    (tmp_path / "folder" / "b.log").write_text("x")
    wrong = subprocess.run(
        [*command, "1", "--file", tmp_path / "folder" / "b.log"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("error: The log ")
    assert wrong.stderr.count("\n") == 1
