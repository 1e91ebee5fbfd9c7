"""The ends of logs: which lines of an activation were told while it ran, and which are left.

Lines come while an action runs, if they come at all; its record has all of them in the same order.
No I/O here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from whisk_cli.client.stream import Event
from whisk_cli.jsonvalue import JSONObject, integer_of, items, members, text_of
from whisk_cli.render.activationtable import OUTCOMES, status_code
from whisk_cli.render.lists import annotation

_MOST_RUNNING = 10_000
"""Of so many activations is remembered what was told; the ends of some may never come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is new about an activation.

    Attributes:
        action: Name of the action with its package, and with its namespace if that is another's.
        activation_id: The activation.
        lines: The lines that were not told yet.
        status: How it ended; empty while it runs.
    """

    action: str
    activation_id: str
    lines: list[str]
    status: str = ""


@dataclass(slots=True)
class _Tail:
    action: str
    position: int = 0
    skipped: list[tuple[int, int]] = field(default_factory=list)

    def rest(self, lines: list[str]) -> list[str]:
        """The lines of the record that were not told."""
        left = [line for begin, end in self.skipped for line in lines[begin:end]]
        return left + lines[self.position :]


class Tails:
    """Remembers what was told of the activations that run.

    Args:
        names: Only these actions, ``name`` or ``package/name``; none for all that run code.
    """

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self._names = names
        self._running: dict[str, _Tail] = {}

    def take(self, event: Event) -> Told | None:
        """Take an event, and give what is to be shown because of it."""
        data = members(event.data)
        identifier = text_of(data.get("activationId"))
        if event.name == "end":
            return self._ended(identifier, data)
        if event.name == "start" and is_of(data, self._names):
            # What has to begin anew starts twice, and its record is of the second run.
            self._running.pop(identifier, None)
            self._running[identifier] = _Tail(shown_name(data))
            if len(self._running) > _MOST_RUNNING:
                del self._running[next(iter(self._running))]
        elif event.name == "log":
            return self._printed(identifier, data)
        return None

    def _printed(self, identifier: str, data: JSONObject) -> Told | None:
        tail = self._running.get(identifier)
        # Whose start was not seen, all of it comes with its end.
        if tail is None:
            return None
        dropped = integer_of(data.get("dropped"))
        if dropped:
            tail.skipped.append((tail.position, tail.position + dropped))
            tail.position += dropped
            return None
        tail.position += 1
        line = text_of(data.get("line"))
        return Told(action=tail.action, activation_id=identifier, lines=[line])

    def _ended(self, identifier: str, record: JSONObject) -> Told | None:
        tail = self._running.pop(identifier, None)
        if not is_of(record, self._names):
            return None
        lines = log_of(record)
        return Told(
            action=shown_name(record),
            activation_id=identifier,
            lines=lines if tail is None else tail.rest(lines),
            status=OUTCOMES[status_code(record)],
        )


def log_of(record: JSONObject) -> list[str]:
    """Give the lines of a record."""
    return [text_of(line) for line in items(record.get("logs"))]


def shown_name(activation: JSONObject) -> str:
    """Give the name of what ran: with its package, and with its namespace if that is another's."""
    path = _path(activation)
    own, name = text_of(activation.get("namespace")), text_of(activation.get("name"))
    if path.startswith(f"{own}/"):
        return path.removeprefix(f"{own}/")
    return f"/{path}" if path else name


def is_of(activation: JSONObject, names: frozenset[str]) -> bool:
    """Tell whether an activation, or the start of one, is of one of these actions.

    Args:
        activation: A record, whole or as lists have it, or what is told when it starts.
        names: ``name`` or ``package/name``, which may be that of a bound package; none for
            everything that runs code, which triggers and sequences do not.
    """
    if not names:
        return runs_code(activation)
    name = text_of(activation.get("name"))
    path = _path(activation).partition("/")[2]
    binding = text_of(activation.get("binding") or annotation(activation, "binding"))
    bound = f"{binding.partition('/')[2]}/{name}" if binding else ""
    return not names.isdisjoint((name, path, bound) if "/" not in path else (path, bound))


def runs_code(activation: JSONObject) -> bool:
    """Tell whether an activation runs code, which those of triggers and sequences do not."""
    kind = text_of(activation.get("kind") or annotation(activation, "kind"))
    if kind:
        return kind != "sequence"
    # An old server does not say the kind, but only a trigger's record has no end.
    return integer_of(activation.get("end")) > 0


def _path(activation: JSONObject) -> str:
    return text_of(activation.get("path") or annotation(activation, "path"))
