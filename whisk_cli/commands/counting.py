"""Telling how many there are of something, for ``--count``."""

from __future__ import annotations

from whisk_cli.jsonvalue import Number
from whisk_cli.render.console import Console


def tell(console: Console, number: int) -> None:
    """Write a number, in the format that was asked for."""
    if console.choice is None:
        console.line(str(number))
    else:
        console.json(Number(str(number)))
