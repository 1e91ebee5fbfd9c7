"""A transport that sends the head of an answer together with the first piece of its body.

uvicorn writes them one after the other, which costs a second system call and wakes the client
twice for every answer.
"""

from __future__ import annotations

import asyncio
from typing import Any

LARGE_BYTES = 64 << 10
"""Longer pieces are not copied to be joined."""


class GatheringTransport:
    """Holds a first write back until the second, or until the loop has nothing else to do."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: bytes | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send, together with what was held back; or hold back, for a moment at most."""
        held = self._held
        if held is None:
            self._held = data
            self._loop.call_soon(self._release)
            return
        self._held = None
        if len(data) > LARGE_BYTES:
            self._transport.write(held)
            self._transport.write(data)
        else:
            self._transport.write(held + data)

    def write_whole(self, data: bytes) -> None:
        """Send what nothing else belongs to."""
        if self._held is not None:
            self._release()
        self._transport.write(data)

    def close(self) -> None:
        """Send what was held back, then close."""
        self._release()
        self._transport.close()

    def _release(self) -> None:
        held, self._held = self._held, None
        if held is not None and not self._transport.is_closing():
            self._transport.write(held)
