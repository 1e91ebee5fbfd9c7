"""The members of a limits document as flags, spelled as the operator tool of the reference does.

**Source**: contracts/rest-api.md §6.1.
"""

from __future__ import annotations

from typing import Annotated

from whisk_cli import declare

NAMESPACE = "A namespace is required."

InvocationsPerMinute = Annotated[
    int | None,
    declare.Option("--invocationsPerMinute", metavar="N", help="activations in a minute"),
]
ConcurrentInvocations = Annotated[
    int | None, declare.Option("--concurrentInvocations", metavar="N", help="activations at once")
]
FiresPerMinute = Annotated[
    int | None, declare.Option("--firesPerMinute", metavar="N", help="fired triggers in a minute")
]
MinActionMemory = Annotated[
    int | None,
    declare.Option("--minActionMemory", metavar="N", help="least memory limit of an action, MB"),
]
MaxActionMemory = Annotated[
    int | None,
    declare.Option("--maxActionMemory", metavar="N", help="greatest memory limit of an action, MB"),
]
MinActionLogs = Annotated[
    int | None,
    declare.Option("--minActionLogs", metavar="N", help="least log limit of an action, MB"),
]
MaxActionLogs = Annotated[
    int | None,
    declare.Option("--maxActionLogs", metavar="N", help="greatest log limit of an action, MB"),
]
MinActionTimeout = Annotated[
    int | None,
    declare.Option("--minActionTimeout", metavar="N", help="least time limit of an action, ms"),
]
MaxActionTimeout = Annotated[
    int | None,
    declare.Option("--maxActionTimeout", metavar="N", help="greatest time limit of an action, ms"),
]
MinActionConcurrency = Annotated[
    int | None,
    declare.Option(
        "--minActionConcurrency", metavar="N", help="least concurrency limit of an action"
    ),
]
MaxActionConcurrency = Annotated[
    int | None,
    declare.Option(
        "--maxActionConcurrency", metavar="N", help="greatest concurrency limit of an action"
    ),
]
MaxActionInstances = Annotated[
    int | None, declare.Option("--maxActionInstances", metavar="N", help="containers of one action")
]
WarmedContainerKeepingCount = Annotated[
    int | None,
    declare.Option(
        "--warmedContainerKeepingCount", metavar="N", help="warm containers that are kept"
    ),
]
MaxParameterSize = Annotated[
    str,
    declare.Option(
        "--maxParameterSize", metavar="SIZE", help="longest parameters, for example '1 MB'"
    ),
]
MaxPayloadSize = Annotated[
    str, declare.Option("--maxPayloadSize", metavar="SIZE", help="longest payload and result")
]
TruncationSize = Annotated[
    str,
    declare.Option(
        "--truncationSize", metavar="SIZE", help="what is kept of a result that is longer"
    ),
]
WarmedContainerKeepingTimeout = Annotated[
    str,
    declare.Option(
        "--warmedContainerKeepingTimeout",
        metavar="TIME",
        help="how long they are kept, for example '10 minutes'",
    ),
]
StoreActivations = Annotated[
    str,
    declare.Option(
        "--storeActivations", metavar="BOOL", help="whether activations are recorded: true or false"
    ),
]
AllowedKinds = Annotated[
    list[str] | None,
    declare.Option(
        "--allowedKinds",
        metavar="KIND",
        help="a kind that may be used; may be repeated, or several with commas between",
    ),
]
