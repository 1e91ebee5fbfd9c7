"""``wsk action create``.

**Source**: contracts/cli.md §1.4, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whisk_cli import arguments, invocation
from whisk_cli.commands.action.definition import put_action
from whisk_cli.commands.action.wanted import Wanted, given_limits

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.action import options


def create_action(
    ctx: typer.Context,
    given: options.NameAndArtifact = None,
    kind: options.KindOption = "",
    main: options.MainOption = "",
    docker: options.DockerOption = "",
    native: options.NativeOption = False,
    copy: options.CopyOption = False,
    sequence: options.SequenceOption = False,
    timeout: options.TimeoutOption = None,
    memory: options.MemoryOption = None,
    logsize: options.LogsizeOption = None,
    concurrency: options.ConcurrencyOption = None,
    web: options.WebOption = None,
    web_secure: options.WebSecureOption = None,
) -> None:
    """Create an action."""
    run = invocation.current(ctx)
    client = run.client()
    names = arguments.expect(given, 1, 2, arguments.ACTION_AND_ARTIFACT)
    wanted = Wanted(
        name=names[0],
        artifact=names[1] if len(names) > 1 else None,
        kind=kind,
        main=main,
        docker=docker,
        native=native,
        copy=copy,
        sequence=sequence,
        limits=given_limits(
            timeout=timeout, memory=memory, logsize=logsize, concurrency=concurrency
        ),
        web=web,
        web_secure=web_secure,
    )
    name = put_action(run, client, wanted, overwrite=False)
    run.console.ok(f"created action {run.console.bold(name)}")
