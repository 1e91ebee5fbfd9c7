"""Removes what a platform leaves behind, even one that was killed without warning.

Started before anything else, in a session of its own, deaf to signals, holding nothing but the read
end of a pipe whose other end the platform keeps. When that end closes, for whatever reason, the
janitor cleans the platform's life directory and everything its manifest names.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
from typing import Any

from . import groups

MANIFEST = "manifest.json"


def main(arguments: list[str]) -> None:
    """Wait for the end of the platform, then clean.

    Args:
        arguments: the life directory and the number of the pipe's descriptor.
    """
    directory, pipe = arguments[0], int(arguments[1])
    with contextlib.suppress(PermissionError):
        os.setsid()
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    os.chdir("/")
    while os.read(pipe, 1):
        pass
    clean(directory)


def clean(directory: str) -> None:
    """Remove a life: its control groups with everything in them, its scratch places, itself."""
    manifest = read_manifest(directory)
    for group in manifest.get("groups", []):
        groups.remove(str(group))
    for scratch in manifest.get("scratch", []):
        shutil.rmtree(str(scratch), ignore_errors=True)
    shutil.rmtree(directory, ignore_errors=True)


def read_manifest(directory: str) -> dict[str, Any]:
    """What a life wrote down about the things it made outside its own directory."""
    try:
        with open(os.path.join(directory, MANIFEST)) as file:
            manifest = json.load(file)
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}
