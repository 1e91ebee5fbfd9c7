"""What an operator can choose about the PostgreSQL store."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from whisk_platform.stores.sql.settings import KEEP_ALL, RetentionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresSettings:
    """Which database, and how much may wait in this process."""

    dsn: str = field(repr=False)
    """``postgresql://user@host:5432/whisk``, or ``host=/directory/of/the/socket dbname=whisk``.
    Not shown anywhere, since it may hold a password."""
    master_key: bytes = field(repr=False)
    """32 bytes that seal the keys at rest, the same for every process of the deployment."""
    former_keys: tuple[bytes, ...] = field(default=(), repr=False)
    """Master keys that were replaced: what they sealed can still be opened."""
    owner: str = ""
    """The unique name of this process: whose journal it reads after a restart."""
    pool: int = 4
    """Threads that read or change entities, with a connection each for reading and one for changes,
    made when they are needed. One connection more writes records."""
    waiting: int = 1_000
    """Reads and changes that may wait for one of them; more are refused."""
    connect_timeout_s: int = 5
    """Seconds until an attempt to connect is given up."""
    statement_timeout_ms: int = 30_000
    """Milliseconds after which the server cancels a statement."""
    window_ms: int = 25
    """Milliseconds a record waits for company; at most 50."""
    queue_records: int = 50_000
    """Records that may wait in memory; more go to a file, or are refused."""
    queue_bytes: int = 128 << 20
    """Bytes, roughly, that those records may hold."""
    spill_directory: Path | None = None
    """Where records wait that the database does not take, in a file of this process's own; None =
    in memory only, and the end of the process ends them."""
    spill_bytes: int = 256 << 20
    """Size of that file, at most."""
    retention: RetentionSettings = KEEP_ALL
    """How much of the past is kept. By age whole days go at once."""
