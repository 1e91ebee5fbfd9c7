"""The names of entities for completion: asked from the server in a moment, remembered for another.

Whatever goes wrong, there are no names: a person who types must not wait nor be told.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from whisk_cli import config, profile
from whisk_cli.config import Settings
from whisk_cli.errors import CliError

PATIENCE_S = 1.0
"""How long a person who pressed the key waits for names."""

FRESH_S = 15.0
"""How long names are remembered."""

MOST_NAMES = 200
"""One page of a list."""

_OF_ONE = {
    "action": ("update", "invoke", "get", "delete", "open", "curl"),
    "package": ("update", "get", "delete", "bind"),
    "trigger": ("update", "fire", "get", "delete"),
    "rule": ("update", "get", "delete", "enable", "disable", "status"),
}
_POSITIONS: Mapping[str, tuple[str, ...]] = {
    **{f"{noun} {verb}": (f"{noun}s",) for noun, verbs in _OF_ONE.items() for verb in verbs},
    "action list": ("packages",),
    "activation list": ("actions",),
    "activation poll": ("actions",),
    "activation get": ("activations",),
    "activation logs": ("activations",),
    "activation result": ("activations",),
    "activation wait": ("activations",),
    "rule create": ("", "triggers", "actions"),
    "rule update": ("rules", "triggers", "actions"),
    "context use": ("contexts",),
    "context show": ("contexts",),
    "context delete": ("contexts",),
    "logs": ("actions",),
}
"""Command to what its positional arguments name, in order; empty for a new name."""


def names(
    path: str,
    position: int,
    flags: Mapping[str, str | bool],
    environment: Mapping[str, str],
) -> list[str]:
    """Find the names that a positional argument may have.

    Args:
        path: The words of the command.
        position: How many positional arguments stand before it.
        flags: Global flags by setting name.
        environment: The process environment.

    Returns:
        Names as they are typed; none if they cannot be had at once.
    """
    kinds = _POSITIONS.get(path, ())
    kind = kinds[position] if position < len(kinds) else ""
    if kind == "contexts":
        return contexts_of(environment)
    if not kind:
        return []
    try:
        settings = replace(config.resolve(flags, environment), verbose=False, debug=False)
        return _remembered(settings, environment, kind)
    except (CliError, OSError, ValueError):
        return []


def contexts_of(environment: Mapping[str, str]) -> list[str]:
    """List the contexts of a person."""
    from whisk_cli import contexts

    base = config.profile_path(environment)
    return [config.PLAIN, *contexts.names(base)] if base is not None else []


def _remembered(settings: Settings, environment: Mapping[str, str], kind: str) -> list[str]:
    if not settings.api_host or not settings.auth:
        return []
    path = _cache_file(settings, environment, kind)
    known = _read(path)
    if known is None:
        known = _asked(settings, kind)
        if known is not None:
            _write(path, known)
    return known or []


def _cache_file(settings: Settings, environment: Mapping[str, str], kind: str) -> Path:
    home = environment.get("XDG_CACHE_HOME") or str(Path(environment.get("HOME", "~")) / ".cache")
    whose = f"{settings.base_url}\n{settings.api_version}\n{settings.auth}\n{kind}"
    name = hashlib.sha256(whose.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return Path(home).expanduser() / "wsk" / "names" / name


def _read(path: Path) -> list[str] | None:
    try:
        age = time.time() - path.stat().st_mtime
        if not 0 <= age <= FRESH_S:
            return None
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return [str(each) for each in found] if isinstance(found, list) else None


def _write(path: Path, found: list[str]) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in path.parent.iterdir():
            if time.time() - old.stat().st_mtime > FRESH_S:
                old.unlink(missing_ok=True)
        profile.replace(path, json.dumps(found))
    except OSError:
        # A home that cannot be written to only makes completion ask again.
        return


def _asked(settings: Settings, kind: str) -> list[str] | None:
    """Ask in a thread of its own, which the process does not wait for at its end."""
    found: list[list[str]] = []

    def ask() -> None:
        try:
            found.append(_fetched(settings, kind))
        except (CliError, OSError, ValueError):
            return

    asking = threading.Thread(target=ask, name="names", daemon=True)
    asking.start()
    asking.join(PATIENCE_S)
    return found[0] if found else None


def _fetched(settings: Settings, kind: str) -> list[str]:
    from whisk_cli.client import paths
    from whisk_cli.client.api import Client
    from whisk_cli.jsonvalue import items, members, text_of
    from whisk_cli.names import OWN_NAMESPACE
    from whisk_cli.render.console import Console

    with open(os.devnull, "wb") as nowhere:
        client = Client(settings, Console(nowhere, nowhere))
        client.repeats = False
        query = (("limit", str(MOST_NAMES)), ("skip", "0"))
        try:
            listed = client.call("GET", paths.collection(OWN_NAMESPACE, kind), query=query)
        finally:
            client.close()
    found = []
    for each in map(members, items(listed)):
        package = text_of(each.get("namespace")).partition("/")[2]
        name = text_of(each.get("activationId")) or text_of(each.get("name"))
        found.append(f"{package}/{name}" if package and kind == "actions" else name)
    # A line break would make two candidates of one name.
    return [name for name in found if name and "\n" not in name]
