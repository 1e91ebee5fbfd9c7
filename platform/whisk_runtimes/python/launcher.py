"""Runs one Python action and speaks the frames of ``PROTOCOL.md`` with the platform.

Started as a script it takes the channel's descriptor from ``__OW_CHANNEL``; a zygote imports it,
calls ``prewarm()`` once, forks, and calls ``serve(channel_fd)`` in the child.

Source: contracts rest-api §8.1, §8.2, §8.5; apache/openwhisk-runtime-python
``core/python3ActionLoop/lib/launcher.py`` for what an action can observe.
"""

from __future__ import annotations

import io
import json
import os
import sys
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from whisk_runtimes.python.actionloop import Program
    from whisk_runtimes.python.archives import Archive

COROUTINE = 0x80
"""The code flag of an ``async def`` (``inspect.CO_COROUTINE``)."""
MISSING_CODE = "Missing main/no code to execute."
SECOND_INIT = "Cannot initialize the action more than once."
NO_ACTION = "no action defined yet"
NO_BINARY = "The action failed to generate or locate a binary. See logs for details."
CANNOT_START = "Cannot start action. Check logs for details."
NOT_A_DICTIONARY = "The action did not return a dictionary or array."
COMMAND_EXITED = "command exited"

_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_encode_ascii = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode

_exit = os._exit
_siblings: dict[str, ModuleType] = {}


def _sibling(name: str) -> Any:
    # By path, and not in sys.modules: an action may have a module of the same name.
    if name not in _siblings:
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.py")
        module = ModuleType(name)
        with open(path, "rb") as source:
            exec(compile(source.read(), path, "exec"), module.__dict__)
        _siblings[name] = module
    return _siblings[name]


if TYPE_CHECKING:
    from whisk_runtimes.python.channel import FRAME_LIMIT, HOLD_BYTES, FrameStream
    from whisk_runtimes.python.channel import Channel as Channel
else:
    FRAME_LIMIT = _sibling("channel").FRAME_LIMIT
    HOLD_BYTES = _sibling("channel").HOLD_BYTES
    Channel = _sibling("channel").Channel
    FrameStream = _sibling("channel").FrameStream


class Refusal(Exception):
    """An answer other than the action's own result."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class MissingFunction(Exception):
    """The action's code has no function of the given name."""


class Streams:
    """``sys.stdout`` and ``sys.stderr`` of the action."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        channel.gather = self._gather
        self.install()

    def install(self) -> None:
        """Put fresh streams in place."""
        self.stdout = self._open(b"O", 1)
        self.stderr = self._open(b"E", 2)
        sys.stdout = sys.__stdout__ = self.stdout  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = self.stderr  # type: ignore[misc]

    def flush(self) -> None:
        """Send what is still held back, also by a stream that the action put in place."""
        for current, own in ((sys.stdout, self.stdout), (sys.stderr, self.stderr)):
            if current is not own:
                try:
                    current.flush()
                except Exception as error:
                    self.explain(f"The action's own output stream cannot be flushed: {error}")
        try:
            self.stdout.flush()
            self.stderr.flush()
        except ValueError:  # detached by the action
            self.install()

    def explain(self, text: str) -> None:
        """Write a line for the developer to the action's standard error."""
        if self._channel.blocks:
            self._gather(True)
        self._channel.send(b"E", f"{text}\n".encode("utf-8", "backslashreplace"))

    def _gather(self, gathering: bool) -> None:
        try:
            if self.stdout.line_buffering == gathering:
                self.stdout.reconfigure(line_buffering=not gathering)
            self.stdout.flush()
        except ValueError:  # closed or detached by the action
            pass

    def _open(self, kind: bytes, number: int) -> io.TextIOWrapper:
        stream = FrameStream(self._channel, kind, number)
        text = io.TextIOWrapper(
            stream, encoding="utf-8", errors="backslashreplace", newline="\n", line_buffering=True
        )
        text._CHUNK_SIZE = HOLD_BYTES  # type: ignore[attr-defined]  # what it gathers in a flood
        return text


