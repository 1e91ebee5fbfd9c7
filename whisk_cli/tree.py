"""How commands are declared to Typer: one group class, one command class, and their help pages.

``wsk`` parses its arguments itself (``whisk_cli.argv``), because Typer can declare neither flags of
two tokens nor flags that are accepted everywhere. What a command takes is declared to Typer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

from whisk_cli import convert
from whisk_cli.argv import Flag, Parsed
from whisk_cli.errors import ExitCode
from whisk_cli.inputs import ANNOTATIONS, FEED_INPUTS, PARAMETERS, Input


class Group(TyperGroup):
    """A noun, or a group of commands below one."""


class Verb(TyperCommand):
    """A command of ``wsk``; a subclass names the two-token inputs it takes."""

    inputs: ClassVar[frozenset[Input]] = frozenset()


class TakesParameters(Verb):
    """A command with ``-p`` and ``-P``."""

    inputs = PARAMETERS


class TakesParametersAndAnnotations(Verb):
    """A command with ``-p``, ``-P``, ``-a`` and ``-A``."""

    inputs = PARAMETERS | ANNOTATIONS


class TakesFeedInputs(Verb):
    """A command with ``-p``, ``-P``, ``-a``, ``-A``, ``-F`` and ``-T``."""

    inputs = PARAMETERS | ANNOTATIONS | FEED_INPUTS


def group(name: str, summary: str) -> typer.Typer:
    """Make the Typer application of a noun.

    Args:
        name: The noun.
        summary: Its line on the help page.

    Returns:
        An application to which verbs are added with :func:`add`, and groups with ``add_typer``.
    """
    application = typer.Typer(
        name=name,
        help=summary,
        cls=Group,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )

    @application.callback()
    def keep_a_group() -> None:
        pass

    keep_a_group.__doc__ = summary
    return application


def single(function: Callable[..., None], name: str, summary: str) -> typer.Typer:
    """Make the Typer application of a noun that is itself a command, such as ``wsk list``."""
    application = typer.Typer(
        name=name, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
    )
    add(application, name, function, summary)
    return application


def add(
    application: typer.Typer,
    name: str,
    function: Callable[..., None],
    summary: str,
    kind: type[Verb] = Verb,
) -> None:
    """Add a verb to a noun.

    Args:
        application: What :func:`group` made.
        name: The verb.
        function: Called with ``typer.Context`` and its declared flags.
        summary: Its line on the help pages.
        kind: The class that names its two-token inputs.
    """
    application.command(name, cls=kind, help=summary)(function)


def built(application: typer.Typer) -> Group | Verb:
    """Turn a Typer application into its command.

    Raises:
        TypeError: It holds commands that are not made with this module.
    """
    command: Any = typer.main.get_command(application)
    if isinstance(command, Group | Verb):
        return command
    raise TypeError(f"{application.info.name}: build commands with whisk_cli.tree")


def call(command: Verb, path: str, parsed: Parsed, invocation: object) -> int:
    """Run a command.

    Typer's own conversion imports pydantic, which takes longer than the rest of a command; the
    few types that commands use are converted here.

    Args:
        command: The command.
        path: The words that lead to it.
        parsed: Its flags and positional arguments.
        invocation: What the command finds as ``Context.obj``.

    Returns:
        The exit code.

    Raises:
        CliError: A value has the wrong type; exit 1, without a prefix.
    """
    if command.callback is None:
        raise TypeError(f"{path} has no function")
    values = converted(command, parsed)
    try:
        with typer.Context(command, info_name=path, obj=invocation):
            command.callback(**values)
    except typer.Exit as ending:
        return ending.exit_code
    return ExitCode.OK


def converted(command: Verb, parsed: Parsed) -> dict[str, Any]:
    """Convert what was typed to what the function of a command takes; what was not is left out.

    Raises:
        CliError: A value has the wrong type; exit 1, without a prefix.
        TypeError: The function is annotated with a type that commands do not use.
    """
    hints = get_type_hints(command.callback)
    values: dict[str, Any] = {}
    for parameter in command.params:
        wanted = convert.required_type(hints[parameter.name])
        if parameter.param_type_name == "argument":
            values[parameter.name] = convert.positionals(wanted, parsed.positionals)
            continue
        given = [value for long, value in parsed.options if long in parameter.opts]
        if given:
            shown = ", ".join(sorted(parameter.opts, key=len))
            values[parameter.name] = convert.option(wanted, given, shown)
    return values


def children(command: Group) -> dict[str, Group | Verb]:
    """List the commands below a group, in the order they were added."""
    return {
        name: child for name, child in command.commands.items() if isinstance(child, Group | Verb)
    }


def flags_of(command: Verb) -> list[Flag]:
    """List the flags a command declares."""
    flags: list[Flag] = []
    for parameter in command.params:
        if parameter.param_type_name != "option":
            continue
        long = next(spelling for spelling in parameter.opts if spelling.startswith("--"))
        short = next((each for each in parameter.opts if not each.startswith("--")), "")
        is_switch = bool(getattr(parameter, "is_flag", False))
        flags.append(Flag(long=long, short=short, takes_value=not is_switch))
    return flags


def positionals_of(command: Verb) -> Sequence[str]:
    """List how the positional arguments of a command are shown."""
    return [
        parameter.metavar or parameter.name.upper()
        for parameter in command.params
        if parameter.param_type_name == "argument" and not getattr(parameter, "hidden", False)
    ]
