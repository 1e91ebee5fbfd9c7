"""The options of ``wsk action create`` and ``update``.

**Source**: contracts/cli.md §1.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from whisk_cli import declare
from whisk_cli.commands.parameters import REPLACE, Merge

NameAndArtifact = Annotated[list[str] | None, declare.Argument(metavar="ACTION_NAME ACTION")]

KindOption = Annotated[
    str,
    declare.Option(
        "--kind", metavar="KIND", help="runtime of the action, such as nodejs:20 or python:default"
    ),
]
MainOption = Annotated[
    str, declare.Option("--main", metavar="NAME", help="entry point: a function, or a Java class")
]
DockerOption = Annotated[
    str, declare.Option("--docker", metavar="IMAGE", help="container image that runs the action")
]
NativeOption = Annotated[
    bool,
    declare.Option("--native", help="ACTION is an executable, or a zip archive that holds one"),
]
CopyOption = Annotated[
    bool, declare.Option("--copy", help="ACTION is the name of an existing action")
]
SequenceOption = Annotated[
    bool, declare.Option("--sequence", help="ACTION is a comma-separated list of actions")
]
TimeoutOption = Annotated[
    int | None,
    declare.Option(
        "--timeout", "-t", metavar="LIMIT", help="longest run in milliseconds (default 60000)"
    ),
]
MemoryOption = Annotated[
    int | None,
    declare.Option("--memory", "-m", metavar="LIMIT", help="most memory in MB (default 256)"),
]
LogsizeOption = Annotated[
    int | None,
    declare.Option("--logsize", "-l", metavar="LIMIT", help="most log output in MB (default 10)"),
]
ConcurrencyOption = Annotated[
    int | None,
    declare.Option(
        "--concurrency",
        "-c",
        metavar="LIMIT",
        help="most activations at once in one container (default 1)",
    ),
]
WebOption = Annotated[
    str | None,
    declare.Option(
        "--web",
        metavar="MODE",
        help="yes or true: a web action; raw: with the raw request; no or false: not one",
    ),
]
WebSecureOption = Annotated[
    str | None,
    declare.Option(
        "--web-secure",
        metavar="SECRET",
        help="protect the web action: true for a made-up secret, false for none, or your own",
    ),
]
DelAnnotationOption = Annotated[
    list[str] | None,
    declare.Option("--del-annotation", metavar="KEY", help="remove an annotation; may be repeated"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What ``create`` and ``update`` were asked for.

    Attributes:
        name: The action as typed.
        artifact: The file, action or list of actions; ``None`` if not given.
        kind: The runtime; empty if not given.
        main: The entry point; empty if not given.
        docker: The image; empty if not given.
        native: Whether the artifact is an executable.
        copy: Whether the artifact is the name of an action.
        sequence: Whether the artifact is a list of actions.
        limits: Only the limits that were given, by the names of the API.
        web: The web mode; ``None`` if not given.
        web_secure: The web secret; ``None`` if not given.
        removed_annotations: Annotations to remove.
        merge: What becomes of stored parameters.
    """

    name: str
    artifact: str | None
    kind: str
    main: str
    docker: str
    native: bool
    copy: bool
    sequence: bool
    limits: dict[str, int]
    web: str | None
    web_secure: str | None
    removed_annotations: tuple[str, ...] = ()
    merge: Merge = REPLACE


def given_limits(
    *, timeout: int | None, memory: int | None, logsize: int | None, concurrency: int | None
) -> dict[str, int]:
    """Collect the limits that were given, by the names of the API."""
    limits = {"timeout": timeout, "memory": memory, "logs": logsize, "concurrency": concurrency}
    return {name: value for name, value in limits.items() if value is not None}
