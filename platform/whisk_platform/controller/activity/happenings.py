"""Happenings: one thing that was told to the feed, and its text as a server-sent event. Pure.

The text is made when the first channel wants it, once for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from whisk_platform.common.jsontext import dumps, join_object
from whisk_platform.common.positions import Position
from whisk_platform.entities import wire
from whisk_platform.entities.activation import Activation, names_for, names_of
from whisk_platform.entities.printed import characters
from whisk_platform.spi.activity import Started

Event: TypeAlias = Literal["start", "log", "end"]

EVENTS: tuple[Event, ...] = ("start", "log", "end")

FRAME_BYTES = 100
"""What an event takes beside the texts of its activation, roughly."""
SUMMARY_BYTES = 500


@dataclass(eq=False)
class Start:
    """An activation has begun."""

    position: Position
    started: Started

    event: Event = field(default="start", init=False)
    count: int = field(default=1, init=False)
    """Server-sent events that it becomes."""
    size: int = field(default=SUMMARY_BYTES, init=False)
    """Bytes in memory, roughly."""

    @property
    def kind(self) -> str | None:
        """The activation's."""
        return self.started.kind

    @cached_property
    def names(self) -> frozenset[str]:
        """What a filter by name may say."""
        return names_for(self.started.name, self.started.path, self.started.binding)

    def text(self, *, docs: bool) -> bytes:
        """The event; the same with and without ``docs``."""
        return self._text

    @cached_property
    def _text(self) -> bytes:
        started = self.started
        members = {
            "activationId": started.activation_id,
            "namespace": started.namespace,
            "name": started.name,
            "version": started.version,
            "path": started.path,
            "kind": started.kind,
            "binding": started.binding,
            "cause": started.cause,
            "trigger": started.trigger,
            "rule": started.rule,
            "start": started.start,
        }
        known = {key: value for key, value in members.items() if value is not None}
        return frame("start", dumps(known), self.position)


@dataclass(eq=False)
class Log:
    """An activation has printed."""

    position: Position
    of: Started
    lines: Sequence[str]
    dropped: int = 0
    """Lines that are not told live, since there were too many; the record has them."""

    event: Event = field(default="log", init=False)

    @property
    def count(self) -> int:
        """Server-sent events that it becomes."""
        return len(self.lines) or 1

    @cached_property
    def size(self) -> int:
        """Bytes in memory, roughly."""
        return FRAME_BYTES + sum(len(line) + FRAME_BYTES for line in self.lines)

    @property
    def kind(self) -> str | None:
        """The activation's."""
        return self.of.kind

    @cached_property
    def names(self) -> frozenset[str]:
        """What a filter by name may say."""
        return names_for(self.of.name, self.of.path, self.of.binding)

    def without_lines(self) -> Log:
        """What is left of it when there is no room for the lines."""
        return Log(self.position, self.of, (), dropped=len(self.lines))

    def text(self, *, docs: bool) -> bytes:
        """One event for each line; the same with and without ``docs``."""
        return self._text

    @cached_property
    def _text(self) -> bytes:
        activation = b'{"activationId":' + dumps(self.of.activation_id)
        if self.dropped:
            return frame("log", activation + b',"dropped":%d}' % self.dropped, self.position)
        return b"".join(
            frame("log", activation + b',"line":' + dumps(line) + b"}", self.position)
            for line in self.lines
        )


@dataclass(eq=False)
class End:
    """A record is complete."""

    position: Position
    activation: Activation

    event: Event = field(default="end", init=False)
    count: int = field(default=1, init=False)
    """Server-sent events that it becomes."""

    @cached_property
    def size(self) -> int:
        """Bytes in memory, roughly."""
        record = self.activation
        return SUMMARY_BYTES + len(memoryview(record.response.result)) + characters(record.logs)

    @property
    def kind(self) -> str | None:
        """The activation's."""
        return self.activation.kind

    @cached_property
    def names(self) -> frozenset[str]:
        """What a filter by name may say."""
        return names_of(self.activation)

    def text(self, *, docs: bool) -> bytes:
        """The event: the record as a list has it, whole if ``docs``."""
        return self._full if docs else self._summary

    @cached_property
    def _full(self) -> bytes:
        return frame("end", join_object(wire.activation(self.activation)), self.position)

    @cached_property
    def _summary(self) -> bytes:
        members = wire.activation_summary(self.activation)
        members["status"] = wire.raw(self.activation.response.status_code.text)
        return frame("end", join_object(members), self.position)


Happening: TypeAlias = Start | Log | End


def frame(event: str, data: bytes, position: int | None = None) -> bytes:
    """One server-sent event.

    Args:
        event: its name.
        data: JSON; line breaks between its tokens become lines of their own, as the format wants.
        position: becomes the event's id; None = the client's last id stays.
    """
    if b"\n" in data or b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\ndata: ")
    number = b"" if position is None else b"id: %d\n" % position
    return b"event: %b\n%bdata: %b\n\n" % (event.encode(), number, data)


def opening(position: int, retry_ms: int) -> bytes:
    """What a stream begins with: where it stands, and when to come back after it broke."""
    return b": watching\nretry: %d\nid: %d\n\n" % (retry_ms, position)


def heartbeat(position: int | None) -> bytes:
    """A comment that keeps the connection, with the place up to which all has been told."""
    return b":\n\n" if position is None else b":\nid: %d\n\n" % position


def farewell(event: Literal["overflow", "bye"], reason: str) -> bytes:
    """The last event of a stream."""
    return frame(event, dumps({"reason": reason}))
