"""Getting controllers out of the very group of the unified hierarchy that we were started in.

A service manager or container engine that delegates a group puts us into it, and a group with
processes in it cannot share out controllers to groups below. So everybody in it moves one step
down, which is only done where everybody in it is ours.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Collection
from pathlib import Path

from whisk_platform.host.sandbox import groups, tree

LEAF = "whisk-platform"
"""Where we go. It outlives us, empty, because nobody can remove the group that he is in."""
_SUBTREE = "cgroup.subtree_control"
_PROCS = "cgroup.procs"
_ROUNDS = 10


def is_ours(members: Collection[int], own: Collection[int], *, namespace_root: bool) -> bool:
    """Whether the processes of a group may be moved.

    Args:
        members: who is in it.
        own: ourselves and our descendants.
        namespace_root: whether the group is all that a container of ours sees.
    """
    return bool(members) and (namespace_root or set(members) <= set(own))


def share_out(group: Path, wanted: Collection[str], *, namespace_root: bool) -> list[str]:
    """Let groups below our own one have controllers.

    Args:
        group: that we are in.
        wanted: controllers.
        namespace_root: whether the group is the root of our control group namespace.

    Returns:
        Those that groups below have now; none where the group is not ours.
    """
    if not (group / "cgroup.events").exists():
        return []  # the machine's own root
    offered = set(_read(group / "cgroup.controllers").split()) & set(wanted)
    if not offered or not all(os.access(group / name, os.W_OK) for name in (_SUBTREE, _PROCS)):
        return []
    try:
        _enable(group, offered)
    except OSError as error:
        if error.errno != errno.EBUSY or not _move_down(group, namespace_root):
            return []
        with contextlib.suppress(OSError):
            _enable(group, offered)
    return sorted(set(_read(group / _SUBTREE).split()) & offered)


def _enable(group: Path, controllers: Collection[str]) -> None:
    descriptor = os.open(group / _SUBTREE, os.O_WRONLY | os.O_CLOEXEC)
    try:
        for controller in sorted(controllers):
            os.write(descriptor, f"+{controller}".encode())
    finally:
        os.close(descriptor)


def _move_down(group: Path, namespace_root: bool) -> bool:
    """Empty the group into a leaf below it; whether nobody is in it any more."""
    leaf = group / LEAF
    for _ in range(_ROUNDS):  # a process may fork while we look
        members = [int(pid) for pid in _read(group / _PROCS).split()]
        if not members:
            return True
        own = [os.getpid(), *tree.descendants(os.getpid())]
        if not is_ours(members, own, namespace_root=namespace_root):
            return False
        try:
            leaf.mkdir(exist_ok=True)
        except OSError:
            return False
        for pid in members:
            groups.write(str(leaf / _PROCS), str(pid))
    return False


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
