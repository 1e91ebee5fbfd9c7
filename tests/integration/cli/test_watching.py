"""A folder that is watched, on the real file system."""

from pathlib import Path

import pytest

from tests.waiting import wait_for
from whisk_cli.errors import CliError
from whisk_cli.sources.watching import Watch


def _changes(watch: Watch, wanted: set[Path]) -> set[Path]:
    seen: set[Path] = set()

    def complete() -> bool:
        seen.update(watch.take())
        return wanted <= seen

    wait_for(complete, f"{wanted} to be told")
    return seen


def test_what_is_written_replaced_and_removed_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("1")
    with Watch(tmp_path) as watch:
        file.write_text("2")
        assert _changes(watch, {file}) == {file}
        new = tmp_path / "b.py"
        (tmp_path / ".b.swp").write_text("x")
        (tmp_path / ".b.swp").rename(new)
        assert _changes(watch, {new}) == {new}
        file.unlink()
        assert _changes(watch, {file}) == {file}


def test_a_new_folder_is_watched_too(tmp_path: Path) -> None:
    with Watch(tmp_path) as watch:
        folder = tmp_path / "pkg"
        folder.mkdir()
        _changes(watch, {folder})
        (folder / "c.py").write_text("1")
        _changes(watch, {folder / "c.py"})


def test_what_never_belongs_to_an_action_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    with Watch(tmp_path) as watch:
        (tmp_path / "__pycache__" / "a.pyc").write_text("x")
        (tmp_path / ".hidden").write_text("x")
        (tmp_path / "z.py").write_text("1")
        assert _changes(watch, {tmp_path / "z.py"}) == {tmp_path / "z.py"}


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CliError, match="cannot be watched"), Watch(tmp_path / "nowhere"):
        pass
