"""Options of the lists for operators; for annotations only, because it imports Typer."""

from __future__ import annotations

from typing import Annotated

import typer

from whisk_cli.commands.options import CountOption

__all__ = ("AllOption", "CountOption")

AllOption = Annotated[
    bool, typer.Option("--all", help="all of them, which these lists show in any case")
]
