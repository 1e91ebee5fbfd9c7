"""The stem cell of languages that are compiled: waits for a program and becomes it.

A zygote imports it, calls ``prewarm()`` once, forks, and calls ``serve(channel_fd)`` in the child.
The child says that it is ready; with init comes the compiled program, as a path or as a descriptor
beside the frame, and the child executes it in its own place, the channel still open. From then on
the program itself answers. An archive with a program of its own, ``exec``, speaks ActionLoop
instead: that one is a child process, and its frames are made here.

Source: ``PROTOCOL.md``; contracts rest-api §8.1, §8.2, §8.6.
"""

from __future__ import annotations

import array
import binascii
import contextlib
import importlib.util
import json
import os
import socket
import tempfile
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from whisk_runtimes.python.actionloop import Program

FRAME_LIMIT = 64 * 1024 * 1024
MISSING_CODE = "Missing main/no code to execute."
SECOND_INIT = "Cannot initialize the action more than once."
NO_ACTION = "no action defined yet"
NO_BINARY = "The action failed to generate or locate a binary. See logs for details."
CANNOT_START = "Cannot start action. Check logs for details."
NOT_A_DICTIONARY = "The action did not return a dictionary or array."
COMMAND_EXITED = "command exited"
INNER_CHANNEL = 3

_siblings: dict[str, ModuleType] = {}


