"""Who computes where: the platform on all cores but one, the load generator on that one."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """The machine's processor cores, divided."""

    platform: frozenset[int]
    """Empty = wherever the system likes."""
    generator: int | None


def available() -> frozenset[int]:
    """Return the cores this process may use; empty where the system does not say."""
    if not hasattr(os, "sched_getaffinity"):
        return frozenset()
    return frozenset(os.sched_getaffinity(0))


def divide(cores: frozenset[int]) -> Cores:
    """Divide cores: one of two or more is the generator's."""
    if len(cores) < 2:
        return Cores(platform=frozenset(), generator=None)
    last = max(cores)
    return Cores(platform=cores - {last}, generator=last)


def place(pid: int, cores: frozenset[int]) -> None:
    """Keep a process that has just begun, and all it starts, on cores; empty = leave it."""
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(pid, cores)
