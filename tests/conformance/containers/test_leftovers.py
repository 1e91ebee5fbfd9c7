"""Whatever happens to the platform, nothing of it stays on the machine."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests import parts
from tests.conformance.containers.actions import start
from tests.conformance.containers.conftest import REMEDIES, started
from tests.conformance.containers.host_program import CANNOT_START
from tests.waiting import eventually, wait_for
from whisk_platform.containers.process import life
from whisk_platform.containers.process.settings import LEVELS, Level, ProcessSettings
from whisk_platform.host.sandbox import tree

ROOT = Path(__file__).resolve().parents[3]
SYSTEM_PYTHON = "/usr/bin/python3"


def _host(
    python: str, state: Path, level: Level, prefix: tuple[str, ...] = (), *flags: str
) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """Run the program that hosts a factory, and read its report."""
    host = subprocess.Popen(
        [
            *prefix,
            python,
            "-m",
            "tests.conformance.containers.host_program",
            str(state),
            level,
            *flags,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}:{sysconfig.get_path('purelib')}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(state),
            "TMPDIR": str(state),
        },
    )
    assert host.stdout is not None
    with host.stdout:
        line = host.stdout.readline()
    if line.startswith(CANNOT_START):
        host.wait()
        parts.missing(f"Isolation level {level} ({line.strip()})", REMEDIES[level])
    report: dict[str, Any] = json.loads(line)
    assert report["level"] == level
    return host, report


def _nothing_left(report: dict[str, Any]) -> bool:
    running = [pid for pid in report["pids"] if tree.is_running(pid)]
    return not running and not [path for path in report["paths"] if os.path.exists(path)]


def _kill_and_see(host: subprocess.Popen[str], report: dict[str, Any], mounts: str) -> None:
    assert len(report["pids"]) > 10
    host.send_signal(signal.SIGKILL)
    host.wait()
    wait_for(lambda: _nothing_left(report), "every process and path of the killed host to go")
    assert _mounts() == mounts


def _mounts() -> str:
    """The mounts of this namespace that could be ours."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return "\n".join(line for line in lines if "whisk" in line or "/lives/" in line)


@pytest.mark.parametrize("level", LEVELS)
def test_a_killed_platform_leaves_nothing(tmp_path: Path, level: Level) -> None:
    """SIGKILL while actions run that have forked twice, left their session and ignore signals."""
    mounts = _mounts()
    python = sys.executable if level == "L1" or os.geteuid() else SYSTEM_PYTHON
    host, report = _host(python, tmp_path, level)
    _kill_and_see(host, report, mounts)


@pytest.mark.parametrize("level", LEVELS)
def test_a_killed_platform_leaves_nothing_frozen(tmp_path: Path, level: Level) -> None:
    """What is frozen does not die of being killed, so somebody has to thaw it."""
    mounts = _mounts()
    python = sys.executable if level == "L1" or os.geteuid() else SYSTEM_PYTHON
    host, report = _host(python, tmp_path, level, (), "frozen")
    _kill_and_see(host, report, mounts)


async def test_the_next_start_thaws_and_kills_what_platform_and_janitor_left(state: Path) -> None:
    """Both were killed at once, with frozen sandboxes: the sweep finds them by their groups."""
    report = await asyncio.to_thread(_leave_frozen, state)
    factory = await started(ProcessSettings(state_dir=state))
    await eventually(lambda: _nothing_left(report), "everything of the former life to go")
    await factory.close()


def _leave_frozen(state: Path) -> dict[str, Any]:
    """Kill a platform and its janitor while sandboxes are frozen."""
    state.mkdir()
    host, report = _host(sys.executable, state, "L1", (), "frozen")
    [janitor] = [pid for pid in report["pids"] if _words(pid)[3:4] == [b"whisk-janitor"]]
    for pid in (janitor, host.pid):
        os.kill(pid, signal.SIGKILL)
    host.wait()
    assert [path for path in report["paths"] if os.path.exists(path)]
    return report


def _words(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


@pytest.mark.parametrize("level", LEVELS)
def test_an_ordinary_user_gets_sandboxes_and_leaves_nothing(
    tmp_path_factory: pytest.TempPathFactory, level: Level
) -> None:
    if os.geteuid() != 0:
        parts.missing("Root", "run as root, so that the test can become a bare user")
    setpriv = parts.program("setpriv", "apt-get install util-linux")
    parts.require(Path(SYSTEM_PYTHON).exists(), "A Python for all users", "apt-get install python3")
    if not all(folder.stat().st_mode & 0o005 for folder in (ROOT, *ROOT.parents)):
        parts.missing("A checkout that all users can read", "chmod o+rx the folders above it")
    state = Path("/tmp") / f"whisk-user-{os.getpid()}-{level}"  # a user cannot enter our tmp_path
    state.mkdir(mode=0o700)
    os.chown(state, 54_321, 54_321)
    try:
        bare = (str(setpriv), "--reuid=54321", "--regid=54321", "--clear-groups")
        host, report = _host(SYSTEM_PYTHON, state, level, bare)
        assert report["memory"] == "sampled"
        _kill_and_see(host, report, _mounts())
    finally:
        shutil.rmtree(state)


async def test_a_start_sweeps_what_a_former_life_left(state: Path) -> None:
    """Platform and janitor were both killed: the next start on the same directory cleans."""
    lives = state / "lives"
    former = lives / "1-2-deadbeef-1"
    former.mkdir(parents=True)
    scratch = state / "scratch"
    (scratch / "deep").mkdir(parents=True)
    (former / "lock").touch()
    (former / "manifest.json").write_text(json.dumps({"groups": [], "scratch": [str(scratch)]}))
    factory = await started(ProcessSettings(state_dir=state))
    assert not former.exists()
    assert not scratch.exists()
    await factory.close()


async def test_a_living_platform_is_not_swept(state: Path) -> None:
    """Two factories on one state directory leave each other alone."""
    first = await started(ProcessSettings(state_dir=state))
    action = await start(first, "def main(args):\n    return {'alive': True}\n")
    second = await started(ProcessSettings(state_dir=state))
    assert life.sweep(state / "lives") == []
    await second.close()
    assert (await action.run()).result == {"alive": True}
    await first.close()


async def test_factories_that_start_together_do_not_sweep_each_other(state: Path) -> None:
    settings = ProcessSettings(state_dir=state, stem_cells={})
    factories = await asyncio.gather(*(started(settings) for _ in range(4)))
    assert len(list((state / "lives").iterdir())) == 4
    for factory in factories:
        action = await start(factory, "def main(args):\n    return {}\n")
        assert (await action.run()).result == {}
        await factory.close()


async def test_closing_ends_everything(state: Path) -> None:
    before = set(tree.descendants(os.getpid()))
    factory = await started(ProcessSettings(state_dir=state))
    await start(factory, "def main(args):\n    return {}\n")
    pids = set(tree.descendants(os.getpid())) - before
    assert len(pids) >= 5
    await factory.close()
    await factory.close()
    assert [pid for pid in pids if tree.is_running(pid)] == []
    assert list((state / "lives").iterdir()) == []
