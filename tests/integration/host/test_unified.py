"""The unified hierarchy: freezing and killing need no controller, so they are tried for real."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import parts
from tests.waiting import wait_for
from whisk_platform.host import cgroup_paths
from whisk_platform.host.cgroups import SandboxGroup
from whisk_platform.host.sandbox import groups

SPIN = "while True:\n    pass\n"
FORKING = (
    "import os, time\nfor _ in range(5):\n    if os.fork() == 0:\n        os.setsid()\n"
    "        time.sleep(600)\nprint('forked', flush=True)\ntime.sleep(600)\n"
)


@pytest.fixture
def directory() -> Iterator[Path]:
    """A group of our own in the unified hierarchy."""
    paths = cgroup_paths.find(
        Path("/proc/self/cgroup").read_text(), Path("/proc/self/mountinfo").read_text()
    )
    parts.require(paths.v2 is not None, "The unified hierarchy", "mount cgroup2")
    path = Path(str(paths.v2)) / f"whisk-test-{os.getpid()}"
    try:
        path.mkdir()
    except OSError:
        parts.missing("A unified hierarchy that may be written", "run as root")
    yield path
    assert groups.remove(str(path)), "nothing keeps the group"


@pytest.fixture
def group(directory: Path) -> SandboxGroup:
    return SandboxGroup({"freezer": directory}, frozenset(("freezer",)))


def _start(code: str, group: SandboxGroup) -> subprocess.Popen[str]:
    """Start a program that is in the group from its first instruction on."""
    members = group.open_members()

    def join() -> None:
        for descriptor in members:
            os.write(descriptor, b"0")

    started = subprocess.Popen(
        [sys.executable, "-S", "-E", "-c", code],
        preexec_fn=join,
        stdout=subprocess.PIPE,
        text=True,
    )
    for descriptor in members:
        os.close(descriptor)
    return started


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _frozen(directory: Path) -> bool:
    return "frozen 1" in (directory / "cgroup.events").read_text()


def test_what_is_frozen_uses_no_processor_and_goes_on_when_thawed(
    directory: Path, group: SandboxGroup
) -> None:
    with _start(SPIN, group) as spinning:
        wait_for(lambda: _ticks(spinning.pid) > 2, "the program to spin")
        assert group.can_freeze
        group.freeze()
        wait_for(lambda: _frozen(directory), "the kernel to report the group as frozen")
        before = _ticks(spinning.pid)
        # What another process gets done meanwhile is the clock.
        subprocess.run([sys.executable, "-c", "sum(range(3_000_000))"], check=True)
        assert _ticks(spinning.pid) == before
        group.thaw()
        wait_for(lambda: _ticks(spinning.pid) > before, "the program to go on")
        group.kill()
    assert spinning.returncode == -9


@pytest.mark.parametrize("frozen", [False, True])
def test_everything_in_a_group_is_killed_frozen_or_not(
    directory: Path, group: SandboxGroup, frozen: bool
) -> None:
    with _start(FORKING, group) as forking:
        assert forking.stdout is not None
        assert forking.stdout.readline() == "forked\n"
        assert len(groups.members(str(directory))) == 6
        if frozen:
            group.freeze()
            wait_for(lambda: _frozen(directory), "the kernel to report the group as frozen")
        group.kill()
    assert forking.returncode == -9
    wait_for(lambda: not groups.members(str(directory)), "every process to be gone")
    wait_for(group.try_remove, "the group to be removed")
    directory.mkdir()  # for the fixture


def test_whoever_cleans_up_thaws_what_he_finds(directory: Path, group: SandboxGroup) -> None:
    """As the janitor and the next start do after a crash."""
    with _start(SPIN, group) as spinning:
        group.freeze()
        wait_for(lambda: _frozen(directory), "the kernel to report the group as frozen")
        assert groups.remove(str(directory))
    assert spinning.returncode == -9
    directory.mkdir()
