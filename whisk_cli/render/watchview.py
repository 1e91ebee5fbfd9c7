"""Activations as they come and go: a table that grows, and below it what runs now.

Only a terminal gets the part below, which is written again and again; everything else gets a line
for each start and each end.

**Source**: contracts/cli.md §7-35.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field

from whisk_cli.client.tails import runs_code, shown_name
from whisk_cli.jsonvalue import JSONObject, JSONValue, integer_of, text_of
from whisk_cli.render.activationtable import OUTCOMES, shortened, status_code
from whisk_cli.render.console import Console
from whisk_cli.render.durations import duration, local_time
from whisk_cli.render.lists import annotation

_SHORT = {
    "success": "success",
    "application error": "app error",
    "action developer error": "dev error",
    "whisk internal error": "internal",
}
_MOST_SHOWN = 10
"""So many running activations are shown at most, the oldest."""
_MOST_RUNNING = 10_000
"""So many are remembered; the ends of some may never come."""
_WIDE = 114
"""A terminal with so many columns has room for ids."""
_LEAST_NAME = 10
_HEADER = ("Time", "Status", "Duration", "Start", "Wait", "Entity")
_PLAIN_HEADER = (
    "Datetime",
    "Activation ID",
    "Status",
    "Duration",
    "Start",
    "Init",
    "Wait",
    "Entity",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A start or an end.

    Attributes:
        activation_id: Of which activation.
        name: Of its action or trigger.
        start_ms: When it began, epoch milliseconds.
        status: How it ended, in the words of records; empty while it runs.
        duration_ms: How long it ran; ``None`` while it does.
        init_ms: How long the code had to be initialized; ``None`` for a warm start.
        wait_ms: How long it waited before it ran; ``None`` if that is not known.
        runs_code: Whether it can be cold or warm at all.
    """

    activation_id: str
    name: str
    start_ms: int
    status: str = ""
    duration_ms: int | None = None
    init_ms: int | None = None
    wait_ms: int | None = None
    runs_code: bool = True

    @property
    def temperature(self) -> str:
        """``cold`` or ``warm``; empty if neither, or while it runs."""
        if not self.status or not self.runs_code:
            return ""
        return "warm" if self.init_ms is None else "cold"

    def document(self) -> JSONObject:
        """The happening as a document; times in milliseconds."""
        ended = self.start_ms + (self.duration_ms or 0)
        return {
            "event": "end" if self.status else "start",
            "time": ended,
            "activationId": self.activation_id,
            "name": self.name,
            "status": self.status or None,
            "duration": self.duration_ms,
            "temperature": self.temperature or None,
            "initTime": self.init_ms,
            "waitTime": self.wait_ms,
        }


def started(data: JSONObject) -> Happening:
    """Read what is told when an activation starts."""
    return Happening(
        activation_id=text_of(data.get("activationId")),
        name=shown_name(data),
        start_ms=integer_of(data.get("start")),
    )


def ended(record: JSONObject) -> Happening:
    """Read a record, whole or as lists have it."""
    return Happening(
        activation_id=text_of(record.get("activationId")),
        name=shown_name(record),
        start_ms=integer_of(record.get("start")),
        status=OUTCOMES[status_code(record)],
        duration_ms=integer_of(record.get("duration")),
        init_ms=_milliseconds(annotation(record, "initTime")),
        wait_ms=_milliseconds(annotation(record, "waitTime")),
        runs_code=runs_code(record),
    )


def _milliseconds(value: JSONValue) -> int | None:
    return None if value is None else integer_of(value)


