"""Completion: what follows, in which shells, and that it loads little."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.contract.cli.driver import Wsk, failed, ok
from whisk_cli.completion import candidates


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


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(wsk: Wsk, shell: str) -> None:
    outcome = wsk("completion", shell)
    assert outcome.code == 0
    assert f"{shell} completion for wsk" in outcome.out


def test_another_shell_is_an_unknown_command(wsk: Wsk) -> None:
    assert wsk("completion", "tcsh").code == 1
    assert wsk("completion", "bash", "x") == failed(
        "Invalid argument(s): x. No arguments are required.", hint=True
    )


def test_bash_can_read_its_script_and_complete(wsk: Wsk, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    script = wsk("completion", "bash").out
    fake = tmp_path / "wsk"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    fake.chmod(0o755)
    code = f"{script}\nCOMP_WORDS=(wsk rule d); COMP_CWORD=2; _wsk_complete; "
    answer = subprocess.run(
        [bash, "-c", code + 'printf "<%s>" "${COMPREPLY[@]}"'],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "<__complete><rule><d>"
