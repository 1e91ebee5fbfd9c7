"""Prepared folders: filled once, whole or not at all."""

import asyncio
import threading
from pathlib import Path

import pytest

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.compile.folders import Folders


async def test_a_folder_is_filled_once_however_many_ask(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "prepared")
    place = folders.place("go", "go 1.26")
    fills: list[Path] = []

    def fill(folder: Path, stop: threading.Event) -> None:
        fills.append(folder)
        (folder / "cache").mkdir()
        (folder / "cache" / "one").write_text("1")

    await asyncio.gather(*(folders.ensure(place, fill) for _ in range(3)))
    await Folders(tmp_path / "prepared").ensure(place, fill)
    assert len(fills) == 1
    assert (place / "cache" / "one").read_text() == "1"
    assert (place / "cache" / "one").stat().st_mode & 0o777 == 0o644


async def test_what_fails_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    place = folders.place("rust", "rust 1.95")

    def refuse(folder: Path, stop: threading.Event) -> None:
        (folder / "half").write_text("")
        raise ContainerError("No crates. Fetch them.")

    with pytest.raises(ContainerError, match="Fetch them"):
        await folders.ensure(place, refuse)
    assert list(place.iterdir()) == []
    await folders.ensure(place, lambda folder, stop: (folder / "whole").touch())
    assert (place / "whole").exists()


def test_other_toolchains_have_other_folders(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    assert folders.place("go", "go 1.25") != folders.place("go", "go 1.26")
