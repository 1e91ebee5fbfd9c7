"""Options of commands that look on; for annotations only, because it imports Typer."""

from __future__ import annotations

from typing import Annotated

import typer

ActionsArgument = Annotated[list[str] | None, typer.Argument(metavar="[ACTION_NAME...]")]
EndedAsOption = Annotated[
    str,
    typer.Option(
        "--status",
        metavar="STATUS",
        help="only of activations that ended so: success, application, developer, internal, or "
        "error for any of these three",
    ),
]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="do without colors")]
ExitOption = Annotated[
    int,
    typer.Option("--exit", "-e", metavar="SECONDS", help="stop looking on after SECONDS"),
]
IntervalOption = Annotated[
    float,
    typer.Option(
        "--interval",
        metavar="SECONDS",
        help="ask a server that does not stream every SECONDS (default 2)",
    ),
]
FollowOption = Annotated[
    bool, typer.Option("--follow", "-f", help="go on with what is printed from now on")
]
StartedSinceOption = Annotated[
    str,
    typer.Option(
        "--since",
        metavar="SINCE",
        help="only of activations started since then: 10m, a date, or epoch ms",
    ),
]
StartedUptoOption = Annotated[
    str,
    typer.Option(
        "--upto",
        metavar="UPTO",
        help="only of activations started by then: 10m, a date, or epoch ms",
    ),
]
GrepOption = Annotated[
    str, typer.Option("--grep", metavar="REGEX", help="only lines in which REGEX is found")
]
NewestOption = Annotated[
    int | None,
    typer.Option(
        "--limit",
        "-l",
        metavar="LIMIT",
        help="of the newest LIMIT activations (30; all with --since, none with --follow)",
    ),
]
EveryOption = Annotated[bool, typer.Option("--all", help="of all activations, page by page")]
CountLinesOption = Annotated[
    bool, typer.Option("--count", help="show only how many lines there are")
]
StripOption = Annotated[
    bool, typer.Option("--strip", "-r", help="leave out the time and the stream")
]
