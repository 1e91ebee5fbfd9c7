"""Every command of every noun can be built, described and called with each of its flags."""

import inspect
import re

import pytest

from whisk_cli import convert, helppage, registry, tree
from whisk_cli.argv import GLOBAL_FLAGS, Parsed
from whisk_cli.errors import CliError


def _verbs() -> list[tuple[str, tree.Verb]]:
    found: list[tuple[str, tree.Verb]] = []

    def descend(path: str, command: tree.Group | tree.Verb) -> None:
        if isinstance(command, tree.Verb):
            found.append((path, command))
            return
        for name, child in tree.children(command).items():
            descend(f"{path} {name}", child)

    for name in registry.BUILT_IN:
        descend(f"wsk {name}", registry.load(name, "").command)
    return found


VERBS = _verbs()


@pytest.mark.parametrize(("path", "command"), VERBS, ids=[path for path, _ in VERBS])
def test_every_declared_type_is_one_that_is_converted(path: str, command: tree.Verb) -> None:
    for flag in tree.flags_of(command):
        value: str | bool = "1" if flag.takes_value else True
        values = tree.converted(command, Parsed(options=((flag.long, value),)))
        given = [each for each in command.params if flag.long in each.opts]
        assert [each.name in values for each in given] == [True]


@pytest.mark.parametrize(("path", "command"), VERBS, ids=[path for path, _ in VERBS])
def test_every_flag_stands_on_the_help_page_with_a_line(path: str, command: tree.Verb) -> None:
    page = helppage.of(command, path).splitlines()
    for flag in tree.flags_of(command):
        start = f"{flag.short}, {flag.long}" if flag.short else f"    {flag.long}"
        line = next(line for line in page if f"{line} ".startswith(f"  {start} "))
        assert re.fullmatch(r"\S.*?\S {3,}\S.*", line.strip()), line


@pytest.mark.parametrize(("path", "command"), VERBS, ids=[path for path, _ in VERBS])
def test_no_short_flag_takes_one_of_the_global_letters(path: str, command: tree.Verb) -> None:
    own = tree.flags_of(command)
    longs = {flag.long for flag in own}
    taken = {flag.short for flag, _, _ in GLOBAL_FLAGS.values() if flag.long not in longs}
    # A binding is overwritten with -o, as ever: there, formats are chosen with --output.
    allowed = {"-o"} if path == "wsk package bind" else set()
    assert {flag.short for flag in own} & (taken - {""}) == allowed
    reserved = {each.short for each in command.inputs if each.short}
    assert {flag.short for flag in own} & reserved == set()


@pytest.mark.parametrize(("path", "command"), VERBS, ids=[path for path, _ in VERBS])
def test_the_function_of_every_verb_takes_what_the_table_says(
    path: str, command: tree.Verb
) -> None:
    takes = inspect.signature(command.callback).parameters
    assert set(takes) == {command.context, *(each.name for each in command.params)}


def test_a_noun_that_cannot_be_loaded_is_named() -> None:
    with pytest.raises(CliError, match=r"The command 'x' cannot be loaded from no\.such\.module"):
        registry.load("x", "no.such.module:build")


def test_types_that_commands_do_not_use_are_refused() -> None:
    with pytest.raises(TypeError):
        convert.option("bytes", ["x"], "--x")
    with pytest.raises(TypeError):
        convert.positionals("str", ["x"])
