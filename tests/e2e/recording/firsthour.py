"""The first hour: start, create, invoke, logs, the development loop, contexts, completion, errors.

Each scene says what has to be on the screen, so that a recording is also a test.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.recording.terminal import Terminal
from tests.waiting import wait_for

CTRL_C = "\x03"
TAB = "\t"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a terminal, and with another one that is not recorded.

    Attributes:
        terminal: The recorded one.
        environment: Of the other one.
    """

    terminal: Terminal
    environment: dict[str, str]

    def runs(self, command: str, *expected: str) -> None:
        """Run a command, and look for some words in what it prints."""
        printed = self.terminal.run(command)
        for words in expected:
            assert words in printed, (command, words, printed)
        self.terminal.pause()

    def says(self, comment: str) -> None:
        """Type a comment."""
        self.terminal.run(f"# {comment}")

    def begins(self, command: str, pattern: str) -> None:
        """Run something that does not end by itself."""
        self.terminal.type(command)
        self.terminal.press("\r")
        self.terminal.wait_for(pattern)

    def sees(self, pattern: str) -> None:
        """Wait until something is on the screen, and read it."""
        self.terminal.wait_for(pattern)
        self.terminal.pause()

    def elsewhere(self, *arguments: str) -> None:
        """Run ``wsk`` in the other terminal."""
        self.terminal.mark(f"another terminal: wsk {' '.join(arguments)}")
        subprocess.run(
            [sys.executable, "-m", "whisk_cli", *arguments],
            env=self.environment,
            cwd=self.terminal.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )

    def writes(self, name: str, old: str, new: str) -> None:
        """Edit a file."""
        self.terminal.mark(f"editor: {name}, {old!r} becomes {new!r}")
        path = self.terminal.home / name
        path.write_text(path.read_text().replace(old, new))

    def stops(self, pattern: str) -> None:
        """Press Ctrl-C and wait for the prompt."""
        self.terminal.press(CTRL_C)
        self.terminal.wait_for(pattern + r"(?s:.*)\$ \Z")
        self.terminal.pause()


def first_start(person: Person) -> None:
    """The platform starts with one command."""
    person.runs("wsk platform start --port 0", "ok: started the platform at http")
    person.runs("wsk platform status", "isolation:", "kinds:")


def create(person: Person) -> None:
    """A first action, tried out and created."""
    person.runs("wsk init . --language python", "ok: created hello.py")
    person.runs("cat hello.py", "def main(args")
    person.runs("wsk local invoke hello.py -p name Ada", "greeting Ada", '"Hello, Ada!"')
    person.runs("wsk action create hello hello.py", "ok: created action hello")


def invoke(person: Person) -> None:
    """The action answers, and its log can be read."""
    person.runs("wsk action invoke hello --result -p name Ada", '"greeting": "Hello, Ada!"')
    person.runs("wsk activation list", "hello", "success")
    person.runs("wsk activation logs --last --strip", "greeting Ada")


def follow_logs(person: Person) -> None:
    """Logs are followed while the action runs elsewhere."""
    person.says("While this waits, somebody invokes the action in another terminal.")
    person.terminal.type("wsk logs hello --follow")
    person.terminal.press("\r")
    for name in ("Grace", "Edsger"):
        _until_shown(person, f"greeting {name}", "action", "invoke", "hello", "-p", "name", name)
    person.stops("")


def _until_shown(person: Person, words: str, *invocation: str) -> None:
    """Invoke elsewhere until the terminal shows it: what begins before it listens is not told."""

    def shown() -> bool:
        person.elsewhere(*invocation)
        try:
            person.terminal.wait_for(words, 3.0)
        except AssertionError:
            return False
        return True

    wait_for(shown, f"{words!r} to be followed")


def development_loop(person: Person) -> None:
    """Every change is deployed at once, mistakes are told, logs come along."""
    person.says("Meanwhile, in an editor and in another terminal: changes and invocations.")
    person.begins("wsk dev .", "Watching;")
    person.elsewhere("action", "invoke", "hello", "-p", "name", "Ada")
    person.sees("greeting Ada")
    person.writes("hello.py", "Hello", "Howdy")
    person.sees(r"Watching;(?s:.*)ok: deployed hello")
    person.writes("hello.py", "args.get(", "args.get((")
    person.sees("hello is not deployed: hello.py")
    person.writes("hello.py", "args.get((", "args.get(")
    person.sees(r"not deployed(?s:.*)ok: deployed hello")
    person.writes("hello.py", 'f"greeting', 'f"greeting again,')
    person.sees(r"not deployed(?s:.*)ok: deployed hello(?s:.*)ok: deployed hello")
    person.elsewhere("action", "invoke", "hello", "-p", "name", "Grace")
    person.sees("greeting again, Grace")
    person.stops("Stopped")
    person.runs("wsk action invoke hello -r -p name Ada", "Howdy, Ada!")


def contexts(person: Person) -> None:
    """Several platforms, one command to switch."""
    person.runs("wsk context create here", "here")
    staging = "wsk context create staging --apihost https://staging.invalid --auth -"
    person.runs(f"echo me:secret | {staging}", "ok: created context staging")
    person.runs("wsk context use staging")
    person.runs("wsk context list", "staging")
    person.runs("wsk action list; echo $?", "error:", "3\n")
    person.runs("wsk context use here")
    person.runs("wsk action list", "hello")


def completion(person: Person) -> None:
    """The shell completes words and the names of what is deployed."""
    terminal = person.terminal
    person.runs('eval "$(wsk completion bash)"')
    terminal.type("wsk action inv")
    terminal.press(TAB)
    terminal.wait_for("oke ")
    terminal.type("hel")
    terminal.press(TAB)
    terminal.wait_for("lo ")
    terminal.type("-r")
    terminal.press("\r")
    assert "Howdy, stranger!" in terminal.wait_for(r"\n\$ \Z")
    terminal.pause()


def failures(person: Person) -> None:
    """Whatever goes wrong, one sentence says what and what would be right."""
    person.runs("wsk actoin list", 'unknown command "actoin" for "wsk"', "action")
    person.runs("wsk action get helo", "Unable to get action 'helo'", "Did you mean this?", "hello")
    person.runs("wsk action create other missing.py", "File 'missing.py' is not a valid file")
    person.runs("wsk action invoke hello --resul", "unknown flag: --resul", "--result")
    person.runs("echo 'def main(a): return 1 / 0' > wrong.py")
    person.runs("wsk action create wrong wrong.py", "ok: created action wrong")
    person.runs("wsk action invoke wrong -r; echo $?", "division by zero", "246")
    person.runs("wsk logs wrong", "ZeroDivisionError")


def stop(person: Person) -> None:
    """The platform stops, and keeps what it knows."""
    person.runs("wsk platform stop", "ok: stopped the platform")


SCENES: tuple[Callable[[Person], None], ...] = (
    first_start,
    create,
    invoke,
    follow_logs,
    development_loop,
    contexts,
    completion,
    failures,
    stop,
)
"""In order: each needs those before it."""


def variables(home: Path) -> dict[str, str]:
    """The environment of somebody who has ``wsk`` on the search path, and nothing configured."""
    programs = home / "bin"
    programs.mkdir()
    script = f'#!/bin/sh\nexec "{sys.executable}" -m whisk_cli "$@"\n'
    (programs / "wsk").write_text(script)
    (programs / "wsk").chmod(0o755)
    path = os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])
    return {"PATH": path, "HOME": str(home)}
