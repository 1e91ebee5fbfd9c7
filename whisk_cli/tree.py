"""How commands are declared: groups, verbs, and what each function of a verb takes.

What a verb takes stands in the annotations of its function, in the words of
``whisk_cli.declare``. They are read only for the verb that runs, is described or is completed, and
the module of a verb may be named instead of imported, so that one verb does not load another.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar, get_args, get_type_hints

from whisk_cli import convert, declare
from whisk_cli.argv import Flag, Parsed
from whisk_cli.errors import CliError, ExitCode
from whisk_cli.inputs import (
    ANNOTATIONS,
    ENVIRONMENT,
    FEED_INPUTS,
    PARAMETERS,
    PAYLOAD,
    Input,
)

Function = Callable[..., None] | str
"""What runs: a function, or ``.module:function`` to import it only when it is needed."""


class Parameter:
    """One parameter of a verb's function that is given on the command line.

    Attributes:
        name: Of the function's parameter.
        wanted: The type, without ``None``.
        opts: The spellings of a flag; empty for positional arguments.
        metavar: What the help page shows for the value; may be ``None``.
        help: The line of the help page.
        hidden: Whether the help page leaves it out.
        is_flag: Whether no value follows.
    """

    __slots__ = ("help", "hidden", "is_flag", "metavar", "name", "opts", "wanted")

    def __init__(self, name: str, wanted: Any, marker: Any) -> None:
        self.name = name
        self.wanted = wanted
        self.opts: tuple[str, ...] = tuple(marker.param_decls or ())
        self.metavar: str | None = marker.metavar
        self.help: str = marker.help or ""
        self.hidden: bool = bool(marker.hidden)
        self.is_flag = wanted is bool


class Verb:
    """A command of ``wsk``; a subclass names the two-token inputs it takes.

    Args:
        name: The word that calls it.
        summary: Its line on the help pages.
        function: What runs.
    """

    inputs: ClassVar[frozenset[Input]] = frozenset()

    def __init__(self, name: str, summary: str, function: Function) -> None:
        self.name = name
        self.help = summary
        self._function = function

    @cached_property
    def callback(self) -> Callable[..., None]:
        """The function; imported when first asked for."""
        if not isinstance(self._function, str):
            return self._function
        module, _, name = self._function.partition(":")
        found: Callable[..., None] = getattr(importlib.import_module(module), name)
        return found

    @cached_property
    def context(self) -> str:
        """The name of the function's parameter that takes the context; empty if there is none."""
        return next((name for name, hint in self._hints if not get_args(hint)), "")

    @cached_property
    def params(self) -> list[Parameter]:
        """What may be given, in the order of the function's parameters."""
        found = []
        for name, hint in self._hints:
            wanted, *markers = get_args(hint) or (None,)
            marker = next((each for each in markers if hasattr(each, "param_decls")), None)
            if marker is not None:
                found.append(Parameter(name, convert.required_type(wanted), marker))
        return found

    @cached_property
    def _hints(self) -> list[tuple[str, Any]]:
        hints = get_type_hints(self.callback, include_extras=True)
        return [(name, hint) for name, hint in hints.items() if name != "return"]


class TakesParameters(Verb):
    """A command with ``-p`` and ``-P``."""

    inputs = PARAMETERS


class TakesPayload(Verb):
    """A command with ``-p``, ``-P`` and ``--data``."""

    inputs = PAYLOAD


class TakesTrial(Verb):
    """A command with ``-p``, ``-P``, ``--data`` and ``--env``."""

    inputs = PAYLOAD | ENVIRONMENT


class TakesActionInputs(Verb):
    """A command with ``-p``, ``-P``, ``-a``, ``-A`` and ``--env``."""

    inputs = PARAMETERS | ANNOTATIONS | ENVIRONMENT


class TakesParametersAndAnnotations(Verb):
    """A command with ``-p``, ``-P``, ``-a`` and ``-A``."""

    inputs = PARAMETERS | ANNOTATIONS


class TakesFeedInputs(Verb):
    """A command with ``-p``, ``-P``, ``-a``, ``-A``, ``-F`` and ``-T``."""

    inputs = PARAMETERS | ANNOTATIONS | FEED_INPUTS


