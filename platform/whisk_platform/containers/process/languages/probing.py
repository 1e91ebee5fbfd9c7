"""Asks programs about themselves: with a time limit, and hardly any environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable

_SECONDS = 10.0


def answer(command: list[str]) -> str | None:
    """What a program prints.

    Args:
        command: program and arguments.

    Returns:
        Its standard output, or None when it does not start, fails, or takes ten seconds.
    """
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def strings(text: str | None) -> list[str] | None:
    """Read a JSON array of strings.

    Args:
        text: what a program printed; None stays None.

    Returns:
        The strings, or None when it is anything else.
    """
    try:
        values = json.loads(text) if text is not None else None
    except ValueError:
        return None
    return [str(value) for value in values] if isinstance(values, list) else None


def on_search_path(names: Iterable[str]) -> list[str]:
    """Where programs of these names are, each place once, in the order of the names."""
    found = (shutil.which(name) for name in names)
    return list(dict.fromkeys(place for place in found if place is not None))


def own_trees(executable: str) -> tuple[str, ...]:
    """Which directories a program that lies outside the system's own folders needs.

    Args:
        executable: its real path, for example ``/opt/node/bin/node``.

    Returns:
        The program's folder and the libraries beside it; nothing for a program of the system.
    """
    folder = os.path.dirname(executable)
    tree = os.path.dirname(folder)
    if tree in ("/", "/usr"):
        return ()
    return tuple(path for path in (folder, f"{tree}/lib", f"{tree}/lib64") if os.path.isdir(path))
