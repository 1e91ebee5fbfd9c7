"""Options of the activation commands; for annotations only."""

from __future__ import annotations

from typing import Annotated

import typer

LastOption = Annotated[
    bool, typer.Option("--last", "-l", help="the newest activation instead of an id")
]
