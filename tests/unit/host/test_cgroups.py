"""What is written into control files, on a folder that looks like a control group."""

from pathlib import Path

import pytest

from whisk_platform.host.cgroups import CgroupBase, SandboxGroup

V2_FILES = ("memory.max", "memory.swap.max", "memory.oom.group", "cpu.weight", "pids.max")
V1_FILES = ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "cpu.shares", "pids.max")
ALL = ("memory", "pids", "cpu", "freezer")


def _group(folder: Path, version: int, files: tuple[str, ...]) -> SandboxGroup:
    for name in (*files, "cgroup.procs", "freezer.state", "cgroup.freeze"):
        (folder / name).write_text("")
    return SandboxGroup(dict.fromkeys(ALL, folder), frozenset(ALL if version == 2 else ()))


def test_version_two_limits_memory_swap_and_share(tmp_path: Path) -> None:
    group = _group(tmp_path, 2, V2_FILES)
    group.limit_memory(256)
    group.limit_pids(1024)
    written = {name: (tmp_path / name).read_text() for name in V2_FILES}
    assert written == {
        "memory.max": str(256 << 20),
        "memory.swap.max": "0",
        "memory.oom.group": "1",
        "cpu.weight": "100",
        "pids.max": "1024",
    }


def test_version_one_limits_memory_swap_and_share(tmp_path: Path) -> None:
    group = _group(tmp_path, 1, V1_FILES)
    group.limit_memory(256)
    group.limit_pids(1024)
    written = {name: (tmp_path / name).read_text() for name in V1_FILES}
    assert written == {
        "memory.limit_in_bytes": str(256 << 20),
        "memory.memsw.limit_in_bytes": str(256 << 20),
        "cpu.shares": "1024",
        "pids.max": "1024",
    }


@pytest.mark.parametrize(
    ("version", "name", "text"),
    [
        (1, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"),
        (2, "memory.events", "low 0\nhigh 0\nmax 9\noom 1\noom_kill 3\noom_group_kill 0\n"),
    ],
)
def test_kills_for_memory_are_counted(tmp_path: Path, version: int, name: str, text: str) -> None:
    group = _group(tmp_path, version, ())
    assert group.oom_kills() == 0
    (tmp_path / name).write_text(text)
    assert group.oom_kills() == 3


@pytest.mark.parametrize(
    ("version", "name", "frozen", "thawed"),
    [(1, "freezer.state", "FROZEN", "THAWED"), (2, "cgroup.freeze", "1", "0")],
)
def test_freezing_and_thawing(
    tmp_path: Path, version: int, name: str, frozen: str, thawed: str
) -> None:
    group = _group(tmp_path, version, ())
    group.freeze()
    assert (tmp_path / name).read_text() == frozen
    (tmp_path / name).write_text("")
    group.thaw()
    assert (tmp_path / name).read_text() == thawed


@pytest.mark.parametrize(
    ("version", "name", "word"),
    [(1, "memory.usage_in_bytes", "cgroup v1"), (2, "memory.current", "cgroup v2")],
)
def test_a_base_reads_the_memory_of_all(tmp_path: Path, version: int, name: str, word: str) -> None:
    base = CgroupBase({"memory": tmp_path}, frozenset(("memory",) if version == 2 else ()))
    (tmp_path / name).write_text("1048576\n")
    assert base.memory == word
    assert base.memory_bytes() == 1 << 20


def test_a_base_without_the_memory_controller_limits_none(tmp_path: Path) -> None:
    base = CgroupBase({"pids": tmp_path}, frozenset())
    assert base.memory is None
    assert base.memory_bytes() == 0
    group = base.make("one")
    assert (tmp_path / "one").is_dir()
    assert group.try_remove()
    assert not (tmp_path / "one").exists()


def test_a_half_made_group_is_taken_back(tmp_path: Path) -> None:
    """The second hierarchy refuses: nothing stays in the first."""
    good, bad = tmp_path / "good", tmp_path / "missing" / "bad"
    good.mkdir()
    base = CgroupBase({"memory": good, "pids": bad}, frozenset())
    with pytest.raises(FileNotFoundError):
        base.make("one")
    assert list(good.iterdir()) == []