class SourceLoader:
    """Shows tracebacks and ``inspect`` the text of an action that is no file."""

    def __init__(self, source: str) -> None:
        self._source = source

    def get_source(self, _name: str) -> str:
        """The action's source.

        Args:
            _name: The module's name, ignored: there is one.
        """
        return self._source


class Launcher:
    """One action's life: a single init, then any number of runs."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.streams = Streams(channel)
        self._main: Callable[[Any], Any] | None = None
        self._program: Program | None = None
        self._archive: Archive | None = None
        self._event_loop: Any = None
        self._names: dict[str, str] = {}
        self._exported: set[str] = set()

    def loop(self) -> None:
        """Answer requests until the platform goes away."""
        answers = {b"I": self._init, b"R": self._run}
        self._channel.send(b"K", b"")
        while True:
            try:
                kind, payload = self._channel.receive()
                if kind not in answers:
                    os._exit(1)
                self._answer(answers[kind], payload)
            except BaseException as error:  # a signal handler of the action fired between runs
                self._trace(error)

    def exit(self, status: int) -> NoReturn:
        """End the process at once, as an action may do with ``os._exit``; nothing it said is lost.

        Args:
            status: The exit status.
        """
        if self._channel.descriptor >= 0:
            if self._channel.blocks:
                self._channel.gather(True)
            self._channel.flush()
        _exit(status)

    def say_all(self) -> None:
        """Send everything that was printed."""
        self.streams.flush()
        self._channel.flush()

    def _answer(self, handler: Callable[[bytes], bytes], payload: bytes) -> None:
        try:
            status, body = b"200", handler(payload)
        except Refusal as refusal:
            status = b"%d" % refusal.status
            body = _encode_ascii({"error": str(refusal)}).encode()
        except BaseException as error:  # every request gets an answer
            self._trace(error)
            status, body = b"502", _encode_ascii({"error": _describe(error)}).encode()
        if self._channel.descriptor < 0:  # the action forked, and its child came back here
            self.streams.flush()
            os._exit(0)
        if len(body) > FRAME_LIMIT - 3:
            length = f"{len(body)} > {FRAME_LIMIT - 3} bytes."
            text = f"The action produced a response that exceeded the allowed length: {length}"
            status, body = b"200", _encode_ascii({"error": text}).encode()
        self.streams.flush()
        self._channel.calm()
        self._channel.send(b"A", status + body)

    def _init(self, payload: bytes) -> bytes:
        if self._main is not None or self._program is not None:
            raise Refusal(403, SECOND_INIT)
        value = _read_object(payload).get("value")
        if not isinstance(value, dict):
            raise Refusal(403, MISSING_CODE)
        code = value.get("code")
        path = value.get("path")
        if not path and not (isinstance(code, str) and code.strip()):
            raise Refusal(403, MISSING_CODE)
        self._export_init(value.get("env"))
        name = str(value.get("name") or "action")
        main = str(value.get("main") or "main")
        sys.argv = [name]
        if path or value.get("binary"):
            directory = str(path) if path else _unpack_code(str(code))
            self._archive = _sibling("archives").Archive(directory)
            self._load_archive(self._archive, main)
        else:
            self._main = self._guarded(lambda: _load_source(str(code), f"{name}.py", main))
        code_of_main = getattr(self._main, "__code__", None)
        if code_of_main is not None and code_of_main.co_flags & COROUTINE:
            self._open_loop()
        return b'{"ok":true}'

    def _load_archive(self, archive: Archive, main: str) -> None:
        if os.path.isfile(archive.entry):
            self._main = self._guarded(lambda: _load_entry(archive, main))
        elif os.path.isfile(archive.program):
            os.chdir(archive.directory)
            self._program = self._guarded(lambda: _sibling("actionloop").Program(archive.program))
        else:
            self.streams.explain("The archive has neither __main__.py nor exec at its root.")
            raise Refusal(502, NO_BINARY)

    def _guarded(self, load: Callable[[], Any]) -> Any:
        try:
            return load()
        except MissingFunction as error:
            self.streams.explain(str(error))
            raise Refusal(502, CANNOT_START) from error
        except BaseException as error:  # whatever the action's own code raises at load
            self._trace(error)
            hint = self._archive.hint(error) if self._archive else ""
            raise Refusal(502, f"{CANNOT_START} {hint}".rstrip()) from error

    def _run(self, payload: bytes) -> bytes:
        main = self._main
        if main is None:
            return self._run_program(payload)
        request = _read_object(payload)
        arguments = request.pop("value", None)
        self._export_run(request)
        try:
            result = main({} if arguments is None else arguments)
            if type(result) is not dict and hasattr(result, "__await__"):
                result = self._open_loop().run_until_complete(_awaited(result))
        except SystemExit as error:
            self.streams.explain(
                f"The action called sys.exit({error.code!r}): return a dictionary instead."
            )
            raise Refusal(400, COMMAND_EXITED) from error
        except BaseException as error:  # the action's own failure is its result
            self._trace(error)
            if self._archive and self._archive.hint(error):
                self.streams.explain(self._archive.hint(error))
            return _encode_ascii({"error": _describe(error)}).encode()
        return self._serialize(result)

    def _run_program(self, payload: bytes) -> bytes:
        if self._program is None:
            raise Refusal(500, NO_ACTION)
        try:
            body = self._program.run(payload)
        except EOFError as error:
            raise Refusal(400, COMMAND_EXITED) from error
        if body[:1] not in (b"{", b"["):
            raise Refusal(502, NOT_A_DICTIONARY)
        return body

    def _serialize(self, result: Any) -> bytes:
        try:
            text: str = _of_any_length(_encode, result)
            if text[0] in "{[":
                try:
                    return text.encode()
                except UnicodeEncodeError:  # a lone surrogate survives as an escape
                    return _encode_ascii(result).encode()
            self.streams.explain(f"The action returned {type(result).__name__}, not a dictionary.")
        except Exception as error:  # also what the action's own classes raise
            self.streams.explain(f"The action's result is not JSON: {_describe(error)}")
        raise Refusal(502, NOT_A_DICTIONARY)

    def _open_loop(self) -> Any:
        # One event loop for all runs, so that a client made in one run still works in the next.
        if self._event_loop is None:
            import asyncio

            self._event_loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._event_loop)
        return self._event_loop

    def _export_init(self, environment: Any) -> None:
        if isinstance(environment, dict):
            for name, value in environment.items():
                _export(name, value)
            if "TZ" in environment:
                import time

                time.tzset()

    def _export_run(self, request: dict[str, Any]) -> None:
        names = self._names
        for key, value in request.items():
            if key not in names:
                names[key] = f"__OW_{key.upper()}"
            _export(names[key], value)
        if self._exported != request.keys():
            for key in self._exported - request.keys():
                os.environ.pop(names[key], None)
            self._exported = set(request)

    def _trace(self, error: BaseException) -> None:
        import traceback

        trace = error.__traceback__
        while trace is not None and _is_ours(trace.tb_frame.f_code.co_filename):
            trace = trace.tb_next
        self.streams.flush()
        try:
            text = "".join(traceback.format_exception(type(error), error, trace))
        except Exception:  # an exception class that cannot be shown
            text = f"{type(error).__name__}\n"
        self.streams.explain(text.rstrip("\n"))


def _is_ours(file: str) -> bool:
    return file == _is_ours.__code__.co_filename or f"{os.sep}asyncio{os.sep}" in file


async def _awaited(result: Any) -> Any:
    return await result


def _read_object(payload: bytes) -> dict[str, Any]:
    try:
        request = _of_any_length(_decode, payload.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise Refusal(502, f"The request to the action cannot be read: {error}") from error
    if not isinstance(request, dict):
        raise Refusal(502, "The request to the action is not a JSON object.")
    return request


def _of_any_length(work: Callable[[Any], Any], value: Any) -> Any:
    """Let whole numbers have any number of digits where Python's guard steps in: our time ends."""
    try:
        return work(value)
    except ValueError:
        limit = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(0)
        try:
            return work(value)
        finally:
            sys.set_int_max_str_digits(limit)


