"""The help pages, in plain text: description, ``Usage:``, commands, flags, global flags.

**Source**: contracts/cli.md §3.7.
"""

from __future__ import annotations

from collections.abc import Iterable

from whisk_cli import tree
from whisk_cli.argv import GLOBAL_FLAGS
from whisk_cli.registry import summaries

LOGO = r"""
            _     _     _
 __      __| |__ (_)___| | __
 \ \ /\ / /| '_ \| / __| |/ /
  \ V  V / | | | | \__ \   <
   \_/\_/  |_| |_|_|___/_|\_\
"""


def root() -> str:
    """Write the help page of ``wsk`` itself."""
    rows = [*summaries().items(), ("help", "help about any command")]
    return "\n".join(
        (
            LOGO,
            "Usage:",
            "  wsk [command]",
            "",
            "Available Commands:",
            *_table(sorted(rows)),
            "",
            "Flags:",
            *_table([("    --version", "show the version of wsk"), *_global_rows()]),
            "",
            'Use "wsk [command] --help" for more information about a command.',
        )
    )


def of(command: tree.Group | tree.Verb, path: str) -> str:
    """Write the help page of a command.

    Args:
        command: The group or verb.
        path: The words that lead to it, such as ``wsk action create``.
    """
    if isinstance(command, tree.Group):
        return _of_group(command, path)
    return _of_verb(command, path)


def _of_group(command: tree.Group, path: str) -> str:
    below = sorted(tree.children(command).items())
    rows = [(name, child.help.partition("\n")[0]) for name, child in below]
    return "\n".join(
        (
            command.help or path,
            "",
            "Usage:",
            f"  {path} [command]",
            "",
            "Available Commands:",
            *_table(rows),
            "",
            "Global Flags:",
            *_table(_global_rows()),
            "",
            f'Use "{path} [command] --help" for more information about a command.',
        )
    )


def _of_verb(command: tree.Verb, path: str) -> str:
    usage = " ".join((path, *tree.positionals_of(command), "[flags]"))
    flags = tree.flags_of(command)
    own = {flag.long for flag in flags} | {flag.short for flag in flags if flag.short}
    return "\n".join(
        (
            command.help or path,
            "",
            "Usage:",
            f"  {usage}",
            "",
            "Flags:",
            *_table(sorted([*_own_rows(command), _help_row()], key=_by_long_name)),
            "",
            "Global Flags:",
            *_table(_global_rows(hidden=own | {"--help"})),
        )
    )


def _own_rows(command: tree.Verb) -> Iterable[tuple[str, str]]:
    for each in command.inputs:
        short = f"{each.short}, " if each.short else "    "
        yield f"{short}{each.long} {each.metavar}", each.help
    shown = {flag.long: flag for flag in tree.flags_of(command)}
    for parameter in command.params:
        if not parameter.opts or parameter.hidden:
            continue
        flag = next(shown[spelling] for spelling in parameter.opts if spelling in shown)
        short = f"{flag.short}, " if flag.short else "    "
        value = f" {parameter.metavar or 'VALUE'}" if flag.takes_value else ""
        yield f"{short}{flag.long}{value}", parameter.help


def _help_row() -> tuple[str, str]:
    flag, _, summary = GLOBAL_FLAGS["help"]
    return f"{flag.short}, {flag.long}", summary


def _global_rows(hidden: set[str] | frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    rows = []
    for flag, value, summary in GLOBAL_FLAGS.values():
        if flag.long in hidden:
            continue
        short = f"{flag.short}, " if flag.short and flag.short not in hidden else "    "
        rows.append((f"{short}{flag.long}{' ' + value if value else ''}", summary))
    return sorted(rows, key=_by_long_name)


def _by_long_name(row: tuple[str, str]) -> str:
    return row[0].partition("--")[2] or row[0]


def _table(rows: Iterable[tuple[str, str]]) -> list[str]:
    listed = list(rows)
    width = max((len(left) for left, _ in listed), default=0)
    return [f"  {left.ljust(width)}   {right}".rstrip() for left, right in listed]
