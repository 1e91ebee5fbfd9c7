"""Help pages: at every level, by three spellings, without a host or a key."""

import pytest

from tests.contract.cli.driver import Wsk, ok
from whisk_cli.version import __version__

NOUNS = ("action", "activation", "list", "namespace", "package", "property", "rule", "trigger")


def test_the_root_page_lists_every_noun(wsk: Wsk) -> None:
    outcome = wsk()
    assert outcome.code == 0
    for noun in (*NOUNS, "admin", "platform", "help"):
        assert f"\n  {noun} " in outcome.out
    for section in ("Usage:", "Available Commands:", "Flags:", "--help"):
        assert section in outcome.out


@pytest.mark.parametrize("tokens", [["help"], ["--help"], ["-h"], []])
def test_the_root_page_has_four_spellings(wsk: Wsk, tokens: list[str]) -> None:
    assert wsk(*tokens) == wsk()


@pytest.mark.parametrize("noun", NOUNS)
def test_the_page_of_a_noun_has_its_sections(wsk: Wsk, noun: str) -> None:
    outcome = wsk(noun, "--help")
    assert outcome.code == 0
    assert outcome.err == ""
    for section in ("\nUsage:\n", "\nGlobal Flags:\n"):
        assert section in outcome.out


@pytest.mark.parametrize(
    "tokens",
    [["help", "action", "create"], ["action", "create", "-h"], ["-h", "action", "create"]],
)
def test_the_page_of_a_verb_has_three_spellings(wsk: Wsk, tokens: list[str]) -> None:
    outcome = wsk(*tokens)
    assert outcome == wsk("action", "create", "--help")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "create a new action"
    assert "  wsk action create ACTION_NAME ACTION [flags]" in lines
    assert any(line.startswith("  -p, --param KEY VALUE ") for line in lines)
    assert any(line.startswith("  -t, --timeout LIMIT ") for line in lines)


def test_a_noun_without_verb_shows_its_page(wsk: Wsk) -> None:
    assert wsk("action") == wsk("action", "--help")


def test_help_about_what_does_not_exist_fails(wsk: Wsk) -> None:
    assert wsk("help", "bogus").code == 1


@pytest.mark.parametrize("tokens", [["--version"], ["-v", "--version"], ["--version", "action"]])
def test_the_version_is_one_line(wsk: Wsk, tokens: list[str]) -> None:
    assert wsk(*tokens) == ok(f"wsk {__version__}\n")
