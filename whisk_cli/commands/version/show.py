"""``wsk version``.

**Source**: contracts/cli.md §7-13. ``wsk --version`` asks nobody; this asks the server too.
"""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import server
from whisk_cli.errors import CliError
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.version import __version__

if TYPE_CHECKING:
    import typer


def show_version(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    client_only: Annotated[bool, typer.Option("--client", help="do not ask the server")] = False,
) -> None:
    """Show the version of wsk and of Python, and the server with its build if there is one."""
    run = invocation.current(ctx)
    arguments.expect(given, 0, 0, arguments.NOTHING)
    shown: JSONObject = {"wsk": __version__, "python": platform.python_version()}
    problem = ""
    if run.settings.api_host and not client_only:
        shown["apihost"] = run.settings.base_url
        try:
            client = run.client()
            # Whoever only wants to know a version does not wait for a server to come back.
            client.repeats = False
            build = server.build(client)
            shown |= {"build": build.date, "buildno": build.number}
        except CliError as failing:
            problem = failing.message
    if not run.console.document("versions", shown):
        for label, value in shown.items():
            run.console.line(f"{label + ':':<9} {value}")
    if problem:
        run.console.note(f"warning: {problem}")