def _describe(error: BaseException) -> str:
    try:
        return str(error) or type(error).__name__
    except Exception:  # the action's own __str__
        return type(error).__name__


def _export(name: str, value: Any) -> None:
    text = value if isinstance(value, str) else _encode_ascii(value)
    try:
        os.environ[name] = text
    except ValueError:  # NUL or a lone surrogate, which no environment can hold
        if name and "=" not in name and "\0" not in name:
            safe = text.replace("\0", "\\x00").encode("utf-8", "backslashreplace")
            os.environ[name] = safe.decode()


def _unpack_code(code: str) -> str:
    import binascii
    import tempfile

    try:
        archive = binascii.a2b_base64(code)
        directory = tempfile.mkdtemp(prefix="action-")
        _sibling("archives").unpack(archive, directory)
    except Exception as error:  # zipfile, tarfile and zlib have many ways to say broken
        raise Refusal(
            502, f"The action's archive cannot be unpacked: {str(error).rstrip('.')}."
        ) from error
    return directory


def _new_module(file: str) -> ModuleType:
    # Named as upstream names it: an `if __name__ == "__main__"` block is for the command line.
    module = ModuleType("main__")
    module.__file__ = file
    sys.modules["main__"] = sys.modules["__main__"] = module
    return module


def _load_source(code: str, file: str, main: str) -> Any:
    module = _new_module(file)
    module.__loader__ = SourceLoader(code)  # type: ignore[assignment]
    exec(compile(code, file, "exec", dont_inherit=True), module.__dict__)
    return _find(module, main)


