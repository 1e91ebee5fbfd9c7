"""``wsk platform service`` under a real systemd: a user's own manager in a namespace of its own."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import parts
from tests.machine import Machine
from tests.waiting import wait_for

MANAGER = Path("/lib/systemd/systemd")
# The manager runs only where systemd seems to have booted the machine; a /run of its own says so.
BEGIN = """
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"
"$0" --user --unit=basic.target
"""


@pytest.fixture
def booted(tmp_path: Path) -> Iterator[Machine]:
    """A machine whose user has a running systemd."""
    present = MANAGER.exists() and os.geteuid() == 0
    parts.require(present, "systemd, and root to start it with", "apt-get install systemd")
    parts.program("systemctl", "apt-get install systemd")
    runtime = "/run/user/0"
    environment = {"XDG_RUNTIME_DIR": runtime, "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    log = (tmp_path / "systemd.log").open("wb")
    outer = subprocess.Popen(
        ["unshare", "-m", "-p", "-f", "--mount-proc", "/bin/sh", "-ec", BEGIN, str(MANAGER)],
        env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
    )  # fmt: skip
    children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
    inner = wait_for(lambda: children.read_text().split(), "the namespace")[0]
    machine = Machine(
        home=tmp_path,
        prefix=("nsenter", "-t", inner, "-m", "-p"),
        environment={"XDG_RUNTIME_DIR": runtime},
    )
    try:
        wait_for(lambda: _systemctl(machine, "is-system-running") == "running", "systemd")
        yield machine
    finally:
        _systemctl(machine, "exit")
        try:
            outer.wait(20)
        except subprocess.TimeoutExpired:
            # The first process of a process namespace takes all others with it.
            os.kill(int(inner), signal.SIGKILL)
            outer.wait()
        log.close()


def _systemctl(machine: Machine, *arguments: str) -> str:
    return subprocess.run(
        [*machine.prefix, "systemctl", "--user", *arguments],
        env={"PATH": os.environ["PATH"], "HOME": str(machine.home), **machine.environment},
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()


def _service(machine: Machine, verb: str, *flags: str, check: bool = True) -> str:
    answer = machine.wsk("platform", "service", verb, *flags, check=check)
    return answer.out if check else answer.err


def test_a_service_runs_comes_back_and_goes(booted: Machine) -> None:
    state = ("--state-dir", str(booted.state))
    flags = (*state, "--port", "0", "--records-mb", "300")
    assert _service(booted, "install", *flags).startswith("ok: the service is installed;")
    assert "already installed" in _service(booted, "install", *flags)
    status = _service(booted, "status").splitlines()
    assert [line.split()[1] for line in status[1:]] == ["active", "enabled", "active"]

    # The platform is one: what starts it again finds it running, and wsk works with it.
    assert "ok: the platform is already running" in booted.wsk("platform", "start", *state).out
    path = booted.write("a.py", "def main(args):\n    return {'done': 1}\n")
    booted.wsk("action", "create", "a", path)
    assert booted.wsk("action", "invoke", "a", "-r").json() == {"done": 1}

    before = _systemctl(booted, "show", "whisk.service", "-p", "MainPID", "--value")
    _systemctl(booted, "kill", "-s", "KILL", "whisk.service")

    def comes_back() -> bool:
        ended = booted.wsk("platform", "status", *state, check=False)
        return ended.code == 0 and f"process:    {before}," not in ended.out

    wait_for(comes_back, "the killed platform to be started again", 60)
    booted.wsk("platform", "start", *state)
    assert booted.wsk("action", "invoke", "a", "-r").json() == {"done": 1}

    # Stopped on purpose it stays stopped, until it is uninstalled.
    booted.wsk("platform", "stop", *state)
    wait_for(lambda: _systemctl(booted, "is-active", "whisk.service") == "inactive", "the stop")
    assert _service(booted, "uninstall").startswith("ok: the service is uninstalled")
    assert _service(booted, "uninstall") == "ok: no service is installed\n"
    assert "No service is installed." in _service(booted, "status", check=False)


def test_beside_a_platform_that_runs_no_second_one_is_started(booted: Machine) -> None:
    booted.start()
    state = ("--state-dir", str(booted.state))
    refused = _service(booted, "install", *state, check=False)
    assert f"A platform is running in {booted.state} already" in refused
    assert not (booted.home / ".config" / "systemd" / "user" / "whisk.service").exists()
    booted.stop()


def test_the_log_is_rotated_by_its_unit(booted: Machine) -> None:
    flags = ("--state-dir", str(booted.state), "--port", "0", "--log-mb", "1", "--log-files", "1")
    _service(booted, "install", *flags)
    log = booted.state / "platform.log"
    with log.open("ab") as file:
        file.write(b"x" * (2 << 20))
    _systemctl(booted, "start", "whisk-log.service")
    assert log.stat().st_size < 1 << 20
    assert (booted.state / "platform.log.1").stat().st_size > 2 << 20


def test_a_platform_that_cannot_start_says_why(booted: Machine) -> None:
    flags = ("--state-dir", str(booted.state), "--host", "0.0.0.0")
    answer = _service(booted, "install", *flags, check=False)
    assert "--insecure-http" in answer
    assert "Traceback" not in answer


def test_without_systemd_it_says_so_with_the_remedy(machine: Machine) -> None:
    machine.environment["PATH"] = str(machine.home)
    answer = _service(machine, "install", check=False)
    assert "error: There is no systemd on this machine (no systemctl)." in answer
    assert "'wsk platform start'" in answer
    shown = _service(machine, "install", "--dry-run", "--records-hours", "24")
    assert "Environment=WHISK_RETENTION__AGE_HOURS=24\n" in shown
    assert not (machine.home / ".config").exists()


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--log-mb", "0"), "--log-mb is 0: it has to be more than 0."),
        (("--log-files", "-1"), "--log-files is -1: it has to be 0 or more."),
        (("--records-hours", "-2"), "--records-hours is -2: it has to be more than 0."),
    ],
)
def test_a_wrong_bound_is_named(machine: Machine, flags: tuple[str, ...], sentence: str) -> None:
    assert sentence in _service(machine, "install", *flags, check=False)
