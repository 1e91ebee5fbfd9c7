"""Transaction ids: ``[id, startMillis]``, with ``true`` for more logging and a parent behind."""

from __future__ import annotations

from typing import Any, NamedTuple

from whisk_platform.common.ids import TransactionId


class Transaction(NamedTuple):
    """What the messages of one request are tied together by."""

    id: TransactionId
    start_ms: int
    """Milliseconds since the epoch."""
    extra_logging: bool = False


def encode(transaction: Transaction) -> list[object]:
    """The array."""
    marks = [True] if transaction.extra_logging else []
    return [transaction.id, transaction.start_ms, *marks]


def decode(value: list[Any]) -> Transaction:
    """Read the array; the parent is of no use here.

    Raises:
        ValueError: it is something else.
    """
    match value:
        case [str(name), int(start), *rest] if not isinstance(start, bool):
            return Transaction(TransactionId(name), start, True in rest)
    raise ValueError(f"{value!r} is no transaction id")
