"""Runs an archive's own ``exec`` program, which speaks ActionLoop instead of our frames.

Loaded by ``launcher.py`` by path, only when an archive has no ``__main__.py``.

Source: contracts rest-api §8.6.
"""

from __future__ import annotations

import os
import select
import signal


class Program:
    """An archive's own ``exec``: a child that speaks ActionLoop (contract §8.6)."""

    def __init__(self, path: str) -> None:
        inner_input, self._input = os.pipe()
        self._output, inner_output = os.pipe()
        self._pending = b""
        actions = [
            (os.POSIX_SPAWN_DUP2, inner_input, 0),
            (os.POSIX_SPAWN_DUP2, inner_output, 3),
        ]
        if not os.access(path, os.X_OK):
            os.chmod(path, 0o755)
        os.posix_spawn(path, [path], os.environ, file_actions=actions, setsigdef=[signal.SIGPIPE])
        os.close(inner_input)
        os.close(inner_output)
        # It may say {"ok": true} when it is ready, or nothing: give it a moment to fail.
        if select.select([self._output], [], [], 0.05)[0]:
            self._line()

    def run(self, body: bytes) -> bytes:
        """Send one request and wait for the answer.

        Args:
            body: The body of ``POST /run``.

        Returns:
            The child's answer, one line of JSON.

        Raises:
            EOFError: The child has ended.
        """
        try:
            rest = memoryview(body.replace(b"\n", b" ") + b"\n")
            while rest:
                rest = rest[os.write(self._input, rest) :]
        except BrokenPipeError as error:
            raise EOFError from error
        return self._line()

    def _line(self) -> bytes:
        while b"\n" not in self._pending:
            data = os.read(self._output, 65536)
            if not data:
                raise EOFError("The program exec has ended.")
            self._pending += data
        line, _, self._pending = self._pending.partition(b"\n")
        return line
