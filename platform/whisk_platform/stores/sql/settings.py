"""What an operator can choose about the SQLite store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

MAX_WINDOW_MS = 50
"""What is promised about answered blocking calls: their records lag by no more than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """How much of the past is kept. The oldest records go first; 0 = no such bound."""

    age_ms: int = 7 * 86_400_000
    """Milliseconds since an activation started."""
    records: int = 5_000_000
    """Records of all namespaces together."""
    bytes: int = 2 << 30
    """What those records take, with their share of the indexes."""
    namespace_records: int = 2_000_000
    """Records of one namespace."""
    namespace_bytes: int = 1 << 30
    """What those take."""
    every_s: float = 2.0
    """Pause between two looks at what there is."""


KEEP_ALL = RetentionSettings(age_ms=0, records=0, bytes=0, namespace_records=0, namespace_bytes=0)
"""Nothing is ever deleted."""


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
    queue_records: int = 50_000
    """Records that may wait in memory; more go to a file and, when that is full, are refused."""
    queue_bytes: int = 128 << 20
    """Bytes, roughly, that those records may hold."""
    readers: int = 3
    """Threads that read, each with a connection of its own."""
    master_key: bytes | None = None
    """32 bytes that seal the keys at rest; None = ``master.key`` in the directory, made if the
    database is new."""
    retention: RetentionSettings = KEEP_ALL
    """How much of the past is kept."""
    spill_bytes: int = 256 << 20
    """Size of the file that takes records which the database cannot take yet; 0 = none."""
    ledger_bytes: int = 256 << 20
    """How long the file for accepted work may become before more goes into the database."""
