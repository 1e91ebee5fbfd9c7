"""Process trees: who descends from whom, and killing all of them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time

_PROC = "/proc"


def children(pid: int) -> list[int]:
    """The living and unreaped children of a process; empty when it is gone."""
    found: list[int] = []
    try:
        tasks = os.listdir(f"{_PROC}/{pid}/task")
    except OSError:
        return found
    for task in tasks:
        with contextlib.suppress(OSError), open(f"{_PROC}/{pid}/task/{task}/children") as file:
            found.extend(map(int, file.read().split()))
    return found


def descendants(root: int) -> list[int]:
    """All descendants of a process, parents before children; unreaped ones too."""
    if not os.path.exists(f"{_PROC}/{os.getpid()}/task/{os.getpid()}/children"):
        return _descendants_by_table(root, parents())
    found: list[int] = []
    queue = [root]
    while queue:
        below = children(queue.pop())
        found.extend(below)
        queue.extend(below)
    return found


def parents() -> dict[int, int]:
    """The parent of every process, for machines that do not list children."""
    try:
        names = [name for name in os.listdir(_PROC) if name.isdigit()]
    except OSError:
        names = []
    if not names:
        return _parents_by_ps()
    table: dict[int, int] = {}
    for name in names:
        with contextlib.suppress(OSError), open(f"{_PROC}/{name}/stat", "rb") as file:
            table[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
    return table


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        with open(f"{_PROC}/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except FileNotFoundError:
        if os.path.exists(_PROC + "/self"):
            return False
    except OSError:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def signal_all(pids: list[int], number: int) -> None:
    """Send a signal to each that still exists and may be signaled."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def kill_descendants(root: int, seconds: float) -> bool:
    """Kill everything below a process and not the process itself.

    Each round stops what it sees before it kills, because a stopped process makes no children.

    Returns:
        Whether nothing runs any more.
    """
    deadline = time.monotonic() + seconds
    while True:
        alive = [pid for pid in descendants(root) if is_running(pid)]
        if not alive:
            return True
        signal_all(alive, signal.SIGSTOP)
        signal_all(descendants(root), signal.SIGKILL)
        if root == os.getpid():
            reap()
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)


def reap() -> dict[int, int]:
    """Collect every child that has ended: its id and wait status."""
    ended: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = status


def _descendants_by_table(root: int, table: dict[int, int]) -> list[int]:
    below: dict[int, list[int]] = {}
    for pid, parent in table.items():
        below.setdefault(parent, []).append(pid)
    found: list[int] = []
    queue = [root]
    while queue:
        own = below.get(queue.pop(), [])
        found.extend(own)
        queue.extend(own)
    return found


def _parents_by_ps() -> dict[int, int]:
    command = ["/bin/ps", "-axo", "pid=,ppid="]
    try:
        output = subprocess.run(command, stdout=subprocess.PIPE, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return {}
    pairs = (line.split() for line in output.decode("ascii", "replace").splitlines())
    return {int(pair[0]): int(pair[1]) for pair in pairs if len(pair) == 2}
