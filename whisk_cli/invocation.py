"""What one run of ``wsk`` is made with: settings, streams and the two-token inputs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from whisk_cli.config import Settings
from whisk_cli.inputs import Given
from whisk_cli.render.console import Console

if TYPE_CHECKING:
    import typer

    from whisk_cli.client.api import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """Everything a command may use; reaches it as ``typer.Context.obj``.

    Attributes:
        settings: Flags over environment over profile over defaults.
        console: The only way to print.
        inputs: ``-p -P -a -A -F -T`` in the order typed.
        environment: The process environment, for commands that start processes.
        resources: Closed when the command ends.
    """

    settings: Settings
    console: Console
    inputs: tuple[Given, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    resources: ExitStack = field(default_factory=ExitStack)

    def client(self) -> Client:
        """Open the door to the API host; it is closed when the command ends.

        Raises:
            CliError: No API host, or a certificate without its key.
        """
        from whisk_cli.client.api import Client

        client = Client(self.settings, self.console)
        self.resources.callback(client.close)
        return client


class Context:
    """Stands for ``typer.Context`` where Typer is not imported: built-in commands need no more.

    Args:
        obj: The invocation.
    """

    __slots__ = ("obj",)

    def __init__(self, obj: Invocation) -> None:
        self.obj = obj


def current(context: typer.Context) -> Invocation:
    """Give the invocation a command runs in.

    Args:
        context: What is passed to a function that asks for it.

    Raises:
        TypeError: The command was not started through ``whisk_cli.main``.
    """
    found = context.obj
    if not isinstance(found, Invocation):
        raise TypeError("a command of wsk runs only through whisk_cli.main")
    return found
