"""The command tree as ``wsk`` walks it: groups, verbs, and what each verb takes.

Commands are declared to Typer (``whisk_cli.app``). A plain command does not import Typer, though:
it reads the table that was made from the declarations (``signatures.json`` beside each noun), takes
the command line apart by it, and imports only the function that runs.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from whisk_cli import convert
from whisk_cli.argv import Flag, Parsed
from whisk_cli.errors import Exit, ExitCode
from whisk_cli.inputs import Input
from whisk_cli.invocation import Context, Invocation
from whisk_cli.jsonvalue import JSONObject, items, members, text_of


class Parameter:
    """One parameter of a verb's function that is given on the command line.

    Attributes:
        name: Of the function's parameter.
        kind: The name of its type, see ``whisk_cli.convert``.
        opts: The spellings of a flag; empty for positional arguments.
        negative: The spellings that switch it off.
        metavar: What the help page shows for the value; may be empty.
        help: The line of the help page.
        hidden: Whether the help page leaves it out.
        is_flag: Whether no value follows.
    """

    # Plain classes: making data classes of them would take longer than all that is done with them.
    __slots__ = ("help", "hidden", "is_flag", "kind", "metavar", "name", "negative", "opts")

    def __init__(self, row: JSONObject) -> None:
        self.name = text_of(row["name"])
        self.kind = text_of(row["kind"])
        self.opts = _words(row, "opts")
        self.negative = _words(row, "negative")
        self.metavar = text_of(row.get("metavar"))
        self.help = text_of(row.get("help"))
        self.hidden = row.get("hidden") is True
        self.is_flag = self.kind in ("bool", "count")


class Verb:
    """A command of ``wsk``.

    Args:
        name: The word that calls it.
        row: What the table says of it.

    Attributes:
        help: Its line on the help pages.
        context: The name of the function's parameter that takes the context; may be empty.
    """

    def __init__(self, name: str, row: JSONObject) -> None:
        self.name = name
        self.help = text_of(row.get("help"))
        self.context = text_of(row.get("context"))
        self._row = row

    @cached_property
    def params(self) -> tuple[Parameter, ...]:
        """What may be given, in the order of the function's parameters."""
        return _parameters(self._row)

    @cached_property
    def inputs(self) -> frozenset[Input]:
        """The two-token inputs it takes."""
        named = _words(self._row, "inputs")
        return frozenset(each for each in Input if each.long in named)

    @property
    def callback(self) -> Callable[..., None]:
        """The function; its module is imported when it is asked for."""
        module, _, name = text_of(self._row["run"]).partition(":")
        found: Callable[..., None] = getattr(importlib.import_module(module), name)
        return found


class Group:
    """A noun, or a group of commands below one.

    Args:
        name: The word that calls it.
        row: What the table says of it.

    Attributes:
        help: Its line on the help pages.
        commands: What is below it, in the order it was declared.
        params: Flags before the next word; only plug-ins have them.
        runs_alone: Whether it does something without a word after it; only plug-ins do.
    """

    def __init__(self, name: str, row: JSONObject) -> None:
        self.name = name
        self.help = text_of(row.get("help"))
        below = members(row.get("commands"))
        self.commands = {word: read(word, members(child)) for word, child in below.items()}
        self.params = _parameters(row)
        self.runs_alone = row.get("runs_alone") is True


def read(name: str, row: JSONObject) -> Group | Verb:
    """Read a command from the table.

    Args:
        name: The word that calls it.
        row: What ``whisk_cli.app.described`` wrote.
    """
    return Group(name, row) if "commands" in row else Verb(name, row)


def _parameters(row: JSONObject) -> tuple[Parameter, ...]:
    return tuple(Parameter(members(each)) for each in items(row.get("params")))


def _words(row: JSONObject, name: str) -> tuple[str, ...]:
    return tuple(map(text_of, items(row.get(name))))


def call(command: Verb, parsed: Parsed, invocation: Invocation) -> int:
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
        values[command.context] = Context(invocation)
    try:
        command.callback(**values)
    except Exit as ending:
        return ending.exit_code
    return ExitCode.OK


def converted(command: Verb, parsed: Parsed) -> dict[str, Any]:
    """Convert what was typed to what the function of a command takes; what was not is left out.

    Raises:
        CliError: A value has the wrong type; exit 1, without a prefix.
        TypeError: The function is annotated with a type that commands do not use.
    """
    values: dict[str, Any] = {}
    for parameter in command.params:
        if not parameter.opts:
            values[parameter.name] = convert.positionals(parameter.kind, parsed.positionals)
            continue
        given = [value for long, value in parsed.options if long in parameter.opts]
        if given:
            shown = ", ".join(sorted(parameter.opts, key=len))
            values[parameter.name] = convert.option(parameter.kind, given, shown)
    return values


def children(command: Group) -> dict[str, Group | Verb]:
    """List the commands below a group, in the order they were added."""
    return dict(command.commands)


def flags_of(command: Group | Verb) -> list[Flag]:
    """List the flags a command declares."""
    flags: list[Flag] = []
    for parameter in command.params:
        if not parameter.opts:
            continue
        longs = [each for each in parameter.opts if each.startswith("--")]
        shorts = [each for each in parameter.opts if not each.startswith("--")]
        first = Flag(
            long=(longs or shorts)[0],
            short=shorts[0] if longs and shorts else "",
            takes_value=not parameter.is_flag,
        )
        flags.append(first)
        others = {*longs, *shorts, *parameter.negative} - {first.long, first.short}
        flags += [Flag(long=each, takes_value=first.takes_value) for each in sorted(others)]
    return flags


def positionals_of(command: Verb) -> Sequence[str]:
    """List how the positional arguments of a command are shown."""
    return [
        parameter.metavar or parameter.name.upper()
        for parameter in command.params
        if not parameter.opts and not parameter.hidden
    ]
