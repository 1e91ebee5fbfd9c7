"""Emptying and removing control groups, of either version, whoever made them."""

from __future__ import annotations

import contextlib
import os
import signal
import time


def members(directory: str) -> list[int]:
    """Process ids in a group and in every group below it."""
    found: list[int] = []
    for folder, _, _ in os.walk(directory):
        with contextlib.suppress(OSError), open(f"{folder}/cgroup.procs") as file:
            found.extend(int(line) for line in file)
    return found


def write(path: str, text: str) -> bool:
    """Write a control file; False when it is not there or refuses."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        os.write(descriptor, text.encode())
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def thaw(directory: str) -> None:
    """Thaw a group and all below it: what is frozen in version 1 does not die."""
    for folder, _, _ in os.walk(directory):
        write(f"{folder}/freezer.state", "THAWED")
        write(f"{folder}/cgroup.freeze", "0")


def remove_all(directories: list[str], seconds: float = 5.0) -> bool:
    """Kill everything in several groups that share processes, and remove them.

    All are thawed before the first is emptied: whoever is killed in one of them may be frozen by
    another.

    Returns:
        Whether they are gone.
    """
    for directory in directories:
        thaw(directory)
    return all([remove(directory, seconds) for directory in directories])


def remove(directory: str, seconds: float = 5.0) -> bool:
    """Kill everything in a group and remove it with all groups below.

    Returns:
        Whether it is gone.
    """
    deadline = time.monotonic() + seconds
    while True:
        if try_remove(directory):
            return True
        thaw(directory)
        write(f"{directory}/cgroup.kill", "1")
        for pid in members(directory):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)


def try_remove(directory: str) -> bool:
    """Remove an empty group bottom-up; False while somebody is in it."""
    for folder, _, _ in os.walk(directory, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(folder)
    return not os.path.exists(directory)
