"""Runs a native executable or a script and speaks the frames of ``PROTOCOL.md`` with the platform.

A program is either started for each run with the arguments as its one argument, and the last line
it prints is the result; or it stays and answers a line on descriptor 3 for each line on standard
input (ActionLoop). Which of the two it is shows when it runs: ``programs.py`` tells.

A zygote imports this file, calls ``prewarm()`` once, forks, and calls ``serve(channel_fd)``.

Source: contracts rest-api §8.5 (dockerskeleton), §8.6.
"""

from __future__ import annotations

import importlib.util
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from whisk_runtimes.native import programs
    from whisk_runtimes.python import launcher as base
else:

    def _load(folder: str, name: str) -> ModuleType:
        place = os.path.join(os.path.dirname(os.path.abspath(__file__)), folder, f"{name}.py")
        spec = importlib.util.spec_from_file_location(f"whisk_native_{name}", place)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    base = _load("../python", "launcher")
    programs = _load(".", "programs")


class NativeLauncher(base.Launcher):
    """One program's life: a single init, then any number of runs."""

    def __init__(self, channel: base.Channel) -> None:
        super().__init__(channel)
        self._send = channel.send
        self._native: programs.Native | None = None

    def _init(self, payload: bytes) -> bytes:
        if self._native is not None:
            raise base.Refusal(403, base.SECOND_INIT)
        given = base._read_object(payload).get("value")
        value = given if isinstance(given, dict) else {}
        code, path = value.get("code"), value.get("path")
        if not path and not (isinstance(code, str) and code.strip()):
            raise base.Refusal(403, base.MISSING_CODE)
        self._export_init(value.get("env"))
        directory = str(path) if path else self._place(str(code), bool(value.get("binary")))
        program = os.path.join(directory, "exec")
        if not os.path.isfile(program):
            self.streams.explain("The archive has no file 'exec' at its root.")
            raise base.Refusal(502, base.NO_BINARY)
        os.chdir(directory)
        try:
            self._native = programs.Native(program, lambda data: self._send(b"O", data))
        except programs.Unusable as error:
            self.streams.explain(str(error))
            raise base.Refusal(502, base.CANNOT_START) from error
        return b'{"ok":true}'

    def _place(self, code: str, binary: bool) -> str:
        """Write the code where it can be started: an archive's files, or the one program."""
        import binascii
        import tempfile

        content = code.encode("utf-8", "surrogatepass")
        if binary:
            content = binascii.a2b_base64(code)
            if content[:2] in (b"PK", b"\x1f\x8b"):
                return str(base._unpack_code(code))
        directory = tempfile.mkdtemp(prefix="action-")
        with open(os.path.join(directory, "exec"), "wb") as file:
            file.write(content)
        return directory

    def _run(self, payload: bytes) -> bytes:
        native = self._native
        if native is None:
            raise base.Refusal(500, base.NO_ACTION)
        value, request = programs.split(payload)
        self._export_run(request)
        try:
            result = native.run(payload, value)
        except EOFError as error:
            raise base.Refusal(400, base.COMMAND_EXITED) from error
        except programs.Unusable as error:
            self.streams.explain(str(error))
            raise base.Refusal(502, base.NOT_A_DICTIONARY) from error
        if not programs.is_document(result):
            shown = result[: programs.SHOWN].decode("utf-8", "backslashreplace")
            self.streams.explain(f"The program's last line is no JSON object: {shown}")
            raise base.Refusal(502, base.NOT_A_DICTIONARY)
        return bytes(result)


def prewarm() -> None:
    """Do once in a zygote what every program would wait for; starts no thread."""
    import binascii
    import gc
    import select
    import tempfile
    import zipfile

    base._sibling("archives")
    programs.split(b'{"value":{"name":"stem cell"},"deadline":"0"}')
    del binascii, select, tempfile, zipfile
    gc.collect()
    gc.freeze()


def serve(channel_fd: int) -> None:
    """Serve one action on the channel; never returns.

    Args:
        channel_fd: Descriptor of the stream socket; the launcher takes it over and closes it.
    """
    channel = base.Channel(channel_fd)
    null = os.open(os.devnull, os.O_RDONLY)
    if null != 0:
        os.dup2(null, 0)
        os.close(null)
    NativeLauncher(channel).loop()


if __name__ == "__main__":
    serve(int(os.environ.pop("__OW_CHANNEL", "3")))
    sys.exit(0)