class Group:
    """A noun, or a group of commands below one.

    Args:
        name: The word that calls it.
        summary: Its line on the help pages.
        package: The package whose modules hold the functions of its verbs.
    """

    def __init__(self, name: str, summary: str, package: str = "") -> None:
        self.name = name
        self.help = summary
        self.package = package
        self.commands: dict[str, Group | Verb] = {}

    def add_group(self, group: Group) -> None:
        """Put a group below this one."""
        self.commands[group.name] = group


def group(name: str, summary: str, package: str | None = None) -> Group:
    """Make a noun.

    Args:
        name: The noun.
        summary: Its line on the help page.
        package: ``__package__``, where verbs are named as ``.module:function``.

    Returns:
        A group to which verbs are added with :func:`add`, and groups with ``add_group``.
    """
    return Group(name, summary, package or "")


def single(function: Function, name: str, summary: str, kind: type[Verb] = Verb) -> Verb:
    """Make a noun that is itself a command, such as ``wsk list``."""
    return kind(name, summary, function)


def add(
    application: Group, name: str, function: Function, summary: str, kind: type[Verb] = Verb
) -> None:
    """Add a verb to a noun.

    Args:
        application: What :func:`group` made.
        name: The verb.
        function: Called with the context and its declared flags; or ``.module:function``, a name
            in the package of the noun.
        summary: Its line on the help pages.
        kind: The class that names its two-token inputs.
    """
    if isinstance(function, str) and function.startswith("."):
        function = f"{application.package}{function}"
    application.commands[name] = kind(name, summary, function)


def call(command: Verb, parsed: Parsed, invocation: object) -> int:
    """Run a command.

    Args:
        command: The command.
        parsed: Its flags and positional arguments.
        invocation: What the command finds as ``Context.obj``.

    Returns:
        The exit code.

    Raises:
        CliError: A value has the wrong type; exit 1, without a prefix.
    """
    values = converted(command, parsed)
    if command.context:
        values[command.context] = declare.Context(invocation)
    try:
        command.callback(**values)
    except CliError:
        raise
    except Exception as ending:
        if not isinstance(ending, _endings()):
            raise
        return int(getattr(ending, "exit_code", ExitCode.GENERAL))
    return ExitCode.OK


def _endings() -> tuple[type[Exception], ...]:
    """The exceptions that end a command: ours, and Typer's if a plug-in has loaded it."""
    theirs = getattr(sys.modules.get("typer"), "Exit", None)
    return (declare.Exit,) if theirs is None else (declare.Exit, theirs)


def converted(command: Verb, parsed: Parsed) -> dict[str, Any]:
    """Convert what was typed to what the function of a command takes; what was not is left out.

    Raises:
        CliError: A value has the wrong type; exit 1, without a prefix.
        TypeError: The function is annotated with a type that commands do not use.
    """
    values: dict[str, Any] = {}
    for parameter in command.params:
        if not parameter.opts:
            values[parameter.name] = convert.positionals(parameter.wanted, parsed.positionals)
            continue
        given = [value for long, value in parsed.options if long in parameter.opts]
        if given:
            shown = ", ".join(sorted(parameter.opts, key=len))
            values[parameter.name] = convert.option(parameter.wanted, given, shown)
    return values


def children(command: Group) -> dict[str, Group | Verb]:
    """List the commands below a group, in the order they were added."""
    return dict(command.commands)


def flags_of(command: Verb) -> list[Flag]:
    """List the flags a command declares."""
    flags: list[Flag] = []
    for parameter in command.params:
        if not parameter.opts:
            continue
        long = next(spelling for spelling in parameter.opts if spelling.startswith("--"))
        short = next((each for each in parameter.opts if not each.startswith("--")), "")
        flags.append(Flag(long=long, short=short, takes_value=not parameter.is_flag))
    return flags


def positionals_of(command: Verb) -> Sequence[str]:
    """List how the positional arguments of a command are shown."""
    return [
        parameter.metavar or parameter.name.upper()
        for parameter in command.params
        if not parameter.opts and not parameter.hidden
    ]
