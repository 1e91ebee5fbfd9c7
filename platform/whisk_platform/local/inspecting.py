"""Debuggers: how each language's is opened, and what waits for it.

- Node and Java listen on loopback: any client of theirs can attach. Code of Node waits for it by
  itself; Java has no way to, so somebody says when.
- Python's own debugger, pdb, talks through a socket to the terminal that ``wsk`` was started from.

A sandbox has no terminal and no way to one, and it stays the sandbox that it always is.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import re
import secrets
import socket
import sys
import threading
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import msgspec

from whisk_platform.common.errors import BadRequestError
from whisk_platform.local.job import Job
from whisk_platform.local.performance import at_once

_PATIENCE_MS = 24 * 3600 * 1000
"""Somebody who looks into a program takes his time."""
_MODULE = re.compile(r"^\s*(?:import(?:\s+\w|\s*[{*\"'])|export\s)", re.MULTILINE)
_WAIT = "delete process.env.NODE_OPTIONS;{}.waitForDebugger();debugger;"
_CLASSIC = _WAIT.format('require("node:inspector")')
_MODERN = 'import * as __owInspector from "node:inspector";' + _WAIT.format("__owInspector")
_PYTHON_STOP = """

def __ow_inspect(action, port=PORT, token="TOKEN"):
    import asyncio, functools, inspect, pdb, socket
    class Debugger(pdb.Pdb):
        left = begun = False
        def stop_here(self, frame):
            self.begun = self.begun or frame.f_code is getattr(action, "__code__", frame.f_code)
            return self.begun and super().stop_here(frame)
        def set_quit(self):
            self.left = True
            super().set_quit()
    @functools.wraps(action)
    def stopped(*args):
        with socket.create_connection(("127.0.0.1", port)) as line:
            spoken = line.makefile("w", encoding="utf-8", newline="\\n")
            heard = line.makefile("r", encoding="utf-8", newline="\\n")
            spoken.write(token + "\\n")
            spoken.flush()
            debugger = Debugger(stdin=heard, stdout=spoken, nosigint=True, readrc=False)
            debugger.use_rawinput = False
            work = action
            if inspect.iscoroutinefunction(action):
                work = lambda *values: asyncio.run(action(*values))
            found = debugger.runcall(work, *args)
            if debugger.left:
                return {"error": "The run was ended in the debugger."}
            return found
    return stopped
