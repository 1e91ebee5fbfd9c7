"""Nouns that go through Typer itself: those of other distributions.

A plug-in is a plain Typer application. ``wsk`` takes its command line apart as any other, so that
global flags stand anywhere and its help pages look like all; then Typer gets what is the plug-in's,
converts it, and calls it, with the invocation as ``ctx.obj``.

Imports Typer, and is imported only for such a noun.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass

import typer
from typer.core import TyperCommand, TyperGroup

from whisk_cli import app, tree
from whisk_cli.argv import Parsed
from whisk_cli.errors import CliError, Exit, ExitCode
from whisk_cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class PlugIn:
    """A noun that Typer calls.

    Attributes:
        name: The word that calls it.
        typed: Its command in Typer.
    """

    name: str
    typed: TyperCommand | TyperGroup

    def command(self) -> tree.Group | tree.Verb:
        """Describe it as the table describes built-in commands.

        Raises:
            TypeError: It takes something that ``wsk`` cannot pass on.
        """
        return tree.read(self.name, app.described(self.typed))

    def call(self, before: Sequence[str], parsed: Parsed, invocation: Invocation) -> int:
        """Let Typer run it.

        Args:
            before: The words and flags that led to the verb.
            parsed: What was typed after it.
            invocation: What the function finds as ``ctx.obj``.

        Returns:
            The exit code.

        Raises:
            CliError: Typer does not accept what was typed, or the plug-in gave up.
        """
        tokens = [*before, *typed_again(parsed)]
        if parsed.positionals:
            tokens += ["--", *parsed.positionals]
        try:
            ended = self.typed.main(
                args=tokens, prog_name=f"wsk {self.name}", standalone_mode=False, obj=invocation
            )
        except Exit as ending:
            return ending.exit_code
        except typer.Abort as problem:
            raise CliError("Aborted.") from problem
        except typer.TyperException as problem:
            raise CliError(problem.format_message(), problem.exit_code) from problem
        return ended if isinstance(ended, int) else ExitCode.OK


def typed_again(parsed: Parsed) -> list[str]:
    """Give the flags of one command as tokens; a switch that was typed as false is not there."""
    tokens = []
    for spelling, value in parsed.options:
        if value is True:
            tokens.append(spelling)
        elif value is not False:
            tokens += [spelling, value]
    return tokens


def load(name: str, target: str) -> PlugIn:
    """Import a plug-in.

    Args:
        name: The noun.
        target: ``module:name`` of a Typer application, or of a function that makes one.

    Raises:
        CliError: It cannot be imported, or is something else; the sentence names it and the reason.
    """
    module, _, attribute = target.partition(":")
    where = f"The command '{name}' cannot be loaded from {target}"
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as problem:
        raise CliError(f"{where}: {problem}.") from problem
    if not isinstance(found, typer.Typer) and callable(found):
        found = found()
    if not isinstance(found, typer.Typer):
        raise CliError(f"{where}: it gives a {type(found).__name__}, not a typer.Typer.")
    try:
        plug_in = PlugIn(name=name, typed=app.command_of(found))
        plug_in.command()
    except (TypeError, NameError, RuntimeError) as problem:
        raise CliError(f"{where}: {problem}.") from problem
    return plug_in
