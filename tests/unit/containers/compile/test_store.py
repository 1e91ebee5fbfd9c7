"""Programs on disk and in memory: whole, bounded, and nobody else's to change."""

import os
from pathlib import Path

import pytest

from whisk_platform.containers.process.compile.images import Images, load
from whisk_platform.containers.process.compile.store import ProgramStore


def test_a_program_is_found_by_its_key_and_private(tmp_path: Path) -> None:
    store = ProgramStore(tmp_path / "programs", 100)
    assert store.find("a") is None
    path = store.put("a", "frames", b"program")
    assert store.find("a") == (path, "frames")
    assert path.read_bytes() == b"program"
    assert (tmp_path / "programs").stat().st_mode & 0o077 == 0
    assert [one.name for one in (tmp_path / "programs").iterdir()] == ["a.frames"]


def test_the_longest_unused_programs_make_room_and_the_newest_stays(tmp_path: Path) -> None:
    store = ProgramStore(tmp_path, 100)
    for age, name in ((3, "a"), (2, "b"), (1, "c")):
        path = store.put(name, "frames", b"x" * 30)
        os.utime(path, (1000 - age, 1000 - age))
    store.find("a")
    store.put("d", "archive", b"x" * 60)
    kept = [name for name in "abcd" if store.find(name)]
    assert kept == ["a", "d"]
    store.put("huge", "frames", b"x" * 500)
    assert store.find("huge") is not None


def test_who_gets_a_program_cannot_change_it(tmp_path: Path) -> None:
    path = tmp_path / "program"
    path.write_bytes(b"program")
    handle = load(path)
    try:
        with pytest.raises(OSError):  # noqa: PT011  # which one differs by system
            os.write(handle, b"x")
        with pytest.raises(OSError):  # noqa: PT011
            os.truncate(handle, 0)
        assert os.pread(handle, 10, 0) == b"program"
    finally:
        os.close(handle)


def test_held_programs_are_bounded_and_every_copy_is_the_callers(tmp_path: Path) -> None:
    images = Images(100)
    for name in "abc":
        (tmp_path / name).write_bytes(name.encode() * 60)
        os.close(images.keep(tmp_path / name, load(tmp_path / name)))
    assert images.known(tmp_path / "a") is None
    handle = images.known(tmp_path / "c")
    assert handle is not None
    images.close()
    assert os.pread(handle, 1, 0) == b"c"
    os.close(handle)
