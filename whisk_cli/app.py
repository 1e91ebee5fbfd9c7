"""The one Typer application of ``wsk``, and what Typer says of each command.

What is here imports Typer, which takes longer than everything else a plain command does. So a plain
command does without: it reads ``signatures.json`` of its noun, which
``python -m tests.architecture.wsk_signatures`` makes from :func:`described`. Plug-ins come through
here when they run.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from whisk_cli.jsonvalue import JSONObject, JSONValue
from whisk_cli.registry import BUILT_IN

_COMPLETION = ("install_completion", "show_completion")
"""What Typer adds to an application of its own; ``wsk completion`` is there instead."""


def application() -> typer.Typer:
    """Build the application of the whole tree."""
    whole = typer.Typer(name="wsk", add_completion=False)
    for name in BUILT_IN:
        module = importlib.import_module(f"whisk_cli.commands.{name}.app")
        whole.add_typer(module.application)
    _resolve(whole)
    return whole


def command_of(application: typer.Typer) -> TyperCommand | TyperGroup:
    """Turn an application into its command.

    Args:
        application: Of ``wsk``, of a noun, or of a plug-in.

    Raises:
        TypeError: A function takes something that Typer cannot.
    """
    _resolve(application)
    command = ours(typer.main.get_command(application))
    command.params = [each for each in command.params if each.name not in _COMPLETION]
    return command


def described(command: TyperCommand | TyperGroup) -> JSONObject:
    """Say what a command takes, for the table.

    Args:
        command: A verb or a group of them.

    Returns:
        What ``whisk_cli.tree.read`` reads.

    Raises:
        TypeError: A flag takes several words; on the command line of ``wsk`` it takes one.
    """
    row: JSONObject = {"help": (command.help or "").strip()}
    if isinstance(command, TyperGroup):
        row |= _entries(command)
        if command.invoke_without_command:
            row["runs_alone"] = True
        row["commands"] = {name: described(ours(below)) for name, below in command.commands.items()}
        return row
    function = inspect.unwrap(_callback(command))
    row["run"] = f"{function.__module__}:{function.__qualname__}"
    given = {each.name for each in command.params}
    for name in inspect.signature(function).parameters:
        if name not in given:
            row["context"] = name
    inputs = getattr(command, "inputs", ())
    if inputs:
        row["inputs"] = sorted(each.long for each in inputs)
    return row | _entries(command)


def _entries(command: TyperCommand | TyperGroup) -> JSONObject:
    params: list[JSONValue] = [_entry(each) for each in command.params]
    return {"params": params} if params else {}


def _entry(parameter: Any) -> JSONObject:
    """Describe a parameter; what is as usual is left out."""
    if not isinstance(parameter, TyperArgument | TyperOption):
        raise TypeError(f"{type(parameter).__name__} is not a parameter of Typer")
    entry: JSONObject = {"name": parameter.name, "kind": _kind(parameter)}
    if isinstance(parameter, TyperOption):
        if parameter.nargs != 1:
            raise TypeError(
                f"{parameter.opts[0]} takes {parameter.nargs} words, and one is possible"
            )
        entry["opts"] = [*parameter.opts]
        if parameter.secondary_opts:
            entry["negative"] = [*parameter.secondary_opts]
    if parameter.metavar:
        entry["metavar"] = parameter.metavar
    if parameter.help:
        entry["help"] = parameter.help
    if parameter.hidden:
        entry["hidden"] = True
    return entry


def _kind(parameter: TyperArgument | TyperOption) -> str:
    if isinstance(parameter, TyperOption) and parameter.count:
        return "count"
    wanted = parameter.type_descriptor.annotation
    return wanted.__name__ if type(wanted) is type else str(wanted)


def ours(command: Any) -> TyperCommand | TyperGroup:
    """Take a command of Typer as that.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(command, TyperCommand | TyperGroup):
        raise TypeError(f"{type(command).__name__} is not a command of Typer")
    return command


def _callback(command: TyperCommand) -> Callable[..., Any]:
    if command.callback is None:
        raise TypeError(f"the command {command.name} has no function")
    return command.callback


def _functions(application: typer.Typer) -> Iterator[Callable[..., Any]]:
    own = [each.callback for each in application.registered_commands]
    if application.registered_callback is not None:
        own.append(application.registered_callback.callback)
    yield from (function for function in own if function is not None)
    for group in application.registered_groups:
        if group.typer_instance is not None:
            yield from _functions(group.typer_instance)


def _resolve(application: typer.Typer) -> None:
    """See to it that Typer can read every annotation."""
    for function in _functions(application):
        try:
            inspect.signature(function, eval_str=True)
        except NameError:
            _import_types(importlib.import_module(function.__module__))


def _import_types(module: ModuleType) -> None:
    """Give a module what it has only for type checkers.

    A verb names Typer in its annotations but must run without it, so its import of Typer stands
    below ``if TYPE_CHECKING``.
    """
    if module.__file__ is None:
        return
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            block = ast.Module(body=node.body, type_ignores=[])
            exec(compile(block, module.__file__, "exec"), vars(module))
