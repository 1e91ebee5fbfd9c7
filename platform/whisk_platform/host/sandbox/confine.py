"""What one sandbox gives up before an action's code runs in it, in the order the kernel wants."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable

from . import landlock, linux, seccomp

NAMESPACED = "L1"
FENCED = "L0+"
PLAIN = "L0"


def join_groups(descriptors: list[int]) -> None:
    """Enter control groups through the files the platform opened: its rights count, not ours."""
    for descriptor in descriptors:
        try:
            os.write(descriptor, b"0")
        except OSError as error:
            raise OSError(error.errno, f"cgroup: {error.strerror}") from error


def lower_limits(limits: dict[str, int]) -> list[tuple[int, tuple[int, int]]]:
    """What to give ``resource.setrlimit``: soft and hard alike, never above what we have now."""
    lowered = []
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is None:
            continue
        hard = resource.getrlimit(number)[1]
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        lowered.append((number, (wanted, wanted)))
    return lowered


def change_user(uid: int | None) -> None:
    """Become a user of no rights; None keeps the ordinary user we already are.

    Raises:
        PermissionError: we would go on as root.
    """
    if uid is not None:
        os.setgroups([])
        os.setgid(uid)  # as root these set the real, effective and saved id alike
        os.setuid(uid)
    if os.geteuid() == 0 or os.getuid() == 0:
        raise PermissionError(1, "functions never run as root")


class Fence:
    """Everything about confinement that is computed once and applied in each sandbox."""

    def __init__(self, level: str, readable: list[str], sampled: bool) -> None:
        self._level = level
        self._abi = landlock.version() if level != PLAIN else 0
        self._filter: Callable[[], int] | None = None
        self._rules: list[landlock.Rule] = []
        self._keepers: Callable[[], int] | None = None
        self._scope: Callable[[], int] | None = None
        """A fence without file rules, the same for all sandboxes."""
        if level != PLAIN:
            program = seccomp.build(linux.MACHINE, level == FENCED, sampled)
            self._filter = seccomp.installer(seccomp.assemble(program))
            only_waiting = seccomp.build_for_keeper(linux.MACHINE)
            self._keepers = seccomp.installer(seccomp.assemble(only_waiting))
        if level == FENCED:
            if self._abi == 0:
                raise OSError(38, "landlock: this kernel has none")
            devices = [f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")]
            self._rules = landlock.open_rules(self._abi, [*readable, "/proc"], writable=False)
            self._rules += landlock.open_rules(self._abi, devices, writable=True)
        elif self._abi:
            scope = landlock.bounds_memory(self._abi)
            self._scope = landlock.restricter(scope) if scope is not None else None

    def become_keeper(self, uid: int | None) -> None:
        """Give up every right of a process that only waits for the sandbox's end.

        It stays outside of the sandbox's control groups, so that it lives on when they are full,
        but shares user and process namespace with the action. Nobody but the machine's own
        administrator can reach into it: where no fence sees to that, it is closed to all.
        """
        change_user(uid)
        linux.drop_capabilities()
        linux.forbid_new_privileges()
        if self._scope is None:
            linux.close_own_proc()
        if self._keepers is not None:
            self._keepers()

    def close_behind(self, private_directory: str) -> None:
        """Give up capabilities and close the fence around this process, for good."""
        if not linux.SUPPORTED:
            return
        linux.drop_capabilities()
        linux.forbid_new_privileges()
        linux.allow_own_proc()
        if self._level == FENCED:
            own = landlock.open_rules(self._abi, [private_directory], writable=True)
            fence = landlock.ruleset(self._abi, [*self._rules, *own], files=True)
            if fence is not None:
                landlock.restricter(fence)()
                os.close(fence)
        elif self._scope is not None:
            self._scope()
        if self._filter is not None:
            self._filter()
