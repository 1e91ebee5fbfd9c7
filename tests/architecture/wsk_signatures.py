"""Writes what each noun of ``wsk`` takes, as Typer says it, into its ``signatures.json``.

``python -m tests.architecture.wsk_signatures`` writes the tables; a test compares them with those
in the tree.
"""

import json
from pathlib import Path

from typer.core import TyperGroup

from whisk_cli import app, registry


def tables() -> dict[Path, str]:
    """Write every table: file to text."""
    whole = app.command_of(app.application())
    assert isinstance(whole, TyperGroup)
    written = {}
    for name in registry.BUILT_IN:
        row = app.described(app.ours(whole.commands[name]))
        written[registry.table_of(name)] = json.dumps(row, indent=1, ensure_ascii=False) + "\n"
    return written


def write() -> None:
    """Write all tables into the tree."""
    for path, text in tables().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
