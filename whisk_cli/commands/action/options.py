"""The options of ``wsk action create`` and ``update``.

**Source**: contracts/cli.md §1.4.
"""

from __future__ import annotations

from typing import Annotated

import typer

NameAndArtifact = Annotated[list[str] | None, typer.Argument(metavar="ACTION_NAME ACTION")]

KindOption = Annotated[
    str,
    typer.Option(
        "--kind", metavar="KIND", help="runtime of the action, such as nodejs:20 or python:default"
    ),
]
MainOption = Annotated[
    str, typer.Option("--main", metavar="NAME", help="entry point: a function, or a Java class")
]
DockerOption = Annotated[
    str, typer.Option("--docker", metavar="IMAGE", help="container image that runs the action")
]
NativeOption = Annotated[
    bool,
    typer.Option("--native", help="ACTION is an executable, or a zip archive that holds one"),
]
CopyOption = Annotated[
    bool, typer.Option("--copy", help="ACTION is the name of an existing action")
]
SequenceOption = Annotated[
    bool, typer.Option("--sequence", help="ACTION is a comma-separated list of actions")
]
TimeoutOption = Annotated[
    int | None,
    typer.Option(
        "--timeout", "-t", metavar="LIMIT", help="longest run in milliseconds (default 60000)"
    ),
]
MemoryOption = Annotated[
    int | None,
    typer.Option("--memory", "-m", metavar="LIMIT", help="most memory in MB (default 256)"),
]
LogsizeOption = Annotated[
    int | None,
    typer.Option("--logsize", "-l", metavar="LIMIT", help="most log output in MB (default 10)"),
]
ConcurrencyOption = Annotated[
    int | None,
    typer.Option(
        "--concurrency",
        "-c",
        metavar="LIMIT",
        help="most activations at once in one container (default 1)",
    ),
]
WebOption = Annotated[
    str | None,
    typer.Option(
        "--web",
        metavar="MODE",
        help="yes or true: a web action; raw: with the raw request; no or false: not one",
    ),
]
WebSecureOption = Annotated[
    str | None,
    typer.Option(
        "--web-secure",
        metavar="SECRET",
        help="protect the web action: true for a made-up secret, false for none, or your own",
    ),
]
DelAnnotationOption = Annotated[
    list[str] | None,
    typer.Option("--del-annotation", metavar="KEY", help="remove an annotation; may be repeated"),
]
