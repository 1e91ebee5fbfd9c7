"""The documents: their links lead somewhere, and what they promise to hold is there."""

import re
import string
from pathlib import Path

import pytest

from tests.architecture import settings_table
from tests.architecture.tree import ROOT, files, relative

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)

DOCUMENTS = [path for path in files() if path.suffix == ".md"]


def _prose(path: Path) -> str:
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def _anchors(path: Path) -> set[str]:
    """Return the anchors that a reader of Markdown derives from the headings."""
    kept = string.ascii_lowercase + string.digits + "-_ "
    return {
        "".join(letter for letter in heading.lower() if letter in kept).replace(" ", "-")
        for heading in HEADING.findall(_prose(path))
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    broken = []
    for target in LINK.findall(_prose(document)):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        place = (document.parent / name).resolve() if name else document
        if not place.exists() or (anchor and anchor not in _anchors(place)):
            broken.append(target)
    assert broken == []


def test_the_changelog_has_a_place_for_what_is_not_released() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[?Unreleased\]?$", changelog, re.MULTILINE)


def test_the_license_is_the_whole_apache_license() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "9. Accepting Warranty or Additional Liability." in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_readme_names_the_two_commands_and_every_folder_of_the_house() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    wanted = ["make start", "make test", "whisk_cli/", "whisk_platform/", "whisk_runtimes/"]
    assert [word for word in wanted if word not in readme] == []


def test_every_target_of_the_makefile_is_in_its_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    targets = [target for target in phony[1].split() if target != "help"]
    assert [target for target in targets if f"'make {target} " not in makefile] == []


def test_the_page_of_settings_is_the_settings_model() -> None:
    """To renew it: python -m tests.architecture.settings_table > docs/settings.md."""
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == settings_table.document()


def test_every_setting_says_what_it_means() -> None:
    silent = [line for line in settings_table.document().splitlines() if line.endswith("|  |")]
    assert silent == []
