"""What a process and everything below it hold: memory and processor time, from /proc."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """The tree below one process, counted once."""

    processes: int
    pss_mb: float
    """Proportional set size of the whole tree."""
    root_pss_mb: float
    """That of the first process alone."""
    unreadable: int
    """Processes whose memory this user may not read; the sums lack them."""


def _parents() -> dict[int, int]:
    parents = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue  # It ended while we looked.
            # The name in parentheses may hold anything, blanks and parentheses included.
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    return parents


def tree(root: int) -> list[int]:
    """Return a process and all its descendants."""
    parents = _parents()
    found = [root]
    for known in found:
        found.extend(pid for pid, parent in parents.items() if parent == known)
    return found


def _pss_kb(pid: int) -> int | None:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    except PermissionError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def count(root: int) -> Census:
    """Count the memory of a process and all its descendants."""
    sizes = {pid: _pss_kb(pid) for pid in tree(root)}
    return Census(
        processes=len(sizes),
        pss_mb=sum(size or 0 for size in sizes.values()) / 1024,
        root_pss_mb=(sizes[root] or 0) / 1024,
        unreadable=sum(size is None for size in sizes.values()),
    )


def cpu_seconds(root: int) -> float:
    """Return the processor time of the living processes of a tree and of their ended children."""
    return sum(_cpu_ticks(tree(root))) / os.sysconf("SC_CLK_TCK")


def own_cpu_seconds(pid: int) -> float:
    """Return the processor time of one process alone, without its children."""
    fields = (PROC / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cpu_ticks(pids: list[int]) -> Iterator[int]:
    for pid in pids:
        try:
            stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        fields = stat.rpartition(")")[2].split()
        yield sum(int(field) for field in fields[11:15])
