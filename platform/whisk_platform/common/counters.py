"""Counters that tests stand on: how often the platform did something costly.

Plain integers of the process, so that counting costs next to nothing. They only ever grow; a test
takes a snapshot before and the difference after.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Counters:
    """What is counted; the gates are in performance.md, "Deterministic gates"."""

    bus_messages: int = 0
    """Messages that were encoded and left the process."""
    db_reads: int = 0
    """Reads of a database, for somebody."""
    db_upkeep_reads: int = 0
    """Reads of a database that the store makes on its own, to keep records within their bounds."""
    db_writes: int = 0
    """Statements that wrote to a database."""
    db_transactions: int = 0
    """Committed transactions."""
    db_writes_before_reply: int = 0
    """Writes that a client waited for."""
    payload_codecs: int = 0
    """Times that arguments or a result were decoded or encoded, one each."""
    sandbox_operations: int = 0
    """Containers created, suspended, resumed or destroyed."""
    cold_starts: int = 0
    """Activations that had to wait for ``/init``."""

    def snapshot(self) -> Counters:
        """A copy that stands still."""
        return Counters(**asdict(self))

    def since(self, earlier: Counters) -> Counters:
        """What was counted after an earlier snapshot."""
        before = asdict(earlier)
        return Counters(**{name: value - before[name] for name, value in asdict(self).items()})


COUNTERS = Counters()
"""The process's own."""
