"""A swap goes on wherever it was interrupted, and loses neither the new state nor the former."""

import os
from pathlib import Path
from typing import Any

import pytest

from whisk_platform.standalone import swap

MEMBERS = ("master.key", "tls/ca.crt", "whisk.db")
FORMER = {
    "whisk.db": "old",
    "whisk.db-wal": "old log",
    "master.key": "old key",
    "records.spill": "old spill",
    "settings.toml": "old settings",
}


class Killed(Exception):
    """Stands for the end of the process."""


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def _read(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("after", range(12))
def test_a_swap_killed_after_any_move_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    directory = tmp_path / "state"
    _write(directory, {**FORMER, "platform.log": "stays"})
    draft = directory / "draft"
    _write(draft, {name: f"new {name}" for name in MEMBERS})
    swap.decide(draft, directory, MEMBERS, "aside")
    moves = 0
    rename = os.rename

    def dying(source: Any, target: Any) -> None:
        nonlocal moves
        if moves == after:
            raise Killed
        moves += 1
        rename(source, target)

    monkeypatch.setattr(os, "rename", dying)
    try:
        swap.finish(directory)
    except Killed:
        monkeypatch.setattr(os, "rename", rename)
        assert swap.finish(directory) == directory / "aside"
    monkeypatch.setattr(os, "rename", rename)
    assert swap.finish(directory) is None
    assert _read(directory / "aside") == FORMER
    found = {name: text for name, text in _read(directory).items() if "aside" not in name}
    assert found == {"platform.log": "stays", **{name: f"new {name}" for name in MEMBERS}}


def test_without_a_decision_nothing_is_moved(tmp_path: Path) -> None:
    _write(tmp_path, FORMER)
    assert swap.finish(tmp_path) is None
    assert _read(tmp_path) == FORMER
