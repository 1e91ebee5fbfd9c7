"""Log lines of many actions below one another, for people and for programs.

A terminal gets columns, a color for each action, and short times. Everything else gets the name and
the line as its record has it.

**Source**: contracts/cli.md §8 (color per source, stdout and stderr told apart).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from whisk_cli.jsonvalue import JSONObject
from whisk_cli.render.activationtable import shortened
from whisk_cli.render.console import Console
from whisk_cli.render.durations import local_time

_LINE = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) +(?:(?P<stream>stdout|stderr): ?)?"
    r"(?P<text>.*)",
    re.ASCII | re.DOTALL,
)

_COLORS = (36, 33, 35, 32, 34, 96, 93, 95, 92, 94)
"""Foregrounds for names, in the order in which actions turn up. Red is for what goes wrong."""

WIDEST_NAME = 24
"""Longer names are shown without their middle."""

NARROWEST_NAME = 12
"""Whichever names turn up, so that few of them move the column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line.

    Attributes:
        action: The name of the action, with its package.
        activation_id: Of which activation.
        raw: As the record has it.
        time: ISO 8601, UTC; empty if the line does not say.
        stream: ``stdout`` or ``stderr``; empty if the line does not say.
        text: What was printed.
    """

    action: str
    activation_id: str
    raw: str
    time: str
    stream: str
    text: str

    def document(self) -> JSONObject:
        """The line as a document."""
        return {
            "activationId": self.activation_id,
            "name": self.action,
            "time": self.time or None,
            "stream": self.stream or None,
            "line": self.text,
        }


def line_of(action: str, activation_id: str, raw: str) -> LogLine:
    """Take a line of a record apart; one without time and stream is all text."""
    found = _LINE.fullmatch(raw)
    time, stream, text = found.group("time", "stream", "text") if found else ("", "", raw)
    return LogLine(
        action=action,
        activation_id=activation_id,
        raw=raw,
        time=time,
        stream=stream or "",
        text=text,
    )


class Layout:
    """How lines are written.

    Args:
        console: Where to.
        names: The names that are expected, which decide about the first column.
        strip: Whether time and stream are left out.
    """

    def __init__(self, console: Console, names: tuple[str, ...] = (), *, strip: bool) -> None:
        self._console = console
        self._strip = strip
        self._colors: dict[str, int] = {}
        self._width = min(max(map(len, names), default=NARROWEST_NAME), WIDEST_NAME)

    def write(self, line: LogLine) -> None:
        """Write a line to stdout."""
        if not self._console.is_terminal:
            self._console.line(f"{line.action} {line.text if self._strip else line.raw}")
            return
        text = self._painted("31", line.text) if line.stream == "stderr" else line.text
        time = "" if self._strip else self._painted("2", _clock(line.time)) + "  "
        self._console.line(f"{self._name(line.action)}  {time}{text}")

    def failed(self, action: str, activation_id: str, status: str) -> None:
        """Tell a person that an activation has failed, which its lines need not say."""
        if self._console.is_watched and self._console.choice is None:
            told = self._painted("31", f"{status}: wsk activation get {activation_id}")
            self._console.note(f"{self._name(action)}  {told}")

    def _name(self, action: str) -> str:
        shown = shortened(action, WIDEST_NAME)
        self._width = max(self._width, len(shown))
        color = self._colors.setdefault(action, _COLORS[len(self._colors) % len(_COLORS)])
        return self._painted(str(color), f"{shown:<{self._width}}")

    def _painted(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._console.color and text else text


def _clock(time: str) -> str:
    """The time of day on this machine, to the millisecond."""
    if not time:
        return " " * len("00:00:00.000")
    from calendar import timegm

    date, _, fraction = time.rstrip("Z").partition(".")
    fields = tuple(map(int, re.split("[-T:]", date)))
    try:
        moment = timegm((*fields, 0, 0, 0)[:9])
    except (ValueError, OverflowError):
        return time
    return f"{local_time(moment * 1000).partition(' ')[2]}.{fraction[:3]:<03}"
