"""Removes what a platform leaves behind, even one that was killed without warning.

Started before anything else, in a session of its own, deaf to signals, holding nothing but the read
end of a pipe whose other end the platform keeps. When that end closes, for whatever reason, the
janitor cleans the platform's life directory and everything its manifest names. While it waits it is
a shell, a tenth of the size of an interpreter; ``WAIT`` is its whole program.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from typing import Any

from . import groups

MANIFEST = "manifest.json"
WAIT = """trap '' HUP INT TERM PIPE; read -r _; exec "$@" """
"""Read standard input to its end, then become the program that the arguments name."""


def main(arguments: list[str]) -> None:
    """Clean, now that the platform has gone.

    Args:
        arguments: the life directory.
    """
    with contextlib.suppress(OSError):
        os.chdir("/")
    clean(arguments[0])


def clean(directory: str) -> None:
    """Remove a life: its control groups with everything in them, its scratch places, itself.

    If a group resists, the directory stays, so that the next start knows of it and tries again.
    """
    manifest = read_manifest(directory)
    gone = groups.remove_all([str(group) for group in manifest.get("groups", [])])
    for scratch in manifest.get("scratch", []):
        shutil.rmtree(str(scratch), ignore_errors=True)
    if gone:
        shutil.rmtree(directory, ignore_errors=True)


def read_manifest(directory: str) -> dict[str, Any]:
    """What a life wrote down about the things it made outside its own directory."""
    try:
        with open(os.path.join(directory, MANIFEST)) as file:
            manifest = json.load(file)
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}