def _load_entry(archive: Archive, main: str) -> Any:
    archive.enter()
    module = _new_module(archive.entry)
    with open(archive.entry, "rb") as source:
        program = compile(source.read(), archive.entry, "exec", dont_inherit=True)
    exec(program, module.__dict__)
    try:
        return _find(module, main)
    except MissingFunction:
        place, dot, name = main.rpartition(".")
        if not dot:
            raise
    import importlib

    return _find(importlib.import_module(place), name)


def _find(module: ModuleType, main: str) -> Any:
    found: Any = module
    for name in main.split("."):
        found = getattr(found, name, None)
    if not callable(found):
        raise MissingFunction(
            f"The action has no function '{main}': define `def {main}(args):`, "
            "or name the function to call when the action is created (--main)."
        )
    return found


def prewarm() -> None:
    """Do once in a zygote what every action would do first; starts no thread."""
    import gc
    import logging
    import random
    import re
    import tempfile
    import traceback
    import urllib.parse
    import zipfile

    scope: dict[str, Any] = {}
    source = 'def main(args):\n    return {"greeting": f"Hello {args.get(\'name\')}"}\n'
    exec(compile(source, "prewarm.py", "exec"), scope)
    _decode(_encode(scope["main"]({"name": "warm", "number": 1.5})))
    try:
        raise LookupError("prewarm")
    except LookupError as error:
        traceback.format_exception(type(error), error, error.__traceback__)
    io.TextIOWrapper(io.BytesIO(), encoding="utf-8", line_buffering=True).write("prewarm\n")
    del logging, random, re, tempfile, urllib, zipfile
    _sibling("archives")
    _sibling("actionloop")
    gc.collect()
    gc.freeze()


def serve(channel_fd: int) -> None:
    """Serve one action on the channel; never returns.

    Args:
        channel_fd: Descriptor of the stream socket; the launcher takes it over and closes it.
    """
    channel = Channel(channel_fd)
    null = os.open(os.devnull, os.O_RDONLY)
    if null != 0:
        os.dup2(null, 0)
        os.close(null)
    if "random" in sys.modules:  # a zygote's children must not draw the same numbers
        sys.modules["random"].seed()
    sys.dont_write_bytecode = True  # what is unpacked here is imported once
    launcher = Launcher(channel)
    os._exit = launcher.exit
    os.register_at_fork(before=launcher.say_all, after_in_child=channel.leave)
    launcher.loop()


if __name__ == "__main__":
    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != own]
    serve(int(os.environ.pop("__OW_CHANNEL", "3")))
