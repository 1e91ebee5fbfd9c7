"""Identifiers: activation ids that sort by time, and transaction ids."""

from __future__ import annotations

import random
import re
import secrets
import threading
import time
from typing import NewType

ActivationId = NewType("ActivationId", str)
"""32 lower-case hexadecimal characters; the first 12 are milliseconds since the epoch."""

TransactionId = NewType("TransactionId", str)
"""What ties the log lines of one request together; 32 alphanumerics when we make it."""

ACTIVATION_ID_LENGTH = 32
_HEX = re.compile(r"[0-9a-f]{32}")
_lock = threading.Lock()
_last: list[int] = [0]
# Ids name things, they open nothing: unique is enough, and a system call for each is not free.
_random = random.Random(secrets.randbits(256))


def new_activation_id() -> ActivationId:
    """Make an id whose text order is the order of creation within this process.

    Returns:
        12 hexadecimal digits of milliseconds, then 4 of a counter within the millisecond,
        then 16 random ones.

    Source: design.md §5, a deliberate difference from the reference's random ids, for index
    locality; clients see 32 hexadecimal characters either way.
    """
    with _lock:
        stamp = max((time.time_ns() // 1_000_000) << 16, _last[0] + 1)
        _last[0] = stamp
    return ActivationId(f"{stamp:016x}{_random.getrandbits(64):016x}")


def is_activation_id(text: str) -> bool:
    """Whether the text is a well-formed activation id (any letter case)."""
    return _HEX.fullmatch(text.lower()) is not None


def new_transaction_id() -> TransactionId:
    """Make a transaction id: 32 random alphanumerics (contract §1.5)."""
    return TransactionId(f"{_random.getrandbits(128):032x}")
