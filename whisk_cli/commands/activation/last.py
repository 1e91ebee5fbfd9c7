"""The option ``--last``: the newest activation of the namespace in place of an id."""

from __future__ import annotations

from whisk_cli.client import activations
from whisk_cli.client.api import Client
from whisk_cli.errors import explained


def with_newest(client: Client, given: list[str] | None, *, last: bool, doing: str) -> list[str]:
    """Put the id of the newest activation before the arguments, if asked to.

    Args:
        client: The client.
        given: Positional arguments.
        last: Whether ``--last`` was given.
        doing: How the sentence of an error begins.

    Raises:
        CliError: There is no activation, or the server refused.
    """
    names = list(given or ())
    if not last:
        return names
    with explained(doing):
        return [activations.newest_id(client), *names]