NAME = __ow_inspect(NAME)
"""

Told = Callable[[str], None]
Ready = Callable[[], Awaitable[None]]


def environment(port: int) -> Mapping[str, str]:
    """What the programs of languages find in their environment so that they listen.

    Args:
        port: on loopback.
    """
    agent = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y"
    return {
        "NODE_OPTIONS": f"--inspect=127.0.0.1:{port}",
        "JDK_JAVA_OPTIONS": f"{agent},address=127.0.0.1:{port}",
    }


@asynccontextmanager
async def debugger(kind: str, job: Job, tell: Told) -> AsyncIterator[tuple[Job, Ready]]:
    """Get the debugger of a language ready, and change the job so that it is waited for.

    Args:
        kind: that runs it, in full.
        job: what to run.
        tell: is given what a person has to know.

    Yields:
        The job, and what to wait for once its sandbox has been made.

    Raises:
        BadRequestError: the language has no debugger that can be opened here, or its port is taken.
    """
    patient = msgspec.structs.replace(job, timeout_ms=_PATIENCE_MS)
    where = f"127.0.0.1:{job.inspect_port}"
    match kind.partition(":")[0]:
        case "nodejs":
            _check_free(job.inspect_port)
            tell(
                f"Attach a debugger to {where}: node inspect {where}, chrome://inspect, or an"
                " editor's 'attach to Node'. The action waits for it."
            )
            yield with_node_waiting(patient), at_once
        case "java":
            _check_free(job.inspect_port)
            tell(
                f"Attach a debugger to {where} (jdb -attach {where}, or an editor's 'remote JVM'),"
                " set a breakpoint, and press Enter here."
            )
            yield patient, _enter_pressed
        case "python":
            async with Bridge() as bridge:
                tell("Python's debugger is on this terminal: n, s, c, p NAME; h for help.")
                yield with_python_stopping(patient, bridge.port, bridge.token), at_once
        case family:
            raise BadRequestError(
                f"There is no debugger to open for '{family}' here: --inspect knows Node, Java and"
                " Python. Print what you want to see: it appears at once."
            )


async def _enter_pressed() -> None:
    await asyncio.to_thread(sys.stdin.readline)


def with_node_waiting(job: Job) -> Job:
    """Let the code of Node wait for a debugger and stop, in front of its own first statement."""
    if not job.binary:
        return msgspec.structs.replace(job, code=_waiting(job.code, is_module=None))
    return msgspec.structs.replace(job, code=_changed(job.code, _with_entry_waiting))


def _with_entry_waiting(files: dict[str, bytes]) -> None:
    description = {}
    if "package.json" in files:
        try:
            description = json.loads(files["package.json"])
        except ValueError:
            return
    entry = str(description.get("main") or "index.js").removeprefix("./")
    if entry in files:
        named = entry.endswith(".mjs") or description.get("type") == "module"
        text = files[entry].decode("utf-8", "replace")
        files[entry] = _waiting(text, is_module=named).encode()


def _waiting(code: str, *, is_module: bool | None) -> str:
    """Put the wait on the first line, so that the numbers of lines stay."""
    modern = bool(_MODULE.search(code)) if is_module is None else is_module
    return (_MODERN if modern else _CLASSIC) + code


def with_python_stopping(job: Job, port: int, token: str) -> Job:
    """Let the function of Python stop in the debugger, by lines after its own last one.

    Args:
        job: what to run.
        port: where the terminal listens.
        token: what it knows the action by.
    """
    name = job.main or "main"
    if "." in name:
        raise BadRequestError(
            f"--inspect stops in a function of the action's own file, and '{name}' is in a module."
        )
    stop = _PYTHON_STOP.replace("PORT", str(port)).replace("TOKEN", token).replace("NAME", name)
    if not job.binary:
        return msgspec.structs.replace(job, code=job.code + stop)

    def change(files: dict[str, bytes]) -> None:
        if "__main__.py" in files:
            files["__main__.py"] += stop.encode()

    return msgspec.structs.replace(job, code=_changed(job.code, change))


def _changed(code: str, change: Callable[[dict[str, bytes]], None]) -> str:
    """Change the files at the root of a zip archive; what is no zip stays as it is."""
    try:
        packed = zipfile.ZipFile(io.BytesIO(base64.b64decode(code)))
    except (ValueError, zipfile.BadZipFile):
        return code
    entries = packed.infolist()
    files = {entry.filename: packed.read(entry) for entry in entries if not entry.is_dir()}
    change(files)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            archive.writestr(entry, files.get(entry.filename, b""))
    return base64.b64encode(made.getvalue()).decode("ascii")


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise BadRequestError(
                f"The port {port} for the debugger is in use: choose another with --inspect-port."
            ) from error


class Bridge:
    """Carries a conversation between the terminal and a debugger inside of a sandbox."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(16)
        self.port = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Bridge:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting = await reader.readline()
        if not secrets.compare_digest(greeting.strip(), self.token.encode()):
            writer.close()
            return
        loop = asyncio.get_running_loop()
        typing = threading.Thread(
            target=_read_terminal, args=(loop, writer), name="debugger-input", daemon=True
        )
        typing.start()
        while words := await reader.read(65536):
            sys.stderr.buffer.write(words)
            sys.stderr.buffer.flush()
        writer.close()


def _read_terminal(loop: asyncio.AbstractEventLoop, writer: asyncio.StreamWriter) -> None:
    """Pass lines on until the debugger or the terminal goes away."""
    while line := sys.stdin.buffer.readline():
        if writer.is_closing() or loop.is_closed():
            return
        loop.call_soon_threadsafe(writer.write, line)
    if not loop.is_closed() and not writer.is_closing():
        loop.call_soon_threadsafe(writer.write_eof)
