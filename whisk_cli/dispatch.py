"""From tokens to a command: find it, take its arguments apart, call it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from whisk_cli import argv, completion, config, registry
from whisk_cli.errors import USAGE_HINT, CliError, ExitCode, ServerError
from whisk_cli.inputs import with_files_read
from whisk_cli.invocation import Invocation
from whisk_cli.suggestions import did_you_mean
from whisk_cli.version import __version__

if TYPE_CHECKING:
    from whisk_cli import tree
    from whisk_cli.render.console import Console

_NOT_FOUND = 404
_VERSION = argv.Flag(long="--version", takes_value=False)


def run(tokens: Sequence[str], environment: Mapping[str, str], console: Console) -> int:
    """Run one command line.

    Args:
        tokens: The command line without the program's name.
        environment: The process environment.
        console: Where to print.

    Returns:
        The exit code.

    Raises:
        CliError: Anything a person can correct.
    """
    if tokens and tokens[0] == completion.COMMAND:
        for each in completion.candidates(tokens[1:], environment):
            console.line(each)
        return ExitCode.OK
    try:
        before, noun, rest = argv.split_command(tokens, (_VERSION,))
    except CliError as problem:
        # The reference prints an error in a flag of the root twice.
        raise CliError(f"Error: {problem.message}\n{problem.message}", prefix="") from None
    if (_VERSION.long, True) in before.options:
        console.line(f"wsk {__version__}")
        return ExitCode.OK
    if noun is None or (noun == "help" and not rest):
        return _root_help(console)
    if noun == "help":
        return run([*rest, "--help"], environment, console)
    return _call(noun, before.settings, rest, environment, console)


def _call(
    noun: str,
    settings: Mapping[str, str | bool],
    rest: list[str],
    environment: Mapping[str, str],
    console: Console,
) -> int:
    """Run what a noun and the words after it say."""
    found = registry.find(noun)
    if found is None and noun in registry.RESERVED:
        raise CliError(registry.RESERVED[noun])
    if found is None:
        raise _unknown_noun(noun)
    from whisk_cli import tree

    way = _Way(found.command, f"wsk {noun}", settings, rest)
    _descend(way)
    leaf, path = way.command, way.path
    if isinstance(leaf, tree.Group):
        if way.settings.get("help") or not leaf.runs_alone:
            return _help(leaf, path, console)
        parsed = argv.Parsed()
    else:
        parsed = argv.parse(way.rest, tree.flags_of(leaf), leaf.inputs)
    settings = {**way.settings, **parsed.settings}
    if settings.get("help"):
        return _help(leaf, path, console)
    _choose_format(settings, console)
    console.quiet = bool(settings.get("quiet"))
    if noun == "context":
        # These commands must work even if the context in use is gone.
        settings = {**settings, "context": config.PLAIN}
    invocation = Invocation(
        settings=config.resolve(settings, environment),
        console=console,
        inputs=with_files_read(parsed.inputs),
        environment=environment,
    )
    with invocation.resources:
        try:
            if found.plug_in is not None:
                return found.plug_in.call(way.tokens, parsed, invocation)
            assert isinstance(leaf, tree.Verb)
            return tree.call(leaf, parsed, invocation)
        except ServerError as problem:
            if problem.status == _NOT_FOUND and console.is_watched:
                problem.meant = _meant(path, parsed.positionals, settings, environment)
            raise


def _meant(
    path: str,
    positionals: Sequence[str],
    settings: Mapping[str, str | bool],
    environment: Mapping[str, str],
) -> str:
    """Name the entities that somebody may have meant; only for people, who can wait for it."""
    from whisk_cli import livenames

    words = path.removeprefix("wsk ")
    for position, typed in enumerate(positionals):
        known = livenames.names(words, position, settings, environment)
        if known and typed not in known:
            return did_you_mean(typed.removeprefix("/_/"), known).strip("\n")
    return ""


def _choose_format(settings: Mapping[str, str | bool], console: Console) -> None:
    if any(settings.get(flag) for flag in ("output", "query", "columns", "no_header")):
        from whisk_cli.output import choice

        console.choice = choice.choose(settings)


def wants_traceback(tokens: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Tell whether an unexpected failure shows where it happened."""
    return "WSK_CLI_DEBUG" in environment or "--debug" in tokens or "-d" in tokens


def unknown_command(word: str, path: str, names: Iterable[str]) -> str:
    """Say that a command does not exist, and which ones have a close name."""
    return f'unknown command "{word}" for "{path}"' + did_you_mean(word, names)


class _Way:
    """Where the words of a command line lead.

    Attributes:
        command: The verb, or the group after which there was no word.
        path: The words, such as ``wsk action create``.
        settings: Global flags among them.
        tokens: The words and flags after the noun, as Typer takes them.
        rest: What follows.
    """

    def __init__(
        self,
        command: tree.Group | tree.Verb,
        path: str,
        settings: Mapping[str, str | bool],
        rest: list[str],
    ) -> None:
        self.command = command
        self.path = path
        self.settings = settings
        self.tokens: list[str] = []
        self.rest = rest


def _descend(way: _Way) -> None:
    """Follow the words of nested groups; ends at a group when no word is left."""
    from whisk_cli import tree

    while isinstance(way.command, tree.Group):
        before, word, way.rest = argv.split_command(way.rest, tree.flags_of(way.command))
        way.settings = {**way.settings, **before.settings}
        if before.options:
            from whisk_cli import plugins

            way.tokens += plugins.typed_again(before)
        if word is None:
            break
        below = tree.children(way.command)
        if word not in below:
            message = unknown_command(word, way.path, below)
            raise CliError(message, prefix="Error: ", show_usage_hint=True)
        way.command, way.path = below[word], f"{way.path} {word}"
        way.tokens.append(word)


def _unknown_noun(word: str) -> CliError:
    message = unknown_command(word, "wsk", [*registry.names(), "help"])
    # The reference prints it twice, before and after the hint.
    return CliError(f"Error: {message}\n{USAGE_HINT}\n{message}", prefix="")


def _root_help(console: Console) -> int:
    from whisk_cli import helppage

    console.line(helppage.root())
    return ExitCode.OK


def _help(command: tree.Group | tree.Verb, path: str, console: Console) -> int:
    from whisk_cli import helppage

    console.line(helppage.of(command, path))
    return ExitCode.OK
