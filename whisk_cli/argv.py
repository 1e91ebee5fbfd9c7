"""The argument pass: global flags anywhere, two-token inputs, one plain order for the command.

Pure: from tokens and the declared flags of a command to a :class:`Parsed` record.

**Source**: contracts/cli.md §1.1, §1.2, §9.2. Deliberate differences: an input flag belongs to the
commands that declare it, ``--`` ends the flags, and ``--param-file=FILE`` works.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from whisk_cli.errors import CliError, UsageError
from whisk_cli.inputs import Given, Input
from whisk_cli.suggestions import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A flag a command declares.

    Attributes:
        long: The canonical spelling.
        short: The spelling with one dash, or the empty string.
        takes_value: Whether a token follows.
    """

    long: str
    short: str = ""
    takes_value: bool = True


GLOBAL_FLAGS: Mapping[str, tuple[Flag, str, str]] = {
    "api_host": (Flag(long="--apihost"), "HOST", "whisk API HOST"),
    "api_version": (Flag(long="--apiversion"), "VERSION", "whisk API VERSION"),
    "auth": (Flag(long="--auth", short="-u"), "KEY", "authorization KEY"),
    "cert": (Flag(long="--cert"), "FILE", "client certificate"),
    "key": (Flag(long="--key"), "FILE", "client key"),
    "cacert": (Flag(long="--cacert"), "FILE", "certificate authority of the API host"),
    "insecure": (
        Flag(long="--insecure", short="-i", takes_value=False),
        "",
        "bypass certificate checking",
    ),
    "verbose": (Flag(long="--verbose", short="-v", takes_value=False), "", "verbose output"),
    "debug": (Flag(long="--debug", short="-d", takes_value=False), "", "debug level output"),
    "show_secrets": (
        Flag(long="--show-secrets", takes_value=False),
        "",
        "show keys in what -v and -o write",
    ),
    "output": (
        Flag(long="--output", short="-o"),
        "FORMAT",
        "table, json, yaml, jsonl, name, wide or tsv",
    ),
    "query": (Flag(long="--query"), "EXPRESSION", "what to pick out of the result (JMESPath)"),
    "columns": (Flag(long="--columns"), "NAMES", "columns of tables, with commas between"),
    "no_header": (
        Flag(long="--no-header", takes_value=False),
        "",
        "leave out the names of the columns",
    ),
    "quiet": (
        Flag(long="--quiet", short="-q", takes_value=False),
        "",
        "leave out the lines that begin with ok:, but for ids and states",
    ),
    "context": (Flag(long="--context"), "NAME", "use the connection saved as NAME"),
    "help": (Flag(long="--help", short="-h", takes_value=False), "", "help for this command"),
}
"""Accepted before and after the command: setting → flag, value name, help line."""


