"""What may follow on a command line; nouns and verbs are known without importing any command.

**Source**: contracts/cli.md §2.3, §7-23; deliberate difference: more shells, and names of entities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from whisk_cli import argv, registry
from whisk_cli.errors import CliError

if TYPE_CHECKING:
    from whisk_cli import tree

COMMAND = "__complete"
"""``wsk __complete WORD…`` prints what the last word may become, one candidate per line."""

SHELLS = ("bash", "zsh", "fish", "powershell")
"""The shells that can be taught; their scripts are in ``whisk_cli.output.shellscripts``."""


def candidates(words: Sequence[str], environment: Mapping[str, str] | None = None) -> list[str]:
    """Find what the last word may become.

    Args:
        words: The words after ``wsk``; the last one is being typed and may be empty.
        environment: The process environment, which says whom to ask for the names of entities;
            ``None`` to ask nobody.

    Returns:
        Sorted candidates that begin with the last word; none where a file belongs.
    """
    *before, typed = words or [""]
    try:
        found = _following(before, typed, environment)
    except CliError:
        return []
    return sorted({each for each in found if each.startswith(typed)})


def _following(
    before: Sequence[str], typed: str, environment: Mapping[str, str] | None
) -> Iterable[str]:
    values = _values(before, typed, environment)
    if values is not None:
        return values
    head, noun, rest = argv.split_command(before, (argv.Flag(long="--version", takes_value=False),))
    if noun == "help":
        return _following(rest, typed, None)
    if noun is None:
        if typed.startswith("-"):
            return ["--version", *_spellings(argv.global_flags())]
        return [*registry.names(), "help"]
    found = registry.find(noun)
    if found is None:
        return []
    return _below(noun, found.command, rest, typed, head.settings, environment)


def _below(
    noun: str,
    command: tree.Group | tree.Verb,
    rest: list[str],
    typed: str,
    settings: Mapping[str, str | bool],
    environment: Mapping[str, str] | None,
) -> Iterable[str]:
    from whisk_cli import tree

    path = noun
    while isinstance(command, tree.Group):
        own = tree.flags_of(command)
        before, word, after = argv.split_command(rest, own)
        settings = {**settings, **before.settings}
        below = tree.children(command)
        if word is None:
            flags = [*own, *argv.global_flags()]
            return _spellings(flags) if typed.startswith("-") else below
        if word not in below:
            return []
        command, rest, path = below[word], after, f"{path} {word}"
    if typed.startswith("-"):
        return _flags(command)
    if environment is None:
        return []
    parsed = argv.parse(rest, tree.flags_of(command), command.inputs)
    from whisk_cli.livenames import names

    return names(path, len(parsed.positionals), {**settings, **parsed.settings}, environment)


def _flags(command: tree.Verb) -> list[str]:
    from whisk_cli import tree

    own = tree.flags_of(command)
    longs = {flag.long for flag in own}
    inherited = [flag for flag in argv.global_flags() if flag.long not in longs]
    inputs = [spelling for each in command.inputs for spelling in each.spellings]
    return [*inputs, *_spellings([*own, *inherited])]


def _values(
    before: Sequence[str], typed: str, environment: Mapping[str, str] | None
) -> Iterable[str] | None:
    """The values of the flag just typed, if it is one whose values are known."""
    flag = before[-1] if before else ""
    if flag in ("--output", "-o") and tuple(before[:2]) != ("package", "bind"):
        from whisk_cli.output.choice import FORMATS

        return FORMATS
    if flag == "--context" and environment is not None:
        from whisk_cli.livenames import contexts_of

        return contexts_of(environment)
    return None


def _spellings(flags: Iterable[argv.Flag]) -> list[str]:
    return [spelling for flag in flags for spelling in (flag.long, flag.short) if spelling]
