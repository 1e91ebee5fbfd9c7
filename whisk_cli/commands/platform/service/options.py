"""Options of the commands below ``wsk platform service``."""

from __future__ import annotations

from typing import Annotated

import typer

SystemOption = Annotated[
    bool, typer.Option("--system", help="a service of the machine (root), not of the user")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="print the units, and change nothing")
]
LogMegabytesOption = Annotated[
    int, typer.Option("--log-mb", metavar="N", help="how long the log may become (default 64)")
]
LogFilesOption = Annotated[
    int, typer.Option("--log-files", metavar="N", help="how many older logs are kept (default 5)")
]
RecordsMegabytesOption = Annotated[
    int | None,
    typer.Option(
        "--records-mb",
        metavar="N",
        help="disk that activation records may take, the oldest go first (default 2048)",
    ),
]
RecordsHoursOption = Annotated[
    float | None,
    typer.Option(
        "--records-hours", metavar="N", help="how long activation records stay (default 168)"
    ),
]