class Refusal(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Channel:
    """This end of the frame stream, which can carry descriptors."""

    def __init__(self, descriptor: int) -> None:
        self.socket = socket.socket(fileno=descriptor)
        self.socket.setblocking(True)
        self.socket.set_inheritable(False)
        self.handles: list[int] = []
        """Descriptors that came with the last frame."""

    def send(self, kind: bytes, payload: bytes) -> None:
        """Send one frame; the process ends when the platform is gone."""
        try:
            self.socket.sendall(b"".join((kind, len(payload).to_bytes(4, "big"), payload)))
        except OSError:
            os._exit(0)

    def receive(self) -> tuple[bytes, bytes]:
        """Wait for the next frame and return its type and payload."""
        header = self._exactly(5)
        length = int.from_bytes(header[1:], "big")
        if length > FRAME_LIMIT:
            os._exit(1)
        return header[:1], self._exactly(length)

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        space = socket.CMSG_SPACE(array.array("i").itemsize)
        while len(data) < size:
            try:
                piece, ancillary, _, _ = self.socket.recvmsg(min(size - len(data), 1 << 20), space)
            except OSError:
                os._exit(0)
            for level, kind, content in ancillary:
                if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                    handles = array.array("i")
                    handles.frombytes(content[: len(content) - len(content) % handles.itemsize])
                    self.handles += handles
            if not piece:
                os._exit(0)
            data += piece
        return bytes(data)


class Cell:
    """One sandbox's life until it becomes the action's program."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._program: Program | None = None

    def loop(self) -> NoReturn:
        """Answer until the platform goes away or init hands over."""
        answers = {b"I": self._init, b"R": self._run}
        self._channel.send(b"K", b"")
        while True:
            kind, payload = self._channel.receive()
            if kind not in answers:
                os._exit(1)
            try:
                status, body = b"200", answers[kind](payload)
            except Refusal as refusal:
                status = b"%d" % refusal.status
                body = json.dumps({"error": str(refusal)}).encode()
            if len(body) > FRAME_LIMIT - 3:
                text = "The action produced a response that exceeded the allowed length."
                status, body = b"200", json.dumps({"error": text}).encode()
            self._channel.send(b"A", status + body)

    def _init(self, payload: bytes) -> bytes:
        if self._program is not None:
            raise Refusal(403, SECOND_INIT)
        value = json.loads(payload).get("value")
        if not isinstance(value, dict):
            raise Refusal(403, MISSING_CODE)
        _export(value.get("env"))
        ready = value.get("program")
        if isinstance(ready, dict):
            path = str(ready.get("path") or "")
            if ready.get("protocol") == "frames":
                self._become(path)
            self._program = _start(path or _write_program(self._take_handle()))
            return b'{"ok":true}'
        code = value.get("code")
        if not isinstance(code, str) or not code.strip():
            raise Refusal(403, MISSING_CODE)
        if not value.get("binary"):
            self._explain("The source was not compiled: there is no compiler for this kind here.")
            raise Refusal(502, NO_BINARY)
        self._program = self._start_bundle(code)
        return b'{"ok":true}'

    def _run(self, payload: bytes) -> bytes:
        if self._program is None:
            raise Refusal(500, NO_ACTION)
        try:
            body = self._program.run(payload)
        except EOFError as error:
            raise Refusal(400, COMMAND_EXITED) from error
        if body[:1] not in (b"{", b"["):
            raise Refusal(502, NOT_A_DICTIONARY)
        return body

    def _become(self, path: str) -> NoReturn:
        """Execute the program in place of ourselves; it answers the init.

        Raises:
            Refusal: it cannot be executed.
        """
        handle = -1 if path else self._take_handle()
        channel = self._channel.socket.detach()
        if channel != INNER_CHANNEL:
            os.dup2(channel, INNER_CHANNEL)
        os.set_inheritable(INNER_CHANNEL, True)
        os.environ["__OW_CHANNEL"] = str(INNER_CHANNEL)
        name = path or "exec"
        try:
            if handle >= 0 and os.execve in os.supports_fd:
                with contextlib.suppress(OSError):  # some machines execute no memory
                    os.execve(handle, [name], os.environ)
            path = path or _write_program(handle)
            os.execve(path, [path], os.environ)
        except OSError as error:
            os.set_inheritable(INNER_CHANNEL, False)
            self._channel = Channel(INNER_CHANNEL)
            self._explain(f"The program cannot be executed: {error.strerror}.")
            raise Refusal(502, CANNOT_START) from error

    def _take_handle(self) -> int:
        if not self._channel.handles:
            raise Refusal(502, NO_BINARY)
        return self._channel.handles.pop(0)

    def _start_bundle(self, code: str) -> Program:
        """Unpack an archive that holds its own program, or take the code as that program."""
        try:
            content = binascii.a2b_base64(code)
            directory = tempfile.mkdtemp(prefix="action-")
            if content[:4] == b"\x7fELF" or content[:2] == b"#!":
                with open(os.path.join(directory, "exec"), "wb") as file:
                    file.write(content)
            else:
                _sibling("archives").unpack(content, directory)
        except Exception as error:  # archives have many ways to be broken
            raise Refusal(
                502, f"The action's archive cannot be unpacked: {str(error).rstrip('.')}."
            ) from error
        program = next(
            (
                path
                for name in ("exec", "bin/exec", "src/exec")
                if os.path.isfile(path := os.path.join(directory, name))
            ),
            None,
        )
        if program is None:
            self._explain("The archive has no program 'exec' at its root.")
            raise Refusal(502, NO_BINARY)
        os.chdir(directory)
        try:
            return _start(program)
        except Refusal as refusal:
            self._explain(f"exec could not be started: {refusal.__cause__}")
            raise

    def _explain(self, text: str) -> None:
        self._channel.send(b"E", f"{text}\n".encode())


def _start(path: str) -> Program:
    try:
        program: Program = _sibling("actionloop").Program(path)
    except (OSError, EOFError) as error:
        raise Refusal(502, CANNOT_START) from error
    return program


def _write_program(handle: int) -> str:
    """Copy a program from a descriptor to a private file that can be executed."""
    directory = tempfile.mkdtemp(prefix="program-")
    path = os.path.join(directory, "exec")
    with open(handle, "rb") as source, open(path, "wb") as file:
        source.seek(0)
        while piece := source.read(1 << 20):
            file.write(piece)
    os.chmod(path, 0o755)
    return path


def _export(environment: Any) -> None:
    if isinstance(environment, dict):
        for name, text in environment.items():
            with contextlib.suppress(ValueError):  # a NUL or an equals sign
                os.environ[str(name)] = str(text)


def _sibling(name: str) -> ModuleType:
    """A module of the Python runtime's folder, loaded by path."""
    module = _siblings.get(name)
    if module is None:
        folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        path = os.path.join(folder, "python", f"{name}.py")
        spec = importlib.util.spec_from_file_location(f"whisk_{name}", path)
        if spec is None or spec.loader is None:
            raise ImportError(path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        _siblings[name] = module
    return module


def prewarm() -> None:
    """Load once in the zygote what a sandbox may need: inside it there are no files of ours."""
    import encodings.cp437
    import gc
    import shutil
    import tarfile
    import zipfile

    del encodings, shutil, tarfile, zipfile
    _sibling("archives")
    _sibling("actionloop")
    json.loads(json.dumps({"value": {"text": "warm", "number": 1.5}}))
    gc.collect()
    gc.freeze()


def serve(channel_fd: int) -> None:
    """Serve one action on the channel; never returns.

    Args:
        channel_fd: Descriptor of the stream socket; taken over.
    """
    os.environ.pop("__OW_CHANNEL", None)
    null = os.open(os.devnull, os.O_RDONLY)
    if null != 0:
        os.dup2(null, 0)
        os.close(null)
    Cell(Channel(channel_fd)).loop()


if __name__ == "__main__":
    serve(int(os.environ.get("__OW_CHANNEL", "3")))
