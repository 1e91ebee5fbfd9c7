"""``wsk trigger update``.

**Source**: contracts/cli.md §1.9, §3.2 and §10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.client.api import Client
from whisk_cli.commands import outcome
from whisk_cli.commands.parameters import Merge, merged
from whisk_cli.commands.trigger import feed, inputs
from whisk_cli.commands.trigger.definition import body_of, create
from whisk_cli.commands.trigger.inputs import TriggerInputs
from whisk_cli.errors import CliError, ServerError, UsageError, explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject, items
from whisk_cli.names import QualifiedName, qualified

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.options import DelParamOption, MergeParamsOption


def update_trigger(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="TRIGGER_NAME")] = None,
    merge_params: MergeParamsOption = False,
    del_param: DelParamOption = None,
) -> None:
    """Update a trigger, or create it if it does not exist."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.TRIGGER_NAME)[0])
    wanted = inputs.read(run)
    try:
        with explained(f"Unable to get trigger '{name.path}'"):
            stored = entities.get(client, "triggers", name)
    except ServerError as problem:
        if not feed.is_missing(problem):
            raise
        create(run, client, name, wanted, "")
        return
    merge = Merge(keep=merge_params, removed=tuple(del_param or ()))
    _change(run, client, name, wanted, stored, merge)
    run.console.ok(f"updated trigger {run.console.bold(name.path)}")


def _change(
    run: Invocation,
    client: Client,
    name: QualifiedName,
    wanted: TriggerInputs,
    stored: JSONObject,
    merge: Merge,
) -> None:
    source = feed.feed_of(stored)
    if merge.is_wanted and source and not wanted.separate:
        raise UsageError(
            f"The parameters of the trigger '{name.path}' belong to its feed, which has to be told "
            "all of them. Use -T with --merge-params for those of the trigger itself."
        )
    if wanted.separate or not source:
        parameters = wanted.for_trigger(has_feed=bool(source))
        with explained(f"Unable to update trigger '{name.path}'"):
            body = body_of(name, wanted.annotations, parameters)
            if merge.is_wanted:
                given = items(body.get("parameters"))
                body["parameters"], missing = merged(stored, given, merge)
                for key in missing:
                    run.console.note(f"warning: the trigger has no parameter '{key}' to remove")
            made = entities.put(client, "triggers", name, body, overwrite=True)
        run.console.document("triggers", made)
    if wanted.feed and not source:
        raise CliError(
            f"Unable to configure feed '{name.path}': this trigger does not contain a feed"
        )
    if source and (wanted.feed or not wanted.separate):
        with explained(f"Unable to create trigger '{name.path}'"):
            feed_name, invoked = feed.configure(client, source, "UPDATE", name, wanted.for_feed())
        outcome.tell(run.console, feed_name, invoked, header=False, body=True)
