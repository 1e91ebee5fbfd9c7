"""When we move out of the way of controllers, and when not; the kernel is a folder here."""

import os
from pathlib import Path

import pytest

from whisk_platform.host import delegation

OWN = (10, 11, 12)


@pytest.mark.parametrize(
    ("members", "namespace_root", "expected"),
    [
        ((10,), False, True),
        ((10, 12), False, True),
        ((10, 99), False, False),
        ((10, 99), True, True),
        ((), False, False),
        ((), True, False),
    ],
)
def test_only_what_is_ours_is_moved(
    members: tuple[int, ...], namespace_root: bool, expected: bool
) -> None:
    assert delegation.is_ours(members, OWN, namespace_root=namespace_root) is expected


def _group(folder: Path, controllers: str, shared: str = "", *, root: bool = False) -> Path:
    (folder / "cgroup.controllers").write_text(controllers)
    (folder / "cgroup.subtree_control").write_text(shared)
    (folder / "cgroup.procs").write_text(f"{os.getpid()}\n")
    if not root:
        (folder / "cgroup.events").write_text("populated 1\n")
    return folder


def test_a_delegated_group_is_asked_for_what_it_has(tmp_path: Path) -> None:
    group = _group(tmp_path, "cpu memory pids io")
    delegation.share_out(group, ["memory", "pids", "cpu"], namespace_root=False)
    written = (group / "cgroup.subtree_control").read_text()
    assert written.startswith("+cpu+memory+pids")
    assert "io" not in written


@pytest.mark.parametrize(
    ("controllers", "root"), [("io hugetlb", False), ("", False), ("memory pids", True)]
)
def test_a_group_without_them_and_the_machines_root_are_left_alone(
    tmp_path: Path, controllers: str, root: bool
) -> None:
    group = _group(tmp_path, controllers, root=root)
    assert delegation.share_out(group, ["memory", "pids"], namespace_root=False) == []
    assert (group / "cgroup.subtree_control").read_text() == ""


def test_a_group_that_is_not_there_gives_nothing(tmp_path: Path) -> None:
    assert delegation.share_out(tmp_path / "none", ["memory"], namespace_root=True) == []
