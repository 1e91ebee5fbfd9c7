"""The reference and the manual pages say what the program takes."""

import shutil
import subprocess

import pytest

from tests.architecture import wsk_pages
from tests.parts import program

RENEW = "renew it with: python -m tests.architecture.wsk_pages"


def test_the_reference_is_that_of_the_command_tree() -> None:
    assert wsk_pages.REFERENCE.read_text(encoding="utf-8") == wsk_pages.reference(), RENEW


def test_there_is_a_manual_page_for_wsk_and_for_every_noun() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in wsk_pages.MANUAL.iterdir()}
    assert found == wsk_pages.manual(), RENEW


@pytest.mark.parametrize("name", sorted(wsk_pages.manual()))
def test_a_manual_page_is_read_without_complaint(name: str) -> None:
    mandoc = program("mandoc", "install the package mandoc, or run tests/setup.sh")
    path = wsk_pages.MANUAL / name
    checked = subprocess.run(
        [mandoc, "-T", "lint", "-W", "warning", path], capture_output=True, text=True, check=False
    )
    serious = [line for line in checked.stdout.splitlines() if "missing date" not in line]
    assert serious == []
    shown = subprocess.run([mandoc, "-T", "utf8", path], capture_output=True, text=True, check=True)
    plain = shown.stdout.replace("\b", "")
    assert name.removesuffix(".1").upper() in plain.splitlines()[0]


def test_the_usual_reader_shows_a_page() -> None:
    if shutil.which("man") is None:
        program("man", "install the package man-db")
    shown = subprocess.run(
        ["man", "-l", str(wsk_pages.MANUAL / "wsk-action.1")],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "MANPAGER": "cat", "LC_ALL": "C.UTF-8", "MANWIDTH": "100"},
    )
    assert "wsk action invoke ACTION_NAME [flags]" in shown.stdout


def test_no_flag_and_no_command_lacks_a_meaning() -> None:
    for name, noun in wsk_pages.nouns().items():
        for path, verb in wsk_pages.verbs(noun, f"wsk {name}"):
            assert verb.help, path
            assert [flag for flag, meaning in wsk_pages.flags(verb) if not meaning] == [], path
