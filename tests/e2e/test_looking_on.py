"""``wsk logs``, ``wsk activation watch``, ``stats`` and ``wait`` against a real platform."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.machine import Machine
from tests.waiting import DEADLINE_S, wait_for

CODE = """
import sys, time
def main(args):
    print("begun")
    time.sleep(args.get("seconds", 0))
    print("oops", file=sys.stderr)
    return {"error": "no"} if args.get("fail") else {}
"""


def _action(platform: Machine, name: str) -> None:
    path = platform.write(f"{name.rpartition('/')[2]}.py", CODE)
    platform.wsk("action", "update", name, path)


@contextmanager
def _looking(platform: Machine, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = platform.begin(*arguments)
    try:
        yield process
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=DEADLINE_S)
        assert (process.returncode, err) == (130, "")
        assert "Traceback" not in out
    finally:
        process.kill()


def _next(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_lines_are_followed_while_the_action_runs(platform: Machine) -> None:
    """Those that came live are not shown again when its record is there."""
    _action(platform, "followed")
    platform.wsk("action", "invoke", "followed", "-r")
    with _looking(platform, "logs", "--follow", "-l", "1", "followed", "--strip") as following:
        # What was there is shown once the stream is open.
        assert [_next(following), _next(following)] == ["followed begun\n", "followed oops\n"]
        with platform.begin("action", "invoke", "followed", "-r", "-p", "seconds", "2") as invoking:
            assert _next(following) == "followed begun\n"
            assert invoking.poll() is None, "the line came before the end"
            assert _next(following) == "followed oops\n"
            invoking.communicate(timeout=DEADLINE_S)
        platform.wsk("action", "invoke", "followed", "-r")
        assert [_next(following), _next(following)] == ["followed begun\n", "followed oops\n"]


def test_logs_of_the_last_while_are_chosen(platform: Machine) -> None:
    platform.wsk("package", "update", "chosen")
    _action(platform, "chosen/log")
    platform.wsk("action", "invoke", "chosen/log", "-r")
    failed = platform.wsk("action", "invoke", "chosen/log", "-r", "-p", "fail", "1", check=False)
    assert failed.code == 246

    def logs(*flags: str) -> str:
        return platform.wsk("logs", "chosen/log", "--since", "10m", "--strip", *flags).out

    both = "chosen/log begun\nchosen/log oops\n"
    wait_for(lambda: logs() == both * 2, "the lines of both activations")
    assert logs("--status", "error") == both
    assert logs("--grep", "oo+") == "chosen/log oops\n" * 2
    assert logs("--count") == "4\n"
    first = json.loads(logs("-o", "jsonl").splitlines()[0])
    assert (first["name"], first["stream"], first["line"]) == ("chosen/log", "stdout", "begun")


def test_what_runs_is_watched(platform: Machine) -> None:
    _action(platform, "seen")
    with _looking(platform, "activation", "watch", "seen") as watching:
        header = _next(watching)
        assert header.startswith("Datetime            Activation ID ")
        identifier = platform.wsk("action", "invoke", "seen", "-q").out.strip()
        started, ended = _next(watching), _next(watching)
    assert started.split()[2:] == [identifier, "started", "-", "-", "-", "-", "seen"]
    assert ended.split()[2:4] == [identifier, "success"]
    assert ended.split()[5] in ("cold", "warm")
    assert ended.split()[-1] == "seen"


def test_activations_are_added_up(platform: Machine) -> None:
    _action(platform, "added")
    for fail in ("0", "1", "0"):
        platform.wsk("action", "invoke", "added", "-r", "-p", "fail", fail, check=False)

    def stats() -> list[dict[str, object]]:
        found = platform.wsk("activation", "stats", "added", "-o", "json").json()
        assert isinstance(found, list)
        return found

    wait_for(lambda: bool(stats()) and stats()[0]["activations"] == 3, "three records")
    (found,) = stats()
    assert (found["name"], found["errors"]) == ("/guest/added", 1)
    assert found["statuses"] == {"success": 2, "application error": 1}
    assert 1 <= int(str(found["cold"])) <= 3
    assert (
        platform.wsk("activation", "stats", "added").out.splitlines()[1].startswith("/guest/added ")
    )


def test_an_activation_is_waited_for(platform: Machine) -> None:
    _action(platform, "awaited")
    slow = ("action", "invoke", "awaited", "-q", "-p", "seconds", "2")
    identifier = platform.wsk(*slow).out.strip()
    early = platform.wsk("activation", "wait", identifier, "--timeout", "100ms", check=False)
    assert (early.code, early.out) == (202, "")
    ended = platform.wsk("activation", "wait", identifier)
    assert ended.out.startswith(f"ok: activation {identifier} ended after 2")
    identifier = platform.wsk("action", "invoke", "awaited", "-q", "-p", "fail", "1").out.strip()
    failed = platform.wsk("activation", "wait", identifier, check=False)
    assert failed.code == 246
    assert failed.err.endswith(": application error\n")
    assert platform.wsk("invoke", "awaited").out == "{}\n"
