"""``wsk action open``: the public URL of a web action, and a browser if asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import entities
from whisk_cli.commands.action.get import action_url
from whisk_cli.errors import CliError, explained
from whisk_cli.names import qualified
from whisk_cli.render.lists import annotation

if TYPE_CHECKING:
    import typer


def open_action(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="ACTION_NAME")] = None,
    browser: Annotated[bool, typer.Option("--browser", help="open it in a browser")] = False,
) -> None:
    """Show the public URL of a web action."""
    run = invocation.current(ctx)
    client = run.client()
    name = qualified(arguments.expect(given, 1, 1, arguments.ACTION_NAME)[0])
    with explained(f"Unable to get action '{name.path}'", show_usage_hint=True):
        action = entities.get(client, "actions", name, (("code", "false"),))
    if annotation(action, "web-export") is not True:
        raise CliError(
            f"The action '{name.path}' has no public URL: it is not a web action. Make it one with "
            f"'wsk action update {name.path} --web true', or see 'wsk action curl {name.path}'."
        )
    url = action_url(run.settings, action, name)
    run.console.line(url)
    if browser:
        import webbrowser

        if not webbrowser.open(url):
            raise CliError("No browser can be opened here. Open the URL yourself.")
