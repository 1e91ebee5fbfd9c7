"""``wsk package refresh``.

**Source**: contracts/cli.md §1.7, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whisk_cli import arguments, invocation
from whisk_cli.client import paths
from whisk_cli.errors import CliError, ExitCode, ServerError, explained
from whisk_cli.jsonvalue import items, members, text_of
from whisk_cli.names import OWN_NAMESPACE, namespace_only

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.options import NamespaceArgument


_NOT_IMPLEMENTED = 501


def refresh_packages(ctx: typer.Context, given: NamespaceArgument = None) -> None:
    """Ask the server to bind services anew."""
    run = invocation.current(ctx)
    client = run.client()
    named = arguments.expect(given, 0, 1, arguments.OPTIONAL_NAMESPACE)
    namespace = namespace_only(named[0]) if named else OWN_NAMESPACE
    path = f"{paths.collection(namespace, 'packages')}/refresh"
    try:
        with explained(f"Package refresh for namespace '{namespace}' failed"):
            changes = members(client.call("POST", path))
    except ServerError as problem:
        if problem.status != _NOT_IMPLEMENTED:
            raise
        raise CliError(
            "The package refresh feature is not implemented in the target deployment",
            ExitCode.NETWORK,
        ) from problem
    run.console.line(f"'{namespace}' refreshed successfully")
    for word, member in (("created", "added"), ("updated", "updated"), ("deleted", "deleted")):
        run.console.line(f"{word} bindings:")
        for name in items(changes.get(member)):
            run.console.line(text_of(name))
