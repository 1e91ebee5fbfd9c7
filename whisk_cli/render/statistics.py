"""What activations add up to, for each action. No I/O here.

**Source**: contracts/cli.md §8 (metrics): counts, errors, percentiles of durations, cold starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from whisk_cli.client.tails import runs_code
from whisk_cli.jsonvalue import JSONObject, JSONValue, Number, integer_of, text_of
from whisk_cli.render.activationtable import STATUSES, status_code
from whisk_cli.render.lists import annotation

_RATIO_DIGITS = 4


@dataclass(slots=True)
class Tally:
    """What is known of the activations of an action.

    Attributes:
        name: With namespace and package.
        codes: How many ended with each status code.
        durations: Milliseconds of each.
        waits: Milliseconds that each waited before it ran, where the record says so.
        inits: Milliseconds that initialization took, of each cold start.
        ran: How many ran code, which triggers and sequences do not.
    """

    name: str
    codes: list[int] = field(default_factory=lambda: [0] * len(STATUSES))
    durations: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    inits: list[int] = field(default_factory=list)
    ran: int = 0

    def add(self, activation: JSONObject) -> None:
        """Count an activation."""
        self.codes[status_code(activation)] += 1
        self.durations.append(_duration(activation))
        wait, init = annotation(activation, "waitTime"), annotation(activation, "initTime")
        self.ran += runs_code(activation)
        if wait is not None:
            self.waits.append(integer_of(wait))
        if init is not None:
            self.inits.append(integer_of(init))

    def document(self) -> JSONObject:
        """The tally as a document; durations in milliseconds, shares from 0 to 1."""
        many = len(self.durations)
        errors = sum(self.codes[1:])
        statuses: JSONObject = {
            status: number for status, number in zip(STATUSES, self.codes, strict=True) if number
        }
        return {
            "name": self.name,
            "activations": many,
            "errors": errors,
            "errorShare": _share(errors, many),
            "statuses": statuses,
            "p50": percentile(self.durations, 50),
            "p95": percentile(self.durations, 95),
            "max": max(self.durations, default=None),
            "cold": len(self.inits),
            "coldShare": _share(len(self.inits), self.ran),
            "initP50": percentile(self.inits, 50),
            "waitP95": percentile(self.waits, 95),
        }


def tallies(activations: Iterable[JSONObject]) -> list[JSONObject]:
    """Add activations up.

    Args:
        activations: Records, whole or as lists have them.

    Returns:
        A document for each action or trigger, the busiest first.
    """
    found: dict[str, Tally] = {}
    for each in activations:
        name = _name(each)
        found.setdefault(name, Tally(name)).add(each)
    ordered = sorted(found.values(), key=lambda tally: (-len(tally.durations), tally.name))
    return [tally.document() for tally in ordered]


def percentile(values: Sequence[int], percent: int) -> int | None:
    """Give the smallest of the values that so many per cent of them do not exceed.

    Args:
        values: In any order.
        percent: From 1 to 100.

    Returns:
        One of the values; ``None`` if there are none.
    """
    if not values:
        return None
    # The nearest rank, rounded up without going through a float.
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def _duration(activation: JSONObject) -> int:
    if isinstance(activation.get("duration"), int | Number):
        return integer_of(activation["duration"])
    end = integer_of(activation.get("end"))
    # A trigger has no end.
    return max(0, end - integer_of(activation.get("start"))) if end else 0


def _name(activation: JSONObject) -> str:
    path = text_of(annotation(activation, "path"))
    return (
        f"/{path or text_of(activation.get('namespace')) + '/' + text_of(activation.get('name'))}"
    )


def _share(part: int, whole: int) -> JSONValue:
    if not whole:
        return None
    return Number(f"{part / whole:.{_RATIO_DIGITS}f}".rstrip("0").rstrip("."))