@dataclass(slots=True)
class Board:
    """The table and what runs now.

    Args:
        console: Where to.
    """

    console: Console
    _running: dict[str, Happening] = field(default_factory=dict)
    _ended: int = 0
    _failed: int = 0
    _below: int = 0
    _has_header: bool = False

    def take(self, happening: Happening) -> None:
        """Write a happening, or remember it until it is to be written."""
        if not self.console.is_terminal:
            self.console.line(_plain_cells(happening))
            return
        if not happening.status:
            self._running.pop(happening.activation_id, None)
            self._running[happening.activation_id] = happening
            if len(self._running) > _MOST_RUNNING:
                del self._running[next(iter(self._running))]
            return
        self._running.pop(happening.activation_id, None)
        self._ended += 1
        self._failed += happening.status != OUTCOMES[0]
        self._clear()
        width = shutil.get_terminal_size().columns
        self._header(_cells(None, width))
        color = "" if happening.status == OUTCOMES[0] else "31"
        color = color or ("36" if happening.temperature == "cold" else "")
        self.console.line(self._painted(color, _cells(happening, width)))

    def draw(self, now_ms: int) -> None:
        """Write what runs now below the table, in place of what was there.

        Args:
            now_ms: The time, epoch milliseconds.
        """
        if not self.console.is_terminal:
            # Whoever reads it learns that from here on nothing is missed.
            self._header(_plain_cells(None))
            return
        self._clear()
        width, height = shutil.get_terminal_size()
        self._header(_cells(None, width))
        most = max(1, min(_MOST_SHOWN, height - 4))
        shown = list(self._running.values())[:most]
        for each in shown:
            self.console.line(self._painted("2", _cells(each, width, now_ms)))
        more = f" ({len(self._running) - most} of them not shown)" * (len(self._running) > most)
        failed = f", {self._failed} of them failed" if self._failed else ""
        told = f"{len(self._running)} running{more}, {self._ended} ended{failed}"
        self.console.line(self._painted("2", told[: width - 1]))
        self._below = len(shown) + 1

    @property
    def is_moving(self) -> bool:
        """Whether what is below changes by itself."""
        return bool(self._running)

    def _clear(self) -> None:
        if self._below:
            self.console.write(f"\x1b[{self._below}F\x1b[J")
            self._below = 0

    def _header(self, line: str) -> None:
        if not self._has_header:
            self._has_header = True
            self.console.line(self.console.bold(line))

    def _painted(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.console.color and code else text


def _cells(happening: Happening | None, width: int, now_ms: int = 0) -> str:
    """A line for a terminal, not wider than that; the header for ``None``."""
    if happening is None:
        clock, status, took, start, wait, name = _HEADER
        identifier = "Activation ID"
    else:
        clock = local_time(happening.start_ms).partition(" ")[2]
        status = _SHORT[happening.status] if happening.status else "running"
        took = _took(happening, now_ms)
        start = happening.temperature or "-"
        if happening.init_ms is not None:
            start += f" {duration(happening.init_ms)}"
        wait = "-" if happening.wait_ms is None else duration(happening.wait_ms)
        name, identifier = happening.name, happening.activation_id
    line = f"{clock:<8}  {status:<9}  {took:>8}  {start:<12}  {wait:>7}  "
    if width >= _WIDE:
        line += f"{identifier:<32}  "
    return line + shortened(name, max(_LEAST_NAME, width - 1 - len(line)))


def _took(happening: Happening, now_ms: int) -> str:
    if happening.duration_ms is not None:
        return duration(happening.duration_ms)
    # Another machine's clock may be ahead; tenths of a second are enough while it runs.
    return duration(max(0, now_ms - happening.start_ms) // 100 * 100)


def _plain_cells(happening: Happening | None) -> str:
    """A line for programs: columns at fixed places; the header for ``None``."""
    if happening is None:
        moment, identifier, status, took, start, init, wait, name = _PLAIN_HEADER
    else:
        document = happening.document()
        moment = local_time(integer_of(document["time"]))
        identifier, name = happening.activation_id, happening.name
        status = happening.status or "started"
        took, init, wait = (
            "-" if value is None else duration(value)
            for value in (happening.duration_ms, happening.init_ms, happening.wait_ms)
        )
        start = happening.temperature or "-"
    return (
        f"{moment:<19} {identifier:<32} {status:<22} {took:<10} {start:<5} {init:<10} {wait:<10} "
        f"{name}"
    )
