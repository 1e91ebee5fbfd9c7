"""Completion: what follows, in which shells, and that it loads little."""

import os
import pty
import select
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Wsk, failed, ok
from tests.parts import program as part
from tests.waiting import DEADLINE_S
from whisk_cli.completion import candidates

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["act"], ["action", "activation"]),
        (["-v", "act"], ["action", "activation"]),
        (["--apihost", "h", "ru"], ["rule"]),
        (["rule", "e"], ["enable"]),
        (["rule", "-i", "dis"], ["disable"]),
        (["help", "ru"], ["rule"]),
        (["help", "rule", "sta"], ["status"]),
        (["admin", "user", "unb"], ["unblock"]),
        (["admin", "namespace", "limits", ""], ["delete", "get", "set"]),
        (["admin", "namespace", "limits", "set", "--fires"], ["--firesPerMinute"]),
        (["action", "create", "--web"], ["--web", "--web-secure"]),
        (["action", "create", "--param"], ["--param", "--param-file", "--param-from"]),
        (["property", "get", "--au"], ["--auth"]),
        (["--vers"], ["--version"]),
        (["rule", "--verb"], ["--verbose"]),
        (["action", "create", "x"], []),
        (["bogus", "x"], []),
        (["--bogus", ""], []),
        (["rule", "bogus", "-"], []),
    ],
)
def test_what_may_follow(words: list[str], found: list[str]) -> None:
    assert candidates(words) == found


def test_without_a_word_every_noun_may_follow() -> None:
    assert {"action", "help", "platform"} <= set(candidates([""])) == set(candidates([]))


