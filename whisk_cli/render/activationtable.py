"""The table of activations.

**Source**: contracts/cli.md §3.6.
"""

from __future__ import annotations

from collections.abc import Sequence

from whisk_cli.jsonvalue import JSONObject, Number, integer_of, members, text_of
from whisk_cli.render.console import Console
from whisk_cli.render.durations import duration, local_time
from whisk_cli.render.lists import annotation

STATUSES = ("success", "application error", "developer error", "internal error")
"""By the status code of a summary."""

OUTCOMES = ("success", "application error", "action developer error", "whisk internal error")
"""By status code, in the words of records."""

_NAMESPACE_WIDTH, _NAME_WIDTH, _VERSION_WIDTH = 20, 30, 20


def show(console: Console, activations: Sequence[JSONObject]) -> None:
    """Write the table to stdout; one blank line if it is empty."""
    if console.document("activations", [*activations]):
        return
    if not activations:
        console.line(console.bold(""))
        return
    kinds = max(len("Kind"), *(len(_kind(each)) for each in activations))
    statuses = max(len("Status"), len(STATUSES[0]), *(len(status_of(each)) for each in activations))
    header = (
        f"{'Datetime':<19} {'Activation ID':<32} {'Kind':<{kinds}} {'Start':<6}{'Duration':<10} "
        f"{'Status':<{statuses}} {'Entity':<6}"
    )
    console.line(console.bold(header))
    for each in activations:
        start = integer_of(each.get("start"))
        temperature = "warm" if annotation(each, "initTime") is None else "cold"
        console.line(
            f"{local_time(start)} {text_of(each.get('activationId')):<32} {_kind(each):<{kinds}} "
            f"{temperature:<5} {took(each):<10} {status_of(each):<{statuses}} {_entity(each)}"
        )


def shortened(text: str, width: int) -> str:
    """Replace the middle of a text that is too long by three dots.

    Args:
        text: Any text.
        width: The most bytes (UTF-8) to keep.
    """
    raw = text.encode("utf-8", "replace")
    if len(raw) <= width:
        return text
    tail = raw[len(raw) - width // 2 + 3 :]
    return (raw[: (width + 1) // 2] + b"..." + tail).decode("utf-8", "replace")


def _kind(activation: JSONObject) -> str:
    kind = annotation(activation, "kind")
    return kind if isinstance(kind, str) else "unknown"


def status_of(activation: JSONObject) -> str:
    """Give the status of an activation in words."""
    return STATUSES[status_code(activation)]


def status_code(record: JSONObject) -> int:
    """Give the status of a record, whole or as lists have it, as a number from 0 to 3."""
    code = record.get("statusCode")
    if isinstance(code, int | Number):
        number = integer_of(code)
        return number if 0 <= number < len(OUTCOMES) else 0
    response = members(record.get("response"))
    text = text_of(response.get("status")) or text_of(record.get("status"))
    if text in OUTCOMES:
        return OUTCOMES.index(text)
    return 1 if response.get("success") is False else 0


def took(activation: JSONObject) -> str:
    """Give how long an activation took."""
    if integer_of(activation.get("duration")) == 0:
        return duration(0)
    return duration(integer_of(activation.get("end")) - integer_of(activation.get("start")))


def _entity(activation: JSONObject) -> str:
    namespace = shortened(text_of(activation.get("namespace")), _NAMESPACE_WIDTH)
    name = shortened(text_of(activation.get("name")), _NAME_WIDTH)
    version = shortened(text_of(activation.get("version")), _VERSION_WIDTH)
    return f"{namespace}/{name}:{version}"
