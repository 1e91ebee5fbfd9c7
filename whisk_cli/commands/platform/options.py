"""Options that several platform commands share."""

from __future__ import annotations

from typing import Annotated

import typer

StateDirOption = Annotated[
    str,
    typer.Option("--state-dir", metavar="DIR", help="state directory of the platform"),
]
