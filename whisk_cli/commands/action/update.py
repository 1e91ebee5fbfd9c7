"""``wsk action update``.

**Source**: contracts/cli.md §1.4, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whisk_cli import arguments, invocation
from whisk_cli.commands.action.definition import put_action
from whisk_cli.commands.action.wanted import Wanted, given_limits
from whisk_cli.commands.parameters import Merge

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.action import options
    from whisk_cli.commands.options import DelParamOption, MergeParamsOption


def update_action(
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
    del_annotation: options.DelAnnotationOption = None,
    merge_params: MergeParamsOption = False,
    del_param: DelParamOption = None,
) -> None:
    """Update an action, or create it if it does not exist."""
    run = invocation.current(ctx)
    client = run.client()
    names = arguments.expect(given, 1, 2, arguments.ACTION_OPTIONAL_ARTIFACT)
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
        removed_annotations=tuple(del_annotation or ()),
        merge=Merge(keep=merge_params, removed=tuple(del_param or ())),
    )
    name = put_action(run, client, wanted, overwrite=True)
    run.console.ok(f"updated action {run.console.bold(name)}")
