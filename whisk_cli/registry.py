"""The nouns of ``wsk`` and the module each is built in; loading one imports only that one.

Strangers come in through the entry-point group ``wsk.commands``: name = noun, value =
``module:function``, where the function takes nothing and returns what ``whisk_cli.tree.group`` or
``whisk_cli.tree.single`` makes. Built-in nouns go through the same kind of door:
``build()`` in ``whisk_cli.commands.<noun>.app``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from whisk_cli.errors import CliError

if TYPE_CHECKING:
    from whisk_cli import tree

ENTRY_POINT_GROUP = "wsk.commands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A command directly below ``wsk``.

    Attributes:
        summary: One line for the help page of ``wsk``.
        target: ``module:function`` that returns the group or the verb.
        verbs: The commands below it, for completion without importing the module.
    """

    summary: str
    target: str
    verbs: tuple[str, ...] = ()


def _built_in(name: str, summary: str, *verbs: str) -> tuple[str, Noun]:
    target = f"whisk_cli.commands.{name}.app:build"
    return name, Noun(summary=summary, target=target, verbs=verbs)


BUILT_IN: Mapping[str, Noun] = MappingProxyType(
    dict(
        (
            _built_in(
                "action",
                "work with actions",
                "create",
                "update",
                "invoke",
                "get",
                "open",
                "curl",
                "delete",
                "list",
            ),
            _built_in(
                "activation", "work with activations", "list", "get", "logs", "result", "poll"
            ),
            _built_in(
                "admin",
                "administer the platform (system key)",
                "user",
                "namespace",
                "key",
                "invoker",
                "container",
                "queue",
            ),
            _built_in(
                "completion",
                "teach your shell to complete wsk",
                "bash",
                "zsh",
                "fish",
                "powershell",
                "install",
            ),
            _built_in(
                "context",
                "work with saved connections",
                "list",
                "use",
                "create",
                "show",
                "delete",
            ),
            _built_in("init", "make an action to begin with, from a template"),
            _built_in("list", "list the entities of the current namespace"),
            _built_in("local", "try actions out without a platform", "invoke"),
            _built_in("namespace", "work with namespaces", "list", "get"),
            _built_in(
                "package",
                "work with packages",
                "create",
                "update",
                "bind",
                "get",
                "delete",
                "list",
                "refresh",
            ),
            _built_in(
                "platform",
                "run the platform on this machine",
                "start",
                "stop",
                "status",
                "logs",
                "backup",
                "restore",
                "doctor",
            ),
            _built_in("property", "work with the properties of wsk", "get", "set", "unset"),
            _built_in(
                "rule",
                "work with rules",
                "create",
                "update",
                "enable",
                "disable",
                "status",
                "get",
                "delete",
                "list",
            ),
            _built_in("sdk", "work with the sdk", "install"),
            _built_in(
                "trigger", "work with triggers", "create", "update", "fire", "get", "delete", "list"
            ),
        )
    )
)
"""Every noun shipped in this distribution."""


RESERVED: Mapping[str, str] = MappingProxyType(
    {
        "api": "This wsk does not manage API gateways yet: make the action a web action with "
        "'wsk action update NAME --web true', and 'wsk action get NAME --url' shows its URL.",
        "project": "This wsk does not deploy projects yet: use 'wsk package', 'wsk action', "
        "'wsk trigger' and 'wsk rule' with create or update.",
    }
)
"""Nouns of the original that are not there yet, and what to use meanwhile."""


def plug_ins() -> dict[str, Noun]:
    """List the nouns that other distributions install; a built-in noun cannot be replaced."""
    from importlib import metadata

    found = metadata.entry_points(group=ENTRY_POINT_GROUP)
    return {
        point.name: Noun(summary=f"from the package {point.module}", target=point.value)
        for point in found
        if point.name not in BUILT_IN
    }


def find(name: str) -> Noun | None:
    """Find a noun by name, looking at installed plug-ins only when it is not built in."""
    return BUILT_IN.get(name) or plug_ins().get(name)


def load(name: str, noun: Noun) -> tree.Group | tree.Verb:
    """Import a noun's module and build its commands.

    Args:
        name: The noun as typed.
        noun: What :func:`find` gave.

    Returns:
        A group of verbs, or a single command.

    Raises:
        CliError: The module cannot be imported; the sentence names it and the reason.
    """
    module_name, _, function_name = noun.target.partition(":")
    try:
        build: Callable[[], tree.Group | tree.Verb] = getattr(
            importlib.import_module(module_name), function_name
        )
    except (ImportError, AttributeError) as problem:
        raise CliError(
            f"The command '{name}' cannot be loaded from {noun.target}: {problem}."
        ) from problem
    from whisk_cli import tree

    built = build()
    if not isinstance(built, tree.Group | tree.Verb):
        raise CliError(
            f"The command '{name}' cannot be loaded from {noun.target}: it gives a "
            f"{type(built).__name__}, not what whisk_cli.tree makes."
        )
    return built
