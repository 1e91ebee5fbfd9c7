"""``wsk trigger fire``.

**Source**: contracts/cli.md §1.9, §3.2, §7-15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import paths
from whisk_cli.client.api import decoded, failure
from whisk_cli.errors import explained
from whisk_cli.inputs import PAYLOAD, collect
from whisk_cli.jsonvalue import members, text_of
from whisk_cli.names import qualified

if TYPE_CHECKING:
    import typer


_NO_CONTENT = 204


def fire_trigger(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="TRIGGER_NAME")] = None,
) -> None:
    """Fire a trigger."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.TRIGGER_NAME)[0])
    payload = collect(run.inputs, PAYLOAD)
    with explained(f"Unable to fire trigger '{name.path}'"):
        response = client.request("POST", paths.entity(name, "triggers"), body=payload)
        if not 200 <= response.status < 300:
            raise failure(response)
    activation_id = text_of(members(decoded(response)).get("activationId"))
    namespace, path = run.console.bold(name.namespace), run.console.bold(name.path)
    run.console.ok(
        f"triggered /{namespace}/{path} with id {run.console.bold(activation_id)}",
        answer=activation_id,
    )
    if response.status == _NO_CONTENT:
        run.console.note(
            f"trigger {name.full} did not fire as it is not associated with an active rule"
        )