def test_the_shell_asks_the_program(wsk: Wsk) -> None:
    assert wsk("__complete", "rule", "d") == ok("delete\ndisable\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_has_a_script(wsk: Wsk, shell: str) -> None:
    outcome = wsk("completion", shell)
    assert outcome.code == 0
    assert f"{shell} completion for wsk" in outcome.out.replace("PowerShell", "powershell")


def test_another_shell_is_an_unknown_command(wsk: Wsk) -> None:
    assert wsk("completion", "tcsh").code == 1
    assert wsk("completion", "bash", "x") == failed(
        "Invalid argument(s): x. No arguments are required.", hint=True
    )


TYPED = {"bash": "wsk rule d\t\t", "zsh": "wsk rule d\t", "fish": "wsk rule d\t"}
START = {
    "bash": ["--noprofile", "--norc", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder with a ``wsk`` that is this one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    path = folder / "wsk"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m whisk_cli "$@"\n')
    path.chmod(0o755)
    return folder


def _typed(shell: str, script: Path, typed: str, wanted: str, variables: dict[str, str]) -> str:
    """Type into a real shell on a real terminal until it shows something."""
    found = part(shell, f"install the package {shell}, or run tests/setup.sh")
    terminal, own = pty.openpty()
    person = subprocess.Popen(
        # Only a leader of a session with a terminal of its own is interactive.
        [part("setsid", "install the package util-linux"), "--ctty", found, *START[shell]],
        stdin=own,
        stdout=own,
        stderr=own,
        cwd=ROOT,
        env={**variables, "TERM": "xterm"},
    )
    os.close(own)
    shown = b""
    try:
        os.write(terminal, f"source {script}; echo rea''dy\n".encode())
        sent = False
        deadline = time.monotonic() + DEADLINE_S
        while wanted.encode() not in shown:
            assert time.monotonic() < deadline, shown.decode("utf-8", "replace")
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    shown += os.read(terminal, 65536)
                except OSError:
                    break
            # fish asks the terminal what it is, and waits for an answer.
            if b"\x1b[c" in shown or b"\x1b[0c" in shown:
                os.write(terminal, b"\x1b[?1;2c")
                shown = shown.replace(b"\x1b[c", b"").replace(b"\x1b[0c", b"")
            if not sent and b"ready" in shown:
                shown, sent = b"", True
                os.write(terminal, typed.encode())
    finally:
        person.kill()
        person.wait()
        os.close(terminal)
    return shown.decode("utf-8", "replace")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_real_shell_completes_verbs(wsk: Wsk, tmp_path: Path, program: Path, shell: str) -> None:
    script = tmp_path / "script"
    script.write_text(wsk("completion", shell).out)
    variables = {"PATH": f"{program}:/usr/bin:/bin", "HOME": str(wsk.home)}
    shown = _typed(shell, script, TYPED[shell], "disable", variables)
    assert "delete" in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_real_shell_completes_the_names_of_entities(
    wsk: Wsk, controller: Controller, tmp_path: Path, program: Path, shell: str
) -> None:
    controller.answer(ACTIONS, [{"namespace": "guest", "name": "wonderful"}])
    script = tmp_path / "script"
    script.write_text(wsk("completion", shell).out)
    variables = {"PATH": f"{program}:/usr/bin:/bin", **wsk.variables()}
    _typed(shell, script, "wsk action get wond\t", "wonderful", variables)


def test_the_powershell_script_is_a_native_completer_that_asks_the_program(wsk: Wsk) -> None:
    script = wsk("completion", "powershell").out
    assert "Register-ArgumentCompleter -Native -CommandName wsk -ScriptBlock {" in script
    assert "param($wordToComplete, $commandAst, $cursorPosition)" in script
    assert "wsk __complete @words" in script
    for opening, closing in ("{}", "()", "[]"):
        assert script.count(opening) == script.count(closing)


ACTIONS = "GET namespaces/_/actions?limit=200&skip=0"


@pytest.mark.parametrize(
    ("words", "request_line", "body", "found"),
    [
        (
            ["action", "invoke", "-b", "h"],
            ACTIONS,
            [{"namespace": "g", "name": "hi"}, {"namespace": "g/hp", "name": "a"}],
            ["hi", "hp/a"],
        ),
        (
            ["trigger", "fire", ""],
            "GET namespaces/_/triggers?limit=200&skip=0",
            [{"namespace": "g", "name": "t"}],
            ["t"],
        ),
        (
            ["rule", "create", "r", ""],
            "GET namespaces/_/triggers?limit=200&skip=0",
            [{"namespace": "g", "name": "t"}],
            ["t"],
        ),
        (
            ["activation", "get", ""],
            "GET namespaces/_/activations?limit=200&skip=0",
            [{"namespace": "g", "name": "a", "activationId": "abc"}],
            ["abc"],
        ),
    ],
)
def test_names_come_from_the_server(
    wsk: Wsk,
    controller: Controller,
    words: list[str],
    request_line: str,
    body: object,
    found: list[str],
) -> None:
    controller.answer(request_line, body)
    assert wsk("__complete", *words) == ok("".join(f"{each}\n" for each in found))


def test_names_are_remembered_for_a_moment_and_in_private(wsk: Wsk, controller: Controller) -> None:
    controller.answer(ACTIONS, [{"namespace": "g", "name": "hi"}])
    for _ in range(3):
        assert wsk("__complete", "action", "get", "") == ok("hi\n")
    assert controller.lines == [ACTIONS]
    (kept,) = (wsk.home / ".cache" / "wsk" / "names").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    os.utime(kept, (1, 1))
    assert wsk("__complete", "action", "get", "") == ok("hi\n")
    assert len(controller.lines) == 2


def test_another_key_does_not_see_remembered_names(wsk: Wsk, controller: Controller) -> None:
    controller.answer(ACTIONS, [{"namespace": "g", "name": "hi"}])
    wsk("__complete", "action", "get", "")
    wsk.auth = "other:key"
    wsk("__complete", "action", "get", "")
    assert len(controller.lines) == 2


def test_a_server_that_does_not_answer_gives_no_names_and_no_words(
    wsk: Wsk, controller: Controller
) -> None:
    never = threading.Event()
    controller.answer(ACTIONS, after=never)
    assert wsk("__complete", "action", "get", "") == ok("")
    never.set()
    wsk.host = "http://127.0.0.1:1"
    assert wsk("__complete", "action", "get", "") == ok("")
    wsk.auth = ""
    assert wsk("__complete", "action", "get", "") == ok("")


def test_formats_and_contexts_are_completed(wsk: Wsk) -> None:
    assert wsk("__complete", "action", "list", "-o", "j") == ok("json\njsonl\n")
    wsk("context", "create", "prod", "--apihost", "http://h")
    assert wsk("__complete", "--context", "p") == ok("prod\n")
    assert wsk("__complete", "context", "use", "") == ok("default\nprod\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_script_is_installed_where_the_shell_looks(wsk: Wsk, shell: str) -> None:
    outcome = wsk("completion", "install", shell)
    assert outcome.code == 0
    path = Path(outcome.out.rpartition(" in ")[2].strip())
    assert path.is_relative_to(wsk.home)
    assert path.read_text() == wsk("completion", shell).out


def test_the_shell_in_use_is_the_default(wsk: Wsk) -> None:
    wsk.environment["SHELL"] = "/usr/bin/fish"
    assert "completion for fish" in wsk("completion", "install").out
    wsk.environment["SHELL"] = "/bin/tcsh"
    assert wsk("completion", "install") == failed(
        "'tcsh' is not a shell that can be taught: use bash, zsh, fish, powershell.", hint=True
    )
