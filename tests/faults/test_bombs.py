"""Actions that misbehave: the platform lives, the neighbor answers, nothing is left over."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machine import Machine
from tests.waiting import wait_for

BOMBS = {
    "fork": (
        "import os\ndef main(a):\n    while True:\n        os.fork()\n",
        "(time limits|exhausted its memory)",
    ),
    "memory": (
        "def main(a):\n    hold = []\n    while True:\n        hold.append(bytearray(1 << 24))\n",
        "exhausted its memory",
    ),
    "sleep": ("import time\ndef main(a):\n    time.sleep(3600)\n", "time limits"),
    "deaf": (
        "import signal, time\ndef main(a):\n"
        "    for n in range(1, 32):\n"
        "        try:\n            signal.signal(n, signal.SIG_IGN)\n"
        "        except (OSError, ValueError):\n            pass\n"
        "    while True:\n        time.sleep(1)\n",
        "time limits",
    ),
    "spin": ("def main(a):\n    while True:\n        pass\n", "time limits"),
    "closer": (
        "import os\ndef main(a):\n    os.closerange(0, 1024)\n    return {}\n",
        "exited unexpectedly",
    ),
    "exit": ("import os\ndef main(a):\n    os._exit(3)\n", "exited unexpectedly"),
    "huge": ("def main(a):\n    return {'x': 'y' * (8 << 20)}\n", "exceeded the allowed length"),
}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = Machine(home=tmp_path_factory.mktemp("bombs"))
    machine.start()
    code = "def main(args):\n    return {'alive': True}\n"
    machine.wsk("action", "create", "neighbor", machine.write("neighbor.py", code))
    yield machine
    machine.stop("--force")


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_ends_with_its_own_error_and_the_neighbor_answers(
    machine: Machine, name: str
) -> None:
    code, reason = BOMBS[name]
    file = machine.write(f"{name}.py", code)
    machine.wsk("action", "create", name, file, "-t", "2000", "-m", "128")
    machine.wsk("action", "invoke", name)
    assert machine.wsk("action", "invoke", "neighbor", "-r").json() == {"alive": True}
    outcome = machine.wsk("action", "invoke", name, "-r", check=False)
    assert outcome.code == 246
    assert re.search(reason, json.loads(outcome.err)["error"])
    assert machine.wsk("action", "invoke", "neighbor", "-r").json() == {"alive": True}


def test_a_flood_of_output_is_cut_and_costs_the_platform_no_memory(machine: Machine) -> None:
    code = (
        "def main(a):\n    line = 'x' * 1000\n"
        "    for _ in range(200_000):\n        print(line)\n    return {'done': True}\n"
    )
    machine.wsk("action", "create", "flood", machine.write("flood.py", code), "-l", "1")
    before = _resident_mb(machine)
    outcome = machine.wsk("action", "invoke", "flood", "-r")
    assert outcome.json() == {"done": True}
    assert _resident_mb(machine) - before < 64, "200 MB were printed, 1 MB is kept"
    log = wait_for(
        lambda: machine.wsk("activation", "logs", "--last", check=False).out.splitlines(),
        "the log",
    )
    assert log[-1].endswith(
        "stderr: Logs were truncated because the total bytes size exceeds the limit of"
        " 1048576 bytes."
    )


def test_a_native_flood_on_the_bare_descriptors_is_cut_too(machine: Machine) -> None:
    code = (
        "import os\ndef main(a):\n    data = b'y' * 65535 + b'\\n'\n"
        "    for _ in range(1000):\n        os.write(1, data)\n    return {'done': True}\n"
    )
    machine.wsk("action", "create", "native", machine.write("native.py", code), "-l", "1")
    before = _resident_mb(machine)
    assert machine.wsk("action", "invoke", "native", "-r").json() == {"done": True}
    assert _resident_mb(machine) - before < 64


def test_nothing_of_the_bombs_is_left_running(machine: Machine) -> None:
    file = machine.write("orphans.py", _ORPHANS)
    machine.wsk("action", "create", "orphans", file, "-t", "1000")
    outcome = machine.wsk("action", "invoke", "orphans", "-r", check=False)
    assert outcome.code == 246
    wait_for(lambda: not _named("2718281"), "every orphan to be gone")


_ORPHANS = """
import subprocess, time

def main(args):
    for _ in range(20):
        subprocess.Popen(["sleep", "2718281"], start_new_session=True)
    time.sleep(60)
"""


def _named(word: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if word.encode() in words:
            found.append(path.parent.name)
    return found


def _resident_mb(machine: Machine) -> float:
    pages = int(Path(f"/proc/{machine.run_file()['pid']}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
