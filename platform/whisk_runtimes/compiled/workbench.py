"""Compiles one action's code inside a sandbox of its own; each language says how.

A zygote loads a language's ``build.py``, which calls ``serve`` here in each forked child. One init
frame holds the code and the facts about the toolchain; the answer holds the program in base64, and
what the compiler prints comes as output frames. Nothing here is reused: one child, one build.

Source: ``PROTOCOL.md``; contracts rest-api §8.5, §8.6.
"""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Build = Callable[["Job"], tuple[str, str]]
    """Makes the program; returns its path and its protocol, ``frames`` or ``actionloop``."""

LARGEST_PROGRAM = 47 << 20
"""Bytes that still fit a frame in base64."""
OUTPUT_LIMIT = 256 << 10
"""Bytes of the compiler's words that are passed on."""
NO_BINARY = "The action failed to generate or locate a binary. See logs for details."

_siblings: dict[str, ModuleType] = {}


class BuildError(Exception):
    """The code cannot be built; the text is for the developer."""


class Job:
    """The code to build and the tools to do it with."""

    def __init__(self, value: dict[str, Any], explain: Callable[[bytes], None]) -> None:
        self.main = str(value.get("main") or "main")
        self.binary = bool(value.get("binary"))
        self.code = str(value.get("code") or "")
        self.facts: dict[str, str] = value.get("facts") or {}
        """What the platform knows of the toolchain, by name."""
        self.directory = tempfile.mkdtemp(prefix="build-")
        self._explain = explain
        self._left = OUTPUT_LIMIT

    def unpack(self) -> str:
        """Unpack the archive and return the directory that holds it.

        Raises:
            BuildError: it cannot be unpacked.
        """
        place = os.path.join(self.directory, "source")
        os.mkdir(place)
        try:
            _sibling("python", "archives").unpack(base64.b64decode(self.code), place)
        except Exception as error:  # archives have many ways to be broken
            text = str(error).rstrip(".")
            raise BuildError(f"The action's archive cannot be unpacked: {text}.") from error
        return place

    def write(self, name: str, text: str) -> str:
        """Write a file of the build and return its path."""
        path = os.path.join(self.directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(text)
        return path

    def explain(self, text: str) -> None:
        """Tell the developer a line."""
        self._tell(f"{text}\n".encode("utf-8", "backslashreplace"))

    def run(self, command: list[str], place: str, environment: dict[str, str]) -> str:
        """Run a compiler and return all that it printed.

        Raises:
            BuildError: it failed; what it printed has been told.
        """
        everything = {"PATH": os.environ.get("PATH", ""), "HOME": self.directory} | environment
        everything |= {"TMPDIR": tempfile.gettempdir(), "LANG": "C.UTF-8"}
        with subprocess.Popen(
            command,
            cwd=place,
            env=everything,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            assert process.stdout is not None
            printed = process.stdout.read(OUTPUT_LIMIT)
            while process.stdout.read(1 << 16):
                pass
        if process.returncode != 0:
            readable = printed.replace(place.encode() + b"/", b"")
            self._tell(readable.replace(self.directory.encode() + b"/", b""))
            raise BuildError(NO_BINARY)
        return printed.decode("utf-8", "replace")

    def _tell(self, data: bytes) -> None:
        self._explain(data[: self._left])
        self._left = max(0, self._left - len(data))


def serve(channel_fd: int, build: Build) -> None:
    """Build once; never returns.

    Args:
        channel_fd: Descriptor of the stream socket; taken over.
        build: of the language.
    """
    channel = _sibling("compiled", "launcher").Channel(channel_fd)
    with contextlib.suppress(OSError):
        os.nice(5)  # calls come before compilers
    channel.send(b"K", b"")
    _, payload = channel.receive()
    try:
        job = Job(json.loads(payload)["value"], lambda data: channel.send(b"E", data))
        path, protocol = build(job)
        if os.path.getsize(path) > LARGEST_PROGRAM:
            raise BuildError(f"The program is larger than {LARGEST_PROGRAM >> 20} MB.")
        with open(path, "rb") as file:
            program = base64.b64encode(file.read()).decode()
        status, document = 200, {"protocol": protocol, "program": program}
    except BuildError as error:
        status, document = 502, {"error": str(error)}
    except OSError as error:  # the private file system is full, for example
        status, document = 502, {"error": f"The action cannot be built: {error.strerror}."}
    channel.send(b"A", b"%d" % status + json.dumps(document).encode())
    channel.receive()


def prewarm() -> None:
    """Load once in the zygote what a build may need: inside it there are no files of ours."""
    import encodings.cp437
    import gc
    import shutil
    import tarfile
    import tomllib
    import zipfile

    del encodings, shutil, tarfile, tomllib, zipfile
    _sibling("python", "archives")
    _sibling("compiled", "launcher")
    gc.collect()
    gc.freeze()


def _sibling(folder: str, name: str) -> ModuleType:
    """A module of another runtime's folder, loaded by path."""
    module = _siblings.get(name)
    if module is None:
        runtimes = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        path = os.path.join(runtimes, folder, f"{name}.py")
        spec = importlib.util.spec_from_file_location(f"whisk_{name}", path)
        if spec is None or spec.loader is None:
            raise ImportError(path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        _siblings[name] = module
    return module
