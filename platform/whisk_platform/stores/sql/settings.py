"""What an operator can choose about the SQLite store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

MAX_WINDOW_MS = 50
"""What is promised about answered blocking calls: their records lag by no more than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteSettings:
    """Where the state is, how durable, and how much may wait in memory."""

    directory: Path
    """The state directory; made with mode 0700 if it is missing."""
    durability: Literal["normal", "fsync"] = "normal"
    """``normal``: a commit survives the death of the process, and reaches the disk within 50 ms;
    ``fsync``: a commit returns only once it is on the disk."""
    window_ms: int = 25
    """Milliseconds a record waits for company; at most 50. Half of what is promised, so that the
    commit itself has the other half."""
    queue_records: int = 100_000
    """Records that may wait to be written before new work is refused."""
    queue_bytes: int = 256 << 20
    """Bytes, roughly, that those records may hold."""
    readers: int = 3
    """Threads that read, each with a connection of its own."""
    master_key: bytes | None = None
    """32 bytes that seal the keys at rest; None = ``master.key`` in the directory, made if the
    database is new."""
