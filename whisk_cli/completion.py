"""What may follow on a command line; nouns and verbs are known without importing any command.

**Source**: contracts/cli.md §2.3; deliberate difference: zsh and fish too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from whisk_cli import argv, registry
from whisk_cli.errors import CliError

COMMAND = "__complete"
"""``wsk __complete WORD…`` prints what the last word may become, one candidate per line."""

SHELLS: Mapping[str, str] = {
    "bash": """\
# bash completion for wsk
_wsk_complete() {
    local IFS=$'\\n'
    COMPREPLY=($(wsk __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _wsk_complete wsk
""",
    "zsh": """\
#compdef wsk
# zsh completion for wsk
_wsk_complete() {
    local -a found
    found=("${(@f)$(wsk __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "${found[1]}" ]]; then compadd -a found; else _files; fi
}
compdef _wsk_complete wsk
""",
    "fish": """\
# fish completion for wsk
complete -c wsk -a '(wsk __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
""",
}
"""Shell to the script that asks ``wsk __complete``."""


def candidates(words: Sequence[str]) -> list[str]:
    """Find what the last word may become.

    Args:
        words: The words after ``wsk``; the last one is being typed and may be empty.

    Returns:
        Sorted candidates that begin with the last word; none where a file or a name belongs.
    """
    *before, typed = words or [""]
    try:
        found = _following(before, typed)
    except CliError:
        return []
    return sorted({each for each in found if each.startswith(typed)})


def _following(before: Sequence[str], typed: str) -> Iterable[str]:
    _, noun, rest = argv.split_command(before, (argv.Flag(long="--version", takes_value=False),))
    if noun == "help":
        return _following(rest, typed)
    if noun is None:
        if typed.startswith("-"):
            return ["--version", *_spellings(argv.global_flags())]
        return [*registry.BUILT_IN, *registry.plug_ins(), "help"]
    found = registry.find(noun)
    if found is None:
        return []
    if found.verbs and not typed.startswith("-") and argv.split_command(rest)[1] is None:
        return found.verbs
    return _below(noun, found, rest, typed)


def _below(noun: str, found: registry.Noun, rest: list[str], typed: str) -> Iterable[str]:
    from whisk_cli import tree

    command = registry.load(noun, found)
    while isinstance(command, tree.Group):
        _, word, after = argv.split_command(rest)
        below = tree.children(command)
        if word is None:
            return _spellings(argv.global_flags()) if typed.startswith("-") else below
        if word not in below:
            return []
        command, rest = below[word], after
    if not typed.startswith("-"):
        return []
    own = tree.flags_of(command)
    longs = {flag.long for flag in own}
    inherited = [flag for flag in argv.global_flags() if flag.long not in longs]
    inputs = [spelling for each in command.inputs for spelling in each.spellings]
    return [*inputs, *_spellings([*own, *inherited])]


def _spellings(flags: Iterable[argv.Flag]) -> list[str]:
    return [spelling for flag in flags for spelling in (flag.long, flag.short) if spelling]
