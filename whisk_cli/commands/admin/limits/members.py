"""The members of a limits document as flags, spelled as the operator tool of the reference does.

**Source**: contracts/rest-api.md §6.1.
"""

from __future__ import annotations

from typing import Annotated

import typer

InvocationsPerMinute = Annotated[
    int | None,
    typer.Option("--invocationsPerMinute", metavar="N", help="activations in a minute"),
]
ConcurrentInvocations = Annotated[
    int | None, typer.Option("--concurrentInvocations", metavar="N", help="activations at once")
]
FiresPerMinute = Annotated[
    int | None, typer.Option("--firesPerMinute", metavar="N", help="fired triggers in a minute")
]
MinActionMemory = Annotated[
    int | None,
    typer.Option("--minActionMemory", metavar="N", help="least memory limit of an action, MB"),
]
MaxActionMemory = Annotated[
    int | None,
    typer.Option("--maxActionMemory", metavar="N", help="greatest memory limit of an action, MB"),
]
MinActionLogs = Annotated[
    int | None,
    typer.Option("--minActionLogs", metavar="N", help="least log limit of an action, MB"),
]
MaxActionLogs = Annotated[
    int | None,
    typer.Option("--maxActionLogs", metavar="N", help="greatest log limit of an action, MB"),
]
MinActionTimeout = Annotated[
    int | None,
    typer.Option("--minActionTimeout", metavar="N", help="least time limit of an action, ms"),
]
MaxActionTimeout = Annotated[
    int | None,
    typer.Option("--maxActionTimeout", metavar="N", help="greatest time limit of an action, ms"),
]
MinActionConcurrency = Annotated[
    int | None,
    typer.Option(
        "--minActionConcurrency", metavar="N", help="least concurrency limit of an action"
    ),
]
MaxActionConcurrency = Annotated[
    int | None,
    typer.Option(
        "--maxActionConcurrency", metavar="N", help="greatest concurrency limit of an action"
    ),
]
MaxActionInstances = Annotated[
    int | None, typer.Option("--maxActionInstances", metavar="N", help="containers of one action")
]
WarmedContainerKeepingCount = Annotated[
    int | None,
    typer.Option(
        "--warmedContainerKeepingCount", metavar="N", help="warm containers that are kept"
    ),
]
MaxParameterSize = Annotated[
    str,
    typer.Option(
        "--maxParameterSize", metavar="SIZE", help="longest parameters, for example '1 MB'"
    ),
]
MaxPayloadSize = Annotated[
    str, typer.Option("--maxPayloadSize", metavar="SIZE", help="longest payload and result")
]
TruncationSize = Annotated[
    str,
    typer.Option(
        "--truncationSize", metavar="SIZE", help="what is kept of a result that is longer"
    ),
]
WarmedContainerKeepingTimeout = Annotated[
    str,
    typer.Option(
        "--warmedContainerKeepingTimeout",
        metavar="TIME",
        help="how long they are kept, for example '10 minutes'",
    ),
]
StoreActivations = Annotated[
    str,
    typer.Option(
        "--storeActivations", metavar="BOOL", help="whether activations are recorded: true or false"
    ),
]
AllowedKinds = Annotated[
    list[str] | None,
    typer.Option(
        "--allowedKinds",
        metavar="KIND",
        help="a kind that may be used; may be repeated, or several with commas between",
    ),
]
