"""One launcher as a plain child process, with the platform's end of the channel."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import whisk_runtimes

RUNTIMES = Path(whisk_runtimes.__file__).parent
DEADLINE_S = 30.0

COMMANDS: dict[str, list[str]] = {
    "python": [sys.executable, "-I", "-S", str(RUNTIMES / "python" / "launcher.py")],
    "nodejs": ["node", str(RUNTIMES / "nodejs" / "launcher.cjs")],
}

ON_DESCRIPTOR_3 = """
import os, sys
channel = int(sys.argv[1])
if channel != 3:
    os.dup2(channel, 3)
    os.close(channel)
os.execvp(sys.argv[2], sys.argv[2:])
"""
"""The interpreter's own start must find the channel on 3 and nothing above it, as in a sandbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back on the channel for one request."""

    status: int
    body: bytes
    output: tuple[tuple[str, bytes], ...] = field(default=())
    """Every output frame before the answer: ``O`` or ``E``, and the bytes."""

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)

    @property
    def error(self) -> Any:
        """The body's ``error`` member, the only one."""
        document = self.json
        assert list(document) == ["error"], document
        return document["error"]

    @property
    def stdout(self) -> str:
        """What arrived in ``O`` frames."""
        return self._joined("O")

    @property
    def stderr(self) -> str:
        """What arrived in ``E`` frames."""
        return self._joined("E")

    def _joined(self, kind: str) -> str:
        return b"".join(data for name, data in self.output if name == kind).decode()


class Launcher:
    """A running launcher; a context manager that leaves no process."""

    def __init__(self, kind: str, scratch: Path, environment: dict[str, str] | None = None) -> None:
        self.kind = kind
        ours, theirs = socket.socketpair()
        ours.settimeout(DEADLINE_S)
        command = [sys.executable, "-I", "-S", "-c", ON_DESCRIPTOR_3, str(theirs.fileno())]
        self.process = subprocess.Popen(
            command + COMMANDS[kind],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=scratch,
            pass_fds=[theirs.fileno()],
            env={
                "PATH": os.environ["PATH"],
                "TMPDIR": str(scratch),
                "__OW_CHANNEL": "3",
                **(environment or {}),
            },
        )
        theirs.close()
        self.channel = ours

    def __enter__(self) -> Launcher:
        assert self.receive() == ("K", b"")
        return self

    def __exit__(self, *_: object) -> None:
        self.channel.close()
        self.process.kill()
        self.process.communicate(timeout=DEADLINE_S)

    def send(self, kind: str, payload: bytes) -> None:
        """Send one frame."""
        self.channel.sendall(struct.pack(">cI", kind.encode(), len(payload)) + payload)

    def receive(self) -> tuple[str, bytes]:
        """Receive one frame; EOFError when the launcher has ended."""
        kind, length = struct.unpack(">cI", self._exactly(5))
        return kind.decode(), self._exactly(length)

    def ask(self, kind: str, payload: bytes) -> Answer:
        """Send a request and collect its output and its answer."""
        self.send(kind, payload)
        output: list[tuple[str, bytes]] = []
        while True:
            name, data = self.receive()
            if name == "A":
                return Answer(status=int(data[:3]), body=data[3:], output=tuple(output))
            assert name in ("O", "E"), name
            output.append((name, data))

    def begin_beside(self, number: int, value: Any = None, **members: str) -> None:
        """Send a run beside others; its frames come with its number."""
        request = {"value": {} if value is None else value, **members}
        self.send("r", struct.pack(">I", number) + json.dumps(request).encode())

    def beside(self, *numbers: int) -> dict[int, Answer]:
        """Collect output and answers until all these runs have answered; 0 = the one without."""
        output: dict[int, list[tuple[str, bytes]]] = {number: [] for number in numbers}
        answers: dict[int, Answer] = {}
        while len(answers) < len(numbers):
            name, data = self.receive()
            number = 0
            if name.islower():
                [number], data = struct.unpack(">I", data[:4]), data[4:]
            if name.upper() == "A":
                answers[number] = Answer(
                    status=int(data[:3]), body=data[3:], output=tuple(output[number])
                )
            else:
                output[number].append((name.upper(), data))
        return answers

    def init(self, code: str | None, **members: Any) -> Answer:
        """Send an init with source code."""
        value: dict[str, Any] = {
            "name": "hello",
            "main": "main",
            "code": code,
            "binary": False,
            "env": {},
        }
        return self.ask("I", json.dumps({"value": value | members}).encode())

    def init_archive(self, archive: bytes, **members: Any) -> Answer:
        """Send an init with an archive."""
        return self.init(base64.b64encode(archive).decode(), **{"binary": True, **members})

    def run(self, value: Any = None, **members: str) -> Answer:
        """Send a run."""
        request = {"value": {} if value is None else value, **members}
        return self.ask("R", json.dumps(request).encode())

    def run_raw(self, value: str) -> Answer:
        """Send a run whose arguments are this JSON text, untouched."""
        return self.ask("R", b'{"value":' + value.encode("utf-8", "surrogatepass") + b"}")

    def pipes(self) -> tuple[str, str]:
        """End the launcher by closing the channel and return what its pipes carried."""
        self.channel.close()
        out, err = self.process.communicate(timeout=DEADLINE_S)
        return out.decode(), err.decode()

    def ended(self) -> bool:
        """Whether the launcher ends without an answer before the deadline."""
        try:
            while self.receive()[0] in ("O", "E"):
                pass
        except EOFError:
            self.process.wait(timeout=DEADLINE_S)
            return True
        return False

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        end = time.monotonic() + DEADLINE_S
        while len(data) < size:
            piece = self.channel.recv(min(size - len(data), 1 << 20))
            if not piece:
                raise EOFError
            data += piece
            assert time.monotonic() < end, "the launcher did not answer in time"
        return bytes(data)
