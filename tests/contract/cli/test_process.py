"""``wsk`` as a process: start-up, signals, pipes, terminals."""

import os
import pty
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.contract.cli.controller import KEY, Controller
from tests.waiting import DEADLINE_S, wait_for
from whisk_cli.version import __version__

PROGRAM = [sys.executable, "-m", "whisk_cli"]
ROOT = Path(__file__).parents[3]


def _environment(controller: Controller, tmp_path: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "WHISK_APIHOST": controller.address,
        "WHISK_AUTH": KEY,
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        **more,
    }


def _start(environment: dict[str, str], *tokens: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*PROGRAM, *tokens],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _finished(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=DEADLINE_S)
    return process.returncode, out.decode(), err.decode()


def test_the_version_comes_from_the_process(controller: Controller, tmp_path: Path) -> None:
    process = _start(_environment(controller, tmp_path), "--version")
    assert _finished(process) == (0, f"wsk {__version__}\n", "")


def test_exit_codes_above_125_reach_the_shell(controller: Controller, tmp_path: Path) -> None:
    controller.refuse("DELETE namespaces/_/rules/r", 404, "gone")
    process = _start(_environment(controller, tmp_path), "rule", "delete", "r")
    assert _finished(process) == (
        148,
        "",
        "error: Unable to delete rule 'r': gone (code tid)\n",
    )


def test_text_is_utf_8_whatever_the_locale(controller: Controller, tmp_path: Path) -> None:
    controller.answer("GET namespaces", ["gäst"])
    environment = _environment(controller, tmp_path, LC_ALL="C", PYTHONUTF8="0")
    assert _finished(_start(environment, "namespace", "list"))[1] == "namespaces\ngäst\n"


def test_bytes_of_the_command_line_come_back_as_they_were(
    controller: Controller, tmp_path: Path
) -> None:
    controller.answer("DELETE namespaces/_/rules/%FF", {})
    process = subprocess.Popen(
        [*(each.encode() for each in PROGRAM), b"rule", b"delete", b"\xff"],
        env=_environment(controller, tmp_path),
        stdout=subprocess.PIPE,
    )
    assert process.communicate(timeout=DEADLINE_S)[0] == b"ok: deleted rule \xff\n"


def test_a_reader_that_goes_away_ends_the_program_quietly(
    controller: Controller, tmp_path: Path
) -> None:
    lines = [f"line {number} " + "x" * 100 for number in range(20_000)]
    controller.answer("GET namespaces/_/activations/a/logs", {"logs": lines})
    process = _start(_environment(controller, tmp_path), "activation", "logs", "a")
    assert process.stdout is not None
    assert process.stderr is not None
    with process, process.stderr:
        assert process.stdout.readline().startswith(b"line 0 ")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(DEADLINE_S) == 141


@pytest.mark.parametrize("tokens", ["--version", "namespace list"])
def test_a_closed_stdout_is_no_crash(controller: Controller, tmp_path: Path, tokens: str) -> None:
    command = f'exec "{sys.executable}" -m whisk_cli {tokens} >&-'
    environment = _environment(controller, tmp_path)
    process = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, stderr=subprocess.PIPE, check=False
    )
    assert (process.returncode, process.stderr) == (141, b"")


def test_ctrl_c_while_waiting_exits_130_without_a_word(
    controller: Controller, tmp_path: Path
) -> None:
    over = threading.Event()
    controller.answer("GET namespaces", [], after=over)
    process = _start(_environment(controller, tmp_path), "namespace", "list")
    wait_for(lambda: bool(controller.asked), "the question")
    process.send_signal(signal.SIGINT)
    assert _finished(process) == (130, "", "")
    over.set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_poll_ends_with_a_word_and_exit_1(
    controller: Controller, tmp_path: Path, number: signal.Signals
) -> None:
    question = "GET namespaces/_/activations?docs=true&limit=0&skip=0"
    controller.answer("GET namespaces/_/activations?limit=1&skip=0", [])
    controller.answer(question, [{"activationId": "a1", "name": "n", "start": 5, "logs": ["x"]}])
    process = _start(_environment(controller, tmp_path), "activation", "poll", "--interval", "60")
    assert process.stdout is not None
    shown = b""
    while not shown.endswith(b"]\n"):
        line = process.stdout.readline()
        assert line, shown
        shown += line
    assert shown.decode() == (
        "Enter Ctrl-c to exit.\nPolling for activation logs\n\n"
        "Activation: 'n' (a1)\n[\n    \"x\"\n]\n"
    )
    process.send_signal(number)
    assert _finished(process) == (1, "Poll terminated\n", "")


def _on_a_terminal(environment: dict[str, str], *tokens: str) -> str:
    """Run a program whose stdout is a terminal, and return what it showed."""
    leader, follower = pty.openpty()
    try:
        process = subprocess.Popen([*PROGRAM, *tokens], env=environment, stdout=follower)
        assert process.wait(DEADLINE_S) == 0
        return os.read(leader, 65536).decode().replace("\r\n", "\n")
    finally:
        os.close(leader)
        os.close(follower)


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({}, "\x1b[1mnamespaces\x1b[0m\nguest\n"),
        ({"NO_COLOR": "1"}, "namespaces\nguest\n"),
        ({"TERM": "dumb"}, "namespaces\nguest\n"),
    ],
)
def test_colors_are_for_terminals_that_want_them(
    controller: Controller, tmp_path: Path, more: dict[str, str], shown: str
) -> None:
    controller.answer("GET namespaces", ["guest"])
    environment = _environment(controller, tmp_path, **more)
    assert _on_a_terminal(environment, "namespace", "list") == shown


def test_other_distributions_may_add_a_noun(controller: Controller, tmp_path: Path) -> None:
    (tmp_path / "demo_plugin.py").write_text(
        "from whisk_cli import declare, invocation, tree\n"
        "def greet(ctx: declare.Context) -> None:\n"
        "    invocation.current(ctx).console.line('hello from outside')\n"
        "def build():\n"
        "    return tree.single(greet, 'greet', 'say hello')\n"
    )
    info = tmp_path / "demo_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: demo-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[wsk.commands]\ngreet = demo_plugin:build\nrule = demo_plugin:build\n"
        "broken = demo_plugin:nothing\n"
    )
    environment = _environment(controller, tmp_path, PYTHONPATH=f"{ROOT}:{tmp_path}")
    assert _finished(_start(environment, "greet")) == (0, "hello from outside\n", "")
    assert "\n  greet " in _finished(_start(environment, "--help"))[1]
    assert _finished(_start(environment, "rule", "--help"))[1].startswith("work with rules\n")
    code, _, err = _finished(_start(environment, "broken"))
    assert code == 1
    assert err.startswith("error: The command 'broken' cannot be loaded from demo_plugin:nothing: ")
