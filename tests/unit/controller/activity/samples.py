"""Happenings and filters for tests of live views, and a reader of the streams' text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import msgspec

from tests.conformance.stores.samples import START, activation
from whisk_platform.common.ids import ActivationId
from whisk_platform.controller.activity.filters import WatchFilter
from whisk_platform.controller.activity.happenings import EVENTS, Event
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.spi.activity import Started
from whisk_platform.spi.stores import ActivationFilter


def number(of: int) -> ActivationId:
    """The id of the activation with this number."""
    return ActivationId(f"{of:032x}")


def started(of: int = 1, name: str = "hello", namespace: str = "guest") -> Started:
    """The beginning of an activation."""
    return Started(
        activation_id=number(of),
        namespace=namespace,
        name=name,
        version="0.0.1",
        path=f"{namespace}/{name}",
        start=START,
        kind="python:3.11",
    )


def ended(
    of: int = 1,
    name: str = "hello",
    namespace: str = "guest",
    status: StatusCode = StatusCode.SUCCESS,
    result: bytes = b"{}",
) -> Activation:
    """The record of an activation."""
    record = activation(name, namespace=namespace, activation_id=number(of), result=result)
    response = Response(status_code=status, result=record.response.result)
    return msgspec.structs.replace(record, response=response)


def wanted(
    namespace: str = "guest",
    *,
    docs: bool = False,
    events: tuple[Event, ...] = EVENTS,
    **narrower: Any,
) -> WatchFilter:
    """What a watcher wants."""
    return WatchFilter(
        wanted=ActivationFilter(namespace=namespace, **narrower),
        docs=docs,
        events=frozenset(events),
    )


@dataclass(frozen=True, slots=True)
class Read:
    """An event as a client reads it."""

    event: str
    data: Any
    id: int | None = None


def read(text: bytes) -> list[Read]:
    """The events in a stream's text; what only sets an id or keeps the connection is left out."""
    return [event for event, _ in _blocks(text) if event is not None]


def last_id(text: bytes) -> int | None:
    """The id that a client would come back with."""
    ids = [identifier for _, identifier in _blocks(text) if identifier is not None]
    return ids[-1] if ids else None


def _blocks(text: bytes) -> list[tuple[Read | None, int | None]]:
    blocks = text.decode().split("\n\n")
    assert blocks.pop() == "", "the text ends with a whole event"
    return [_block(block) for block in blocks]


def _block(block: str) -> tuple[Read | None, int | None]:
    name, identifier, data = "", None, list[str]()
    for line in block.split("\n"):
        key, _, value = line.partition(": ")
        if key == "event":
            name = value
        elif key == "id":
            identifier = int(value)
        elif key == "data":
            data.append(value)
        else:
            assert key in ("", ":", "retry"), line
    if not data:
        return None, identifier
    return Read(name, json.loads("\n".join(data)), identifier), identifier
