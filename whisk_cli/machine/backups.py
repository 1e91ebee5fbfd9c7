"""Backups of a state directory, written and restored by the platform's own programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from whisk_cli.machine import process
from whisk_cli.machine.statedir import StateDir

_COUNTED = (("entities", "entities"), ("identities", "keys"), ("records", "activation records"))


def write(state: StateDir, file: Path) -> Mapping[str, object]:
    """Write a backup.

    Returns:
        What is in it.

    Raises:
        CliError: it cannot be written; the platform's own sentence.
    """
    return process.run_json(state, "whisk_platform.standalone.backup", "--file", str(file))


def restore(state: StateDir, file: Path) -> Mapping[str, object]:
    """Restore a backup.

    Returns:
        What is in it, and as ``aside`` where the former state is, or nothing.

    Raises:
        CliError: it cannot be restored; the platform's own sentence.
    """
    return process.run_json(state, "whisk_platform.standalone.restore", "--file", str(file))


def told(contents: Mapping[str, object]) -> str:
    """What a backup holds, in words."""
    parts = [f"{contents[name]} {noun}" for name, noun in _COUNTED]
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
