"""``wsk action get``.

**Source**: contracts/cli.md §1.4, §3.2, §4.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.commands.action.save import save_code
from whisk_cli.config import Settings
from whisk_cli.errors import ExitCode, explained
from whisk_cli.jsonvalue import JSONObject, text_of
from whisk_cli.names import QualifiedName, qualified
from whisk_cli.render import entityview, summaries
from whisk_cli.render.lists import annotation
from whisk_cli.render.shapes import ACTION

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.options import SummaryOption


def get_action(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="ACTION_NAME [FIELD]")] = None,
    summary: SummaryOption = False,
    url: Annotated[bool, typer.Option("--url", "-r", help="show the URL of the action")] = False,
    save: Annotated[
        bool, typer.Option("--save", help="save the code in a file named after the action")
    ] = False,
    save_as: Annotated[
        str | None, typer.Option("--save-as", metavar="FILE", help="save the code in FILE")
    ] = None,
) -> None:
    """Show an action, its URL or its summary, or save its code."""
    run = invocation.current(ctx)
    client = run.client()
    names = arguments.expect(given, 1, 2, arguments.ACTION_NAME)
    member = names[1] if len(names) > 1 and not url and not summary else None
    entityview.check_field(ACTION, member, ExitCode.MISUSE, show_usage_hint=True)
    name = qualified(names[0])
    saves = save or save_as is not None
    with explained(f"Unable to get action '{name.path}'", show_usage_hint=True):
        action = entities.get(client, "actions", name, (("code", "true" if saves else "false"),))
    if url:
        run.console.ok(f"got action {run.console.bold(name.entity)}")
        run.console.line(action_url(run.settings, action, name))
    elif summary:
        summaries.action(run.console, action)
    elif saves:
        save_code(run.console, action, save_as or "")
    else:
        entityview.show(run.console, "action", name.path, action, ACTION, member)


def action_url(settings: Settings, action: JSONObject, name: QualifiedName) -> str:
    """Give the URL of an action: of a web action the public one, otherwise that of the API.

    Args:
        settings: The API host and version.
        action: As the server sent it.
        name: As typed.
    """
    namespace = quote(text_of(action.get("namespace")).partition("/")[0], safe="")
    entity = quote(text_of(action.get("name")), safe="")
    package = quote(name.package, safe="")
    base = f"{settings.base_url}/api/{settings.api_version}"
    if annotation(action, "web-export") is True:
        return f"{base}/web/{namespace}/{package or 'default'}/{entity}"
    inner = f"{package}/{entity}" if package else entity
    return f"{base}/namespaces/{namespace}/actions/{inner}"
