"""``wsk local invoke``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.errors import Exit, ExitCode, UsageError
from whisk_cli.inputs import ENVIRONMENT, PAYLOAD, collect
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject, Number, integer_of, text_of
from whisk_cli.machine import localrun
from whisk_cli.render import jsontext
from whisk_cli.sources import source

if TYPE_CHECKING:
    import typer


_REQUIRED = "A source file, a folder or an archive is required."
_NODE_PORT = 9229
_JAVA_PORT = 5005
_LEAST_MEMORY_MB = 32


def invoke(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="FILE|FOLDER|ZIP")] = None,
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="runtime, if the name does not tell it")
    ] = "",
    main: Annotated[
        str,
        typer.Option("--main", metavar="NAME", help="entry point: a function, or a Java class"),
    ] = "",
    timeout: Annotated[
        int,
        typer.Option("--timeout", "-t", metavar="LIMIT", help="longest run in milliseconds"),
    ] = 60_000,
    memory: Annotated[
        int, typer.Option("--memory", "-m", metavar="LIMIT", help="most memory in MB")
    ] = 256,
    inspect: Annotated[
        bool, typer.Option("--inspect", help="open the debugger (Node, Java, Python)")
    ] = False,
    inspect_port: Annotated[
        int | None,
        typer.Option(
            "--inspect-port",
            metavar="N",
            help="where Node (9229) or Java (5005) waits for a debugger",
        ),
    ] = None,
) -> None:
    """Run an action once; its log goes to stderr, its result to stdout."""
    run = invocation.current(ctx)
    path = arguments.expect(given, 1, 1, _REQUIRED)[0]
    _check(timeout=timeout, memory=memory, port=inspect_port)
    found = source.at(Path(path), kind=kind, main=main)
    code = source.read(found)
    inspects = inspect or inspect_port is not None
    usual = _JAVA_PORT if found.kind.startswith("java") else _NODE_PORT
    job: JSONObject = {
        "name": found.name,
        "kind": found.kind,
        "main": found.main,
        "code": code.text,
        "binary": code.binary,
        "value": collect(run.inputs, PAYLOAD),
        "environment": {
            key: value if isinstance(value, str) else jsontext.compact(value)
            for key, value in collect(run.inputs, ENVIRONMENT).items()
        },
        "timeout_ms": Number(str(timeout)),
        "memory_mb": Number(str(memory)),
        "inspect_port": Number(str((inspect_port or usual) if inspects else 0)),
    }
    ended, _ = localrun.run(job, run.environment, terminal=inspects)
    if ended is None:
        raise Exit(ExitCode.GENERAL)
    _tell(run, ended)


def _tell(run: Invocation, ended: JSONObject) -> None:
    """Print the result; anything but success exits 1."""
    run.console.json(ended.get("result"))
    status = text_of(ended.get("status"))
    if run.console.is_watched:
        took = (
            f"init {integer_of(ended.get('init_ms'))} ms, run {integer_of(ended.get('run_ms'))} ms"
        )
        run.console.note(f"{text_of(ended.get('kind'))}: {status}, {took}")
    if status != "success":
        if not run.console.is_watched:
            run.console.note(f"The action failed: {status}.")
        raise Exit(ExitCode.GENERAL)


def _check(*, timeout: int, memory: int, port: int | None) -> None:
    if timeout < 1:
        raise UsageError(f"--timeout is {timeout}: it has to be 1 millisecond or more.")
    if memory < _LEAST_MEMORY_MB:
        raise UsageError(f"--memory is {memory}: it has to be {_LEAST_MEMORY_MB} MB or more.")
    if port is not None and not 0 < port < 65536:
        raise UsageError(f"--inspect-port is {port}: a port is between 1 and 65535.")
