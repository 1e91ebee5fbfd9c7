"""What a platform holds: memory, processes, descriptors, cgroups, mounts and disk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench import census

MOUNTS = Path("/proc/self/mountinfo")
CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """One look at a platform."""

    seconds: float
    """Since the load began."""
    processes: int
    tree_mb: float
    """Proportional memory of all its processes."""
    platform_mb: float
    """That of the platform's own process."""
    descriptors: int
    """Of the platform's own process."""
    tree_descriptors: int
    cgroups: int
    """Made by this platform, in all hierarchies."""
    mounts: int
    """Of the namespace outside sandboxes, all."""
    disk_mb: float
    """The state directory."""
    temporary_files: int
    """Directly in the directory for temporary files."""

    def row(self) -> list[str]:
        """The figures as text."""
        return [f"{value:.1f}" if isinstance(value, float) else str(value) for value in
                asdict(self).values()]  # fmt: skip


def look(pid: int, state_dir: Path, temporary: Path, seconds: float) -> Holdings:
    """Look at a platform once.

    Args:
        pid: The platform's own process.
        state_dir: Its state.
        temporary: Where temporary files are.
        seconds: Since the load began.
    """
    counted = census.count(pid)
    tree = census.tree(pid)
    return Holdings(
        seconds=seconds,
        processes=counted.processes,
        tree_mb=counted.pss_mb,
        platform_mb=counted.root_pss_mb,
        descriptors=descriptors([pid]),
        tree_descriptors=descriptors(tree),
        cgroups=cgroups(pid),
        mounts=len(MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()),
        disk_mb=disk_bytes(state_dir) / 1e6,
        temporary_files=sum(1 for _ in temporary.iterdir()),
    )


def descriptors(pids: Iterable[int]) -> int:
    """Count the open descriptors of processes; those that have ended hold none."""
    found = 0
    for pid in pids:
        try:
            found += len(os.listdir(f"/proc/{pid}/fd"))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def cgroups(pid: int) -> int:
    """Count the control groups that a platform has made."""
    made = re.compile(rf"/whisk-{pid}-")
    return sum(
        1
        for root, folders, _ in os.walk(CGROUPS)
        for folder in folders
        if made.search(f"{root}/{folder}")
    )


def disk_bytes(folder: Path) -> int:
    """Sum what the files of a folder take."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(root, name)).st_size
            except FileNotFoundError:
                continue
    return total