def global_flags() -> list[Flag]:
    """List the flags that are accepted anywhere."""
    return [flag for flag, _, _ in GLOBAL_FLAGS.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The tokens of one command, taken apart.

    Attributes:
        settings: Global flags by the names of :data:`GLOBAL_FLAGS`; the last one wins.
        inputs: Two-token and file inputs in typed order.
        options: The command's own flags as typed, long spelling and value; a switch is ``True``
            or ``False``.
        positionals: Everything else.
    """

    settings: Mapping[str, str | bool] = field(default_factory=dict)
    inputs: tuple[Given, ...] = ()
    options: tuple[tuple[str, str | bool], ...] = ()
    positionals: tuple[str, ...] = ()


def parse(
    tokens: Sequence[str], flags: Sequence[Flag] = (), inputs: frozenset[Input] = frozenset()
) -> Parsed:
    """Take the tokens of a command apart.

    Args:
        tokens: What follows the command's name.
        flags: The command's own flags; they shadow global flags of the same name.
        inputs: The two-token inputs the command owns.

    Raises:
        CliError: An unknown flag, or a flag without its value: exit 1.
    """
    return _Pass(tokens, flags, inputs).run()


def split_command(
    tokens: Sequence[str], flags: Sequence[Flag] = ()
) -> tuple[Parsed, str | None, list[str]]:
    """Find the word that names a command, after global flags.

    Args:
        tokens: The arguments of a group of commands.
        flags: Flags the group itself accepts.

    Returns:
        The flags before the word, the word (``None`` if there is none), and what follows it.

    Raises:
        CliError: A flag before the word is unknown, or lacks its value: exit 1.
    """
    scan = _Pass(tokens, flags, frozenset())
    while scan.position < len(tokens) and not scan.positionals:
        scan.step()
    word = scan.positionals[0] if scan.positionals else None
    rest = [*scan.positionals[1:], *tokens[scan.position :]]
    return scan.parsed(), word, rest


class _Pass:
    """One walk over the tokens; every branch of :meth:`step` moves ``position`` forward."""

    def __init__(
        self, tokens: Sequence[str], flags: Sequence[Flag], inputs: frozenset[Input]
    ) -> None:
        self.tokens = tokens
        self.position = 0
        self.known: dict[str, tuple[Flag, str]] = {}
        local = {flag.long for flag in flags}
        for setting, (flag, _, _) in GLOBAL_FLAGS.items():
            if flag.long not in local:
                self._declare(flag, setting)
        for flag in flags:
            self._declare(flag, "")
        self.input_flags = {spelling: each for each in inputs for spelling in each.spellings}
        self.settings: dict[str, str | bool] = {}
        self.inputs: list[Given] = []
        self.options: list[tuple[str, str | bool]] = []
        self.positionals: list[str] = []

    def _declare(self, flag: Flag, setting: str) -> None:
        for spelling in (flag.long, flag.short):
            if spelling:
                self.known[spelling] = (flag, setting)

    def run(self) -> Parsed:
        while self.position < len(self.tokens):
            self.step()
        return self.parsed()

    def parsed(self) -> Parsed:
        return Parsed(
            settings=self.settings,
            inputs=tuple(self.inputs),
            options=tuple(self.options),
            positionals=tuple(self.positionals),
        )

    def step(self) -> None:
        token = self.tokens[self.position]
        self.position += 1
        if token == "--":
            self.positionals.extend(self.tokens[self.position :])
            self.position = len(self.tokens)
        elif token in self.input_flags:
            self._input(token, self.input_flags[token])
        elif token.startswith("--"):
            self._long(token)
        elif token.startswith("-") and token != "-":
            self._short(token)
        else:
            self.positionals.append(token)

    def _input(self, spelling: str, flag: Input) -> None:
        rest = self.tokens[self.position :]
        if flag.is_file:
            if not rest:
                raise _bad_input(flag, f"An argument must be provided for '{spelling}'")
            self.inputs.append(Given(flag=flag, key=rest[0]))
            self.position += 1
            return
        if len(rest) < 2:
            raise _bad_input(flag, f"Arguments for '{spelling}' must be a key/value pair")
        self.inputs.append(Given(flag=flag, key=rest[0], text=rest[1]))
        self.position += 2

    def _long(self, token: str) -> None:
        name, equals, value = token.partition("=")
        if name in self.input_flags and equals:
            self._input_with_equals(name, self.input_flags[name], value)
            return
        if name not in self.known:
            known = [each for each in (*self.known, *self.input_flags) if each.startswith("--")]
            raise flag_error(f"unknown flag: {name}{did_you_mean(name, known).rstrip()}")
        flag, setting = self.known[name]
        if flag.takes_value:
            self._store(flag, setting, value if equals else self._value(f"{name}"))
        else:
            self._store_switch(flag, setting, value if equals else "true")

    def _short(self, token: str) -> None:
        letters = token[1:]
        for index, letter in enumerate(letters):
            spelling, rest = f"-{letter}", letters[index + 1 :]
            if index == 0 and rest and spelling in self.input_flags:
                self._input_with_equals(spelling, self.input_flags[spelling], rest)
                return
            if spelling not in self.known:
                raise flag_error(f"unknown shorthand flag: '{letter}' in {token}")
            flag, setting = self.known[spelling]
            if flag.takes_value:
                attached = rest.removeprefix("=")
                where = f"'{letter}' in {token}"
                self._store(flag, setting, attached if rest else self._value(where))
                return
            if rest.startswith("="):
                self._store_switch(flag, setting, rest[1:])
                return
            self._store_switch(flag, setting, "true")

    def _input_with_equals(self, spelling: str, flag: Input, value: str) -> None:
        if not flag.is_file:
            raise _bad_input(
                flag,
                f"Arguments for '{spelling}' must be a key/value pair, "
                f"separated by a space: {spelling} KEY VALUE",
            )
        self.inputs.append(Given(flag=flag, key=value))

    def _value(self, shown: str) -> str:
        if self.position >= len(self.tokens):
            raise flag_error(f"flag needs an argument: {shown}")
        self.position += 1
        return self.tokens[self.position - 1]

    def _store(self, flag: Flag, setting: str, value: str) -> None:
        if setting:
            self.settings[setting] = value
        else:
            self.options.append((flag.long, value))

    def _store_switch(self, flag: Flag, setting: str, value: str) -> None:
        truth = _TRUTH.get(value)
        if truth is None:
            raise flag_error(
                f'invalid argument "{value}" for "{flag.long}" flag: use true or false'
            )
        if setting:
            self.settings[setting] = truth
        else:
            self.options.append((flag.long, truth))


_TRUTH = {
    "true": True, "True": True, "TRUE": True, "t": True, "T": True, "1": True,
    "false": False, "False": False, "FALSE": False, "f": False, "F": False, "0": False,
}  # fmt: skip


def _bad_input(flag: Input, message: str) -> CliError:
    return UsageError(f"Failed to parse arguments: {flag.complaint}{message}")


def flag_error(message: str) -> CliError:
    """An error in a flag: exit 1, printed without a prefix."""
    return CliError(message, prefix="")
