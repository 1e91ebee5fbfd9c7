"""Control groups of sandboxes: made, limited, joined by descriptor, frozen, killed, removed.

Both versions, and mixtures of them: every controller is taken from where it is mounted.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from whisk_platform.host import cgroup_paths, delegation
from whisk_platform.host.cgroup_paths import CgroupPaths
from whisk_platform.host.sandbox import groups

_CPU_SHARES_PER_MB = 4
_CPU_WEIGHT_MB = 2.56
_PROCS = "cgroup.procs"
_TASKS = "tasks"
_SHORT_BYTES = 4096


class SandboxGroup:
    """The control groups of one sandbox, one directory for each hierarchy."""

    __slots__ = ("_directories", "_joins", "_memory_mb", "_v2", "oom_kills_seen")

    def __init__(self, directories: dict[str, Path], v2: frozenset[str]) -> None:
        self._directories = directories
        self._v2 = v2
        self._memory_mb = 0
        files = {
            f"{path}/{_PROCS if controller in v2 else _TASKS}"
            for controller, path in directories.items()
        }
        self._joins = sorted(files)
        self.oom_kills_seen = 0
        """Kills that an activation has survived; they do not explain a later end."""

    @property
    def name(self) -> str:
        """Of its directory in each hierarchy."""
        return next(iter(self._directories.values())).name

    def open_members(self) -> list[int]:
        """Open the membership files for writing, to be passed to the process that joins.

        In version 1 that is ``tasks``: a single thread that moves itself spares the kernel a lock
        over all processes, which takes ten milliseconds to get.
        """
        opened: list[int] = []
        try:
            for file in self._joins:
                opened.append(os.open(file, os.O_WRONLY | os.O_CLOEXEC))
        except OSError:
            for descriptor in opened:
                os.close(descriptor)
            raise
        return opened

    def limit_memory(self, memory_mb: int) -> None:
        """Set the memory limit, swap included, and the share of the processor that goes with it.

        Raises:
            OSError: the kernel refuses, for example because more is in use already.
        """
        if memory_mb == self._memory_mb:
            return
        self._memory_mb = 0
        memory = self._directories.get("memory")
        if memory is not None and "memory" in self._v2:
            _set(memory / "memory.max", memory_mb << 20)
            groups.write(str(memory / "memory.swap.max"), "0")
            groups.write(str(memory / "memory.oom.group"), "1")
        elif memory is not None:
            _set_v1_memory(memory, memory_mb << 20)
        cpu = self._directories.get("cpu")
        if cpu is not None and "cpu" in self._v2:
            weight = min(10_000, max(1, round(memory_mb / _CPU_WEIGHT_MB)))
            groups.write(str(cpu / "cpu.weight"), str(weight))
        elif cpu is not None:
            groups.write(str(cpu / "cpu.shares"), str(max(2, memory_mb * _CPU_SHARES_PER_MB)))
        self._memory_mb = memory_mb

    def limit_pids(self, count: int) -> None:
        """Set how many processes and threads may exist."""
        if (pids := self._directories.get("pids")) is not None:
            groups.write(str(pids / "pids.max"), str(count))

    def oom_kills(self) -> int:
        """How many processes the kernel has killed here for want of memory."""
        memory = self._directories.get("memory")
        if memory is None:
            return 0
        file = "memory.events" if "memory" in self._v2 else "memory.oom_control"
        return _counter(f"{memory}/{file}", "oom_kill")

    def is_bare(self, left_bytes: int) -> bool:
        """Whether nobody and nothing is in it, so that another sandbox may have it.

        A sandbox that sees no control groups is in all of them or in none, so that one tells.

        Args:
            left_bytes: how much memory may still be charged to it, which the kernel takes back
                when it needs it.
        """
        pids = self._directories.get("pids")
        if pids is not None:
            return _peek(f"{pids}/pids.current") == "0\n" and self.memory_bytes() <= left_bytes
        for directory in set(self._directories.values()):
            try:
                if os.stat(directory).st_nlink > 2 or (directory / _PROCS).read_bytes():
                    return False
            except OSError:
                return False
        return self.memory_bytes() <= left_bytes

    def memory_bytes(self) -> int:
        """Memory that is charged to it; 0 where nobody counts."""
        return _memory_bytes(self._directories, self._v2)

    @property
    def can_freeze(self) -> bool:
        """Whether a freezer is there."""
        return "freezer" in self._directories

    @property
    def is_complete(self) -> bool:
        """Whether nobody has to look at single processes: it counts memory and can freeze."""
        return "memory" in self._directories and "freezer" in self._directories

    def freeze(self) -> None:
        """Stop all processes."""
        self._freezer("FROZEN", "1")

    def thaw(self) -> None:
        """Let all processes go on."""
        self._freezer("THAWED", "0")

    def kill(self) -> None:
        """Kill every process, frozen or not."""
        for directory in set(self._directories.values()):
            groups.thaw(str(directory))
        for directory in set(self._directories.values()):
            if groups.write(str(directory / "cgroup.kill"), "1"):
                return
        for directory in list(self._directories.values())[:1]:
            for pid in groups.members(str(directory)):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, 9)

    def try_remove(self) -> bool:
        """Remove the directories; False while a process is still in one of them."""
        return all([groups.try_remove(str(path)) for path in set(self._directories.values())])

    def _freezer(self, v1: str, v2: str) -> None:
        freezer = self._directories.get("freezer")
        if freezer is None:
            return
        if "freezer" in self._v2:
            groups.write(str(freezer / "cgroup.freeze"), v2)
        else:
            groups.write(str(freezer / "freezer.state"), v1)


class CgroupBase:
    """The groups under which one platform keeps all its sandboxes."""

    def __init__(self, directories: dict[str, Path], v2: frozenset[str]) -> None:
        self._directories = directories
        self._v2 = v2

    @property
    def memory(self) -> str | None:
        """``cgroup v1``, ``cgroup v2``, or None when memory cannot be limited."""
        if "memory" not in self._directories:
            return None
        return "cgroup v2" if "memory" in self._v2 else "cgroup v1"

    @property
    def paths(self) -> list[str]:
        """The directories, for whoever removes them."""
        return sorted({str(path) for path in self._directories.values()})

    def make(self, name: str) -> SandboxGroup:
        """Make the groups of one sandbox.

        Raises:
            OSError: the kernel refuses.
        """
        made = {controller: path / name for controller, path in self._directories.items()}
        try:
            for path in set(made.values()):
                path.mkdir()
        except OSError:
            SandboxGroup(made, self._v2).try_remove()
            raise
        return SandboxGroup(made, self._v2)

    def memory_bytes(self) -> int:
        """Memory in use by all sandboxes together."""
        return _memory_bytes(self._directories, self._v2)

    def remove(self) -> None:
        """Kill what is left and remove everything."""
        groups.remove_all(self.paths)


def make_base(name: str, root: Path | None, announce: Callable[[str], None]) -> CgroupBase | None:
    """Make a base group in every hierarchy that lets us.

    Args:
        name: of the new groups, unique on the machine.
        root: a directory of the unified hierarchy that was delegated to us; None looks for one.
        announce: told each path before it is made, so that a sudden end leaves nothing unknown.

    Returns:
        None when no controller can be used.
    """
    paths = cgroup_paths.find(_read("/proc/self/cgroup"), _read("/proc/self/mountinfo"))
    directories: dict[str, Path] = {}
    v2: set[str] = set()
    for controller, own in paths.v1.items():
        path = Path(own) / name
        if not os.access(own, os.W_OK):
            continue
        announce(str(path))
        with contextlib.suppress(OSError):
            path.mkdir()
            directories[controller] = path
    if "cpu" in directories:
        shares = 1024 * (os.cpu_count() or 1)
        groups.write(str(directories["cpu"] / "cpu.shares"), str(shares))
    if "memory" in directories:
        groups.write(str(directories["memory"] / "memory.use_hierarchy"), "1")
    have = frozenset(directories)
    unified = _make_unified(name, paths, root, have, announce)
    if unified is None and root is None and paths.v2 is not None:
        wanted = [one for one in ("memory", "pids", "cpu") if one not in have]
        here, alone = Path(paths.v2), paths.v2_is_namespace_root
        if delegation.share_out(here, wanted, namespace_root=alone):
            unified = _make_unified(name, paths, here, have, announce)
    if unified is not None:
        for controller in (*unified[1], "freezer"):
            if controller not in directories:
                directories[controller] = unified[0]
                v2.add(controller)
    return CgroupBase(directories, frozenset(v2)) if directories else None


def _make_unified(
    name: str,
    paths: CgroupPaths,
    root: Path | None,
    have: frozenset[str],
    announce: Callable[[str], None],
) -> tuple[Path, list[str]] | None:
    """Make a base in the unified hierarchy where it adds a controller that version 1 lacks."""
    for parent in [root] if root is not None else _candidates(paths):
        offered = set(_read(str(parent / "cgroup.subtree_control")).split())
        usable = offered - have
        useful: list[str] = [one for one in ("memory", "pids", "cpu") if one in usable]
        if not useful or not os.access(parent, os.W_OK):
            continue
        base = parent / name
        announce(str(base))
        try:
            base.mkdir()
            enabled = [c for c in useful if groups.write(str(base / _SUBTREE), f"+{c}")]
        except OSError:
            continue
        if enabled:
            return base, enabled
        groups.try_remove(str(base))
    return None


_SUBTREE = "cgroup.subtree_control"


def _candidates(paths: CgroupPaths) -> Iterator[Path]:
    """Our own group in the unified hierarchy and its ancestors, nearest first."""
    if paths.v2 is None:
        return
    here = Path(paths.v2)
    while (here / _PROCS).exists():
        yield here
        here = here.parent


def _set_v1_memory(directory: Path, limit: int) -> None:
    """Set memory and memory-and-swap; the second may never be the smaller one."""
    both = directory / "memory.memsw.limit_in_bytes"
    try:
        _set(directory / "memory.limit_in_bytes", limit)
    except OSError:
        if not groups.write(str(both), str(limit)):
            raise
        _set(directory / "memory.limit_in_bytes", limit)
    groups.write(str(both), str(limit))


def _set(path: Path, value: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, b"%d" % value)
    finally:
        os.close(descriptor)


def _memory_bytes(directories: dict[str, Path], v2: frozenset[str]) -> int:
    memory = directories.get("memory")
    if memory is None:
        return 0
    name = "memory.current" if "memory" in v2 else "memory.usage_in_bytes"
    text = _peek(f"{memory}/{name}")
    return int(text) if text else 0


def _counter(path: str, name: str) -> int:
    for line in _peek(path).splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.isdigit():
            return int(value)
    return 0


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def _peek(path: str) -> str:
    """A short control file, with no more system calls than it takes."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        return os.read(descriptor, _SHORT_BYTES).decode()
    except OSError:
        return ""
    finally:
        os.close(descriptor)
