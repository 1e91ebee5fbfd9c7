"""A record as it waits in a file: its row, and what it has in common with others beside it."""

from __future__ import annotations

from typing import Any

import msgspec

from whisk_platform.common.positions import Position
from whisk_platform.stores.sql import records, templates
from whisk_platform.stores.sql.lanes import Record, RecordLane
from whisk_platform.stores.sql.origins import Origin
from whisk_platform.stores.sql.records import COLUMNS
from whisk_platform.stores.sql.templates import Shape

_NO_ORIGIN = Origin(0, 0, 0)
_SETTLED = COLUMNS.index("settled")
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[bool, list[Any], list[Any]])


def pack(item: Record) -> bytes | None:
    """Bytes that hold all of a record; None if a name in it is no valid text."""
    activation = item.activation
    shape, details = templates.split(activation)
    row = records.row(activation, item.key, item.position, _NO_ORIGIN, details)
    recorded = item.row is not None or item.shape is not None
    try:
        return _encoder.encode((recorded, tuple(shape), row))
    except UnicodeEncodeError:
        return None


def unpack(lane: RecordLane, packed: bytes) -> Record:
    """Make the record again.

    Args:
        lane: whose item it will be.
        packed: what ``pack`` made.
    """
    recorded, parts, row = _decoder.decode(packed)
    *names, annotations = parts
    shape = Shape._make((*names, tuple(map(tuple, annotations))))
    template = templates.decode(templates.encode(shape))
    position = Position(row.pop(_SETTLED))
    known = {_NO_ORIGIN.template: template}
    # By position, as a row of the database is read.
    activation = records.activation(shape.namespace, known, row, docs=True)  # type: ignore[arg-type]
    return lane.record(activation, position, recorded, replayed=True)
