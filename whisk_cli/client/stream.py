"""Activations as they happen, where the server can tell: server-sent events, resumed after a break.

A server that has never heard of this answers with an ordinary list, which is asked to be short.
**Source**: design.md §5 (Live views); the format is the WHATWG's server-sent events.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from whisk_cli.client import paths
from whisk_cli.client.api import Client
from whisk_cli.client.http import Stream
from whisk_cli.errors import NetworkError, ServerError
from whisk_cli.jsonvalue import JSONValue, members, parse, text_of
from whisk_cli.names import OWN_NAMESPACE

ACCEPTED = "text/event-stream, application/json;q=0.1"

HEAD_SECONDS = 10.0
"""How long to wait for the head of the answer; something in between may hold it back."""

SILENCE_SECONDS = 60.0
"""A connection that is silent for longer is taken for lost: a server says something every 15."""


class NoStreamError(ServerError):
    """The server does not stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event.

    Attributes:
        name: What it is: ``start``, ``log``, ``end``, ``gap``, ``overflow`` or ``bye``.
        data: What it says.
        identifier: The id to come back with; empty if the last one stays.
    """

    name: str
    data: JSONValue
    identifier: str = ""


@dataclass(slots=True)
class Decoder:
    """Makes events from lines. No I/O here.

    Attributes:
        last_id: The id to come back with; empty at first.
    """

    last_id: str = ""
    _name: str = ""
    _identifier: str = ""
    _data: list[str] = field(default_factory=list)

    def line(self, line: bytes) -> Event | None:
        """Take the next line, and give the event that it completes, if any."""
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text:
            self._field(*text.partition(":")[::2])
            return None
        if self._identifier:
            self.last_id = self._identifier
        data, name, identifier = "\n".join(self._data), self._name, self._identifier
        self._data, self._name, self._identifier = [], "", ""
        return _event(name, data, identifier) if data else None

    def _field(self, name: str, value: str) -> None:
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name == "id" and "\0" not in value:
            self._identifier = value


def _event(name: str, data: str, identifier: str) -> Event | None:
    try:
        return Event(name=name or "message", data=parse(data), identifier=identifier)
    except ValueError:
        return None


class Activations:
    """A watch of the key's own activations.

    Args:
        client: The client.
        name: Only those of this action or trigger, ``name`` or ``package/name``.
        events: Which events are wanted.
        full: Whether ends carry the whole record.
        status: Only ends with one of these statuses, with commas between; empty for everything.
    """

    def __init__(
        self,
        client: Client,
        name: str,
        *,
        events: Sequence[str],
        full: bool,
        status: str = "",
    ) -> None:
        self._client = client
        # A server that does not know what a watch is gives a list: of one, then.
        pairs = [("watch", "true"), ("events", ",".join(events)), ("limit", "1")]
        self._query = pairs + [("docs", "true")] * full + [("name", name)] * bool(name)
        self._query += [("status", status)] * bool(status)
        self._decoder = Decoder()
        self._stream: Stream | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """Open the stream, or open it again where it broke off.

        Raises:
            NoStreamError: The server answered with something else.
            NetworkError: The server cannot be reached.
        """
        self.close()
        headers = {"Accept": ACCEPTED}
        if self._decoder.last_id:
            headers["Last-Event-ID"] = self._decoder.last_id
        self._decoder = Decoder(self._decoder.last_id)
        path = paths.collection(OWN_NAMESPACE, "activations")
        stream = self._client.stream(
            path, query=self._query, headers=headers, patience=HEAD_SECONDS
        )
        offered = stream.headers.get("content-type", "").startswith("text/event-stream")
        if stream.status != 200 or not offered:
            stream.close()
            raise NoStreamError("The server does not stream.", status=stream.status, body=b"")
        self._stream = stream

    def events(self, deadline: float | None) -> Iterator[Event]:
        """Give the events until the deadline (monotonic clock, seconds) is over.

        Raises:
            NetworkError: The stream broke off, or the server has ended it; it can be opened again.
        """
        assert self._stream is not None, "the stream is open"
        while True:
            patience = SILENCE_SECONDS
            if deadline is not None:
                patience = min(patience, deadline - time.monotonic())
                if patience <= 0:
                    return
            try:
                line = self._stream.line(patience)
            except TimeoutError as problem:
                if deadline is not None and time.monotonic() >= deadline:
                    return
                raise NetworkError("The stream of activations has gone silent.") from problem
            if line is None:
                raise NetworkError("The stream of activations broke off.")
            event = self._decoder.line(line)
            if event is None:
                continue
            if event.name in ("overflow", "bye"):
                reason = text_of(members(event.data).get("reason"))
                raise NetworkError(reason or "The server ended the stream.")
            yield event

    def interrupt(self) -> None:
        """End the wait of another thread that reads; that one then closes the stream."""
        if self._stream is not None:
            self._stream.interrupt()

    def close(self) -> None:
        """Close the stream, if it is open."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
