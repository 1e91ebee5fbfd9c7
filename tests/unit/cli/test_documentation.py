"""The page about ``wsk`` says what the program does."""

import re
from pathlib import Path

from whisk_cli import registry
from whisk_cli.argv import GLOBAL_FLAGS
from whisk_cli.errors import ExitCode, of_status

PAGE = (Path(__file__).parents[3] / "docs" / "wsk.md").read_text(encoding="utf-8")


def test_the_table_of_exit_codes_is_the_enumeration() -> None:
    table = PAGE.partition("## Exit codes")[2].partition("## ")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == [*ExitCode]


def test_the_examples_of_http_errors_are_right() -> None:
    for status, code in re.findall(r"(\d{3}) is (\d{3})", PAGE):
        assert of_status(int(status)) == int(code)


def test_every_global_flag_but_the_self_evident_is_described() -> None:
    spellings = {s for flag, _, _ in GLOBAL_FLAGS.values() for s in (flag.long, flag.short) if s}
    described = {spelling for spelling in spellings if f"`{spelling}`" in PAGE}
    assert spellings - described == {"--insecure", "-i", "--verbose", "--debug", "-h"}


def test_every_command_it_shows_exists() -> None:
    nouns = {words.split()[0] for words in re.findall(r"`wsk ([a-z][^`]*)`", PAGE)}
    assert nouns <= {*registry.BUILT_IN, "help"}


ROOT = Path(__file__).parents[3]
TABLE = (ROOT / "docs" / "wsk-compatibility.md").read_text(encoding="utf-8")


FOLDERS = {"": "tests/contract/cli", "unit": "tests/unit/cli", "e2e": "tests/e2e"}


def test_every_test_that_the_compatibility_page_names_exists() -> None:
    named = set(re.findall(r"`((?:(?:unit|e2e)/)?[a-z0-9_]+)::([a-z0-9_]+)`", TABLE)) - {
        ("file", "name")
    }
    assert len(named) > 100
    missing = []
    for file, name in sorted(named):
        place, _, base = file.rpartition("/")
        path = ROOT / FOLDERS[place] / f"test_{base}.py"
        if not re.search(rf"def test_{name}\(", path.read_text(encoding="utf-8")):
            missing.append(f"{file}::{name}")
    assert missing == []


def test_the_compatibility_page_has_every_section_of_the_contract() -> None:
    sections = {"§1", *(f"§1.{n}" for n in range(1, 14)), *(f"§2.{n}" for n in range(1, 5))}
    sections |= {*(f"§3.{n}" for n in range(1, 11)), "§4.1", "§4.2", "§4.3", "§5", "§9.3"}
    assert sections - set(re.findall(r"^\| (§[0-9.]+) \|", TABLE, re.MULTILINE)) == set()


def test_the_compatibility_page_answers_every_ask_of_users() -> None:
    """All but those about projects, which are not there yet."""
    asks = TABLE.partition("## What users ask for")[2].partition("\n## ")[0]
    numbers = [
        int(number) for number in re.findall(r"^\| (\d+) \|.*`[^`]+::[^`]+` \|$", asks, re.M)
    ]
    assert numbers == [*range(1, 24), 34, 35]
