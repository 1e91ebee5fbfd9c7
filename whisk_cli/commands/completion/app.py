"""Puts the noun ``completion`` together: one verb per shell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from whisk_cli import arguments, declare, invocation, tree
from whisk_cli.completion import SHELLS


def build() -> tree.Group:
    """Build the noun ``wsk completion``."""
    application = tree.group("completion", "teach your shell to complete wsk")
    for shell in SHELLS:
        tree.add(application, shell, _printer(shell), f"print the completion script for {shell}")
    return application


def _printer(shell: str) -> Callable[..., None]:
    def print_script(
        ctx: declare.Context,
        given: Annotated[list[str] | None, declare.Argument(hidden=True)] = None,
    ) -> None:
        arguments.expect(given, 0, 0, arguments.NOTHING)
        invocation.current(ctx).console.write(SHELLS[shell])

    return print_script
