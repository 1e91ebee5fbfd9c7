"""Puts the noun ``completion`` together: one verb per shell, and one that installs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from whisk_cli import arguments, declare, invocation, tree
from whisk_cli.completion import SHELLS


def build() -> tree.Group:
    """Build the noun ``wsk completion``."""
    application = tree.group("completion", "teach your shell to complete wsk", __package__)
    for shell in SHELLS:
        tree.add(application, shell, _printer(shell), f"print the completion script for {shell}")
    tree.add(
        application,
        "install",
        ".install:install_script",
        "put the completion script where the shell finds it",
    )
    return application


def _printer(shell: str) -> Callable[..., None]:
    def print_script(
        ctx: declare.Context,
        given: Annotated[list[str] | None, declare.Argument(hidden=True)] = None,
    ) -> None:
        from whisk_cli.output.shellscripts import SCRIPTS

        arguments.expect(given, 0, 0, arguments.NOTHING)
        invocation.current(ctx).console.write(SCRIPTS[shell])

    return print_script
