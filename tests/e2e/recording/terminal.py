"""A shell in a real pseudo-terminal: typed into, waited for, seen as a person sees it, recorded."""

from __future__ import annotations

import codecs
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyte

PROMPT = "$ "
SECONDS = 60.0
"""After so long something that should have appeared is missed."""

_TYPING_S = 0.045
"""Between two keys in the recording; nobody can follow a program that types."""
_LONGEST_S = 2.5
"""No pause of the recording is longer."""
_READING_S = 1.2
"""What a reader gets before the next command."""

Kind = Literal["typed", "printed", "pause", "mark"]


@dataclass(frozen=True, slots=True)
class _Happened:
    kind: Kind
    at: float
    text: str


@dataclass(slots=True)
class Terminal:
    """A running shell.

    Attributes:
        home: Its home and first folder; shown as ``~`` in what is recorded.
        environment: Of the shell.
        columns: Of the screen.
        rows: Of the screen.
    """

    home: Path
    environment: Mapping[str, str]
    columns: int = 100
    rows: int = 30
    _descriptor: int = -1
    _pid: int = 0
    _new: str = ""
    _happened: list[_Happened] = field(default_factory=list)
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def __enter__(self) -> Terminal:
        self._screen = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.Stream(self._screen)
        (self.home / ".inputrc").write_text("set enable-bracketed-paste off\nset bell-style none\n")
        variables = {
            **self.environment,
            "HOME": str(self.home),
            "PS1": PROMPT,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "HISTFILE": "",
        }
        self._pid, self._descriptor = pty.fork()
        if self._pid == 0:
            os.chdir(self.home)
            os.execvpe("bash", ["bash", "--noprofile", "--norc", "-i"], variables)
        size = struct.pack("HHHH", self.rows, self.columns, 0, 0)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, size)
        self.wait_for(re.escape(PROMPT) + r"\Z")
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)
        os.kill(self._pid, signal.SIGHUP)
        os.waitpid(self._pid, 0)

    _screen: pyte.Screen = field(init=False)
    _stream: pyte.Stream = field(init=False)

    @property
    def screen(self) -> str:
        """What a person sees, without blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    def run(self, command: str) -> str:
        """Type a command, wait until it has ended, and give what it printed."""
        self.type(command)
        self.press("\r")
        return self.wait_for(r"(?:\A|\n)" + re.escape(PROMPT) + r"\Z").partition("\n")[2]

    def type(self, text: str) -> None:
        """Type text as a person does: each key is answered before the next one."""
        for key in text:
            self.press(key)

    def press(self, key: str) -> None:
        """Press one key, and wait until the terminal shows something because of it."""
        self._new = ""
        os.write(self._descriptor, key.encode())
        end = time.monotonic() + SECONDS
        while not self._new:
            assert time.monotonic() < end, f"no answer to {key!r}:\n{self.screen}"
            self._read(0.1, "typed")

    def wait_for(self, pattern: str, seconds: float = SECONDS) -> str:
        """Wait until what was printed since the last key matches, and give it without colors."""
        end = time.monotonic() + seconds
        while not re.search(pattern, plain(self._new)):
            assert time.monotonic() < end, f"waited in vain for {pattern!r}:\n{self.screen}"
            self._read(0.1, "printed")
        return plain(self._new)

    def pause(self) -> None:
        """Let somebody who looks at the recording read."""
        self._happened.append(_Happened("pause", time.monotonic(), ""))

    def mark(self, label: str) -> None:
        """Note down something that is not on the screen; players show it beside the recording."""
        self._happened.append(_Happened("mark", time.monotonic(), label))

    def _read(self, patience: float, kind: Kind) -> None:
        ready, _, _ = select.select([self._descriptor], [], [], patience)
        if not ready:
            return
        text = self._decoder.decode(os.read(self._descriptor, 65536))
        self._happened.append(_Happened(kind, time.monotonic(), text))
        self._stream.feed(text)
        self._new += text

    def recording(self, title: str) -> str:
        """Write down what happened, in the format asciicast v2.

        Waiting is shortened and typing slowed down, and the home directory is called ``~``; all
        else is as it was.
        """
        head = {
            "version": 2,
            "width": self.columns,
            "height": self.rows,
            "title": title,
            "env": {"TERM": "xterm-256color", "SHELL": "bash"},
        }
        lines = [json.dumps(head)]
        for at, code, text in self._paced():
            lines.append(json.dumps([round(at, 3), code, text], ensure_ascii=False))
        recorded = "\n".join(lines) + "\n"
        assert str(self.home) not in recorded, "the home directory is in what was recorded"
        return recorded

    def _paced(self) -> list[tuple[float, str, str]]:
        """When what is shown: seconds, ``o`` for output or ``m`` for a marker, text."""
        paced: list[tuple[float, str, str]] = []
        clock, before = 0.0, self._happened[0].at
        for each in self._merged():
            passed, before = each.at - before, each.at
            if each.kind == "pause":
                clock += _READING_S
                continue
            least = _TYPING_S if each.kind == "typed" else 0.0
            clock += min(max(passed, least), _LONGEST_S)
            code = "m" if each.kind == "mark" else "o"
            paced.append((clock, code, each.text.replace(str(self.home), "~")))
        return paced

    def _merged(self) -> list[_Happened]:
        """What was printed in one go, as one; a path must not be cut in two."""
        merged: list[_Happened] = []
        for each in self._happened:
            last = merged[-1] if merged else None
            if last and last.kind == each.kind == "printed" and each.at - last.at < 0.02:
                merged[-1] = _Happened("printed", last.at, last.text + each.text)
            else:
                merged.append(each)
        return merged


def plain(text: str) -> str:
    """Text without what moves the cursor and sets colors."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r\n", "\n")
