"""Process trees, on processes of the test's own."""

import subprocess
import sys

from tests.waiting import wait_for
from whisk_platform.host.sandbox import tree

FAMILY = (
    "import os, sys, time\n"
    "if os.fork() == 0:\n    os.setsid()\n    os.fork()\n"
    "sys.stdout.write('x'); sys.stdout.flush()\n"
    "time.sleep(600)\n"
)


def test_descendants_are_found_and_killed() -> None:
    command = [sys.executable, "-c", FAMILY]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as family:
        assert family.stdout is not None
        assert family.stdout.read(3) == b"xxx"
        below = tree.descendants(family.pid)
        assert len(below) == 2
        assert tree._descendants_by_table(family.pid, tree.parents()) == below
        assert all(tree.is_running(pid) for pid in below)
        assert tree.kill_descendants(family.pid, 10)
        wait_for(lambda: not any(map(tree.is_running, below)), "the descendants to end")
        assert tree.is_running(family.pid)
        family.kill()
    assert not tree.is_running(family.pid)
    assert tree.descendants(family.pid) == []


def test_an_ended_process_does_not_run_before_it_is_reaped() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        wait_for(lambda: not tree.is_running(child.pid), "the child to end")
