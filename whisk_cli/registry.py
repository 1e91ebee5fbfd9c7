"""The nouns of ``wsk``: those shipped here, and those that other distributions install.

What a built-in noun takes stands in the table beside it, so that nothing of it is imported before
it runs. Strangers come in through the entry-point group ``wsk.commands``: name = noun, value =
``module:name`` of a Typer application, or of a function that makes one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whisk_cli import tree
    from whisk_cli.plugins import PlugIn

ENTRY_POINT_GROUP = "wsk.commands"

BUILT_IN = (
    "action",
    "activation",
    "admin",
    "completion",
    "context",
    "dev",
    "init",
    "invoke",
    "list",
    "local",
    "logs",
    "namespace",
    "package",
    "platform",
    "property",
    "rule",
    "sdk",
    "trigger",
    "version",
)
"""Every noun shipped in this distribution: ``whisk_cli/commands/<noun>/app.py``."""

RESERVED: Mapping[str, str] = MappingProxyType(
    {
        "api": "This wsk does not manage API gateways yet: make the action a web action with "
        "'wsk action update NAME --web true', and 'wsk action get NAME --url' shows its URL.",
        "project": "This wsk does not deploy projects yet: use 'wsk package', 'wsk action', "
        "'wsk trigger' and 'wsk rule' with create or update.",
    }
)
"""Nouns of the original that are not there yet, and what to use meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A command directly below ``wsk``.

    Attributes:
        command: A group of verbs, or a single command.
        plug_in: What calls it, if it is not built in.
    """

    command: tree.Group | tree.Verb
    plug_in: PlugIn | None = None


def table_of(name: str) -> Path:
    """Name the file that says what a built-in noun takes."""
    return Path(__file__).parent / "commands" / name / "signatures.json"


def plug_ins() -> dict[str, str]:
    """List the nouns that other distributions install; a built-in noun cannot be replaced.

    Returns:
        Noun to ``module:name``.
    """
    from importlib import metadata

    found = metadata.entry_points(group=ENTRY_POINT_GROUP)
    return {point.name: point.value for point in found if point.name not in BUILT_IN}


def names() -> list[str]:
    """List every noun, without importing any."""
    return [*BUILT_IN, *plug_ins()]


def summaries() -> dict[str, str]:
    """Say what each noun is for, without importing any."""
    own = {name: load(name, "").command.help for name in BUILT_IN}
    return own | {
        name: f"from the package {target.partition(':')[0]}" for name, target in plug_ins().items()
    }


def find(name: str) -> Noun | None:
    """Find a noun by name, looking at installed plug-ins only when it is not built in.

    Raises:
        CliError: It is there but cannot be loaded; the sentence names it and the reason.
    """
    if name in BUILT_IN:
        return load(name, "")
    target = plug_ins().get(name)
    return None if target is None else load(name, target)


@cache
def load(name: str, target: str) -> Noun:
    """Load a noun, once.

    Args:
        name: The noun.
        target: ``module:name`` of a plug-in, empty for a built-in noun.

    Raises:
        CliError: A plug-in cannot be loaded; the sentence names it and the reason.
    """
    from whisk_cli import tree

    if not target:
        try:
            return Noun(command=tree.read(name, json.loads(table_of(name).read_bytes())))
        except FileNotFoundError:
            # A noun that is being written has no table yet.
            target = f"whisk_cli.commands.{name}.app:application"
    from whisk_cli import plugins

    plug_in = plugins.load(name, target)
    return Noun(command=plug_in.command(), plug_in=plug_in)
