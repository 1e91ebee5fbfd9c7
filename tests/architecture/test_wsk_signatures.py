"""The tables by which ``wsk`` takes command lines apart say what its commands declare."""

import json

from tests.architecture import wsk_signatures
from whisk_cli import registry

RENEW = "renew it with: python -m tests.architecture.wsk_signatures"


def test_each_table_is_what_typer_says_of_the_noun() -> None:
    for path, text in wsk_signatures.tables().items():
        # Compared as documents first, so that a difference is shown where it is.
        assert json.loads(path.read_bytes()) == json.loads(text), RENEW
        assert path.read_text(encoding="utf-8") == text, RENEW


def test_every_folder_of_commands_is_a_noun() -> None:
    folders = {path.parent.name for path in registry.table_of("x").parents[1].glob("*/app.py")}
    assert folders == set(registry.BUILT_IN)
