"""``wsk completion bash``, ``zsh``, ``fish`` and ``powershell``: print the script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation

if TYPE_CHECKING:
    import typer

    Nothing = Annotated[list[str] | None, typer.Argument(hidden=True)]


def print_bash(ctx: typer.Context, given: Nothing = None) -> None:
    """Print the script for bash."""
    _print(ctx, given, "bash")


def print_zsh(ctx: typer.Context, given: Nothing = None) -> None:
    """Print the script for zsh."""
    _print(ctx, given, "zsh")


def print_fish(ctx: typer.Context, given: Nothing = None) -> None:
    """Print the script for fish."""
    _print(ctx, given, "fish")


def print_powershell(ctx: typer.Context, given: Nothing = None) -> None:
    """Print the script for PowerShell."""
    _print(ctx, given, "powershell")


def _print(ctx: typer.Context, given: list[str] | None, shell: str) -> None:
    from whisk_cli.output.shellscripts import SCRIPTS

    arguments.expect(given, 0, 0, arguments.NOTHING)
    invocation.current(ctx).console.write(SCRIPTS[shell])
