"""Named connections: each a profile of its own beside the profile, in the directory ``….contexts``.

The profile says which one is in use; ``--context`` and ``WSK_CONTEXT`` choose another for a while.
What a context does not say comes from the profile, unless the context names another API host: a
key must not reach a host it was not meant for.

**Source**: contracts/cli.md §7-16.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from whisk_cli import profile
from whisk_cli.config import CONFIG_FILE_VARIABLE, CONTEXT_KEY, PLAIN, PROFILE_KEYS
from whisk_cli.errors import CliError, UsageError

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@-]{0,99}", re.ASCII)
_SUFFIX = ".contexts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A saved connection.

    Attributes:
        name: Its name.
        path: Its file; of the plain one, the profile.
        properties: What the file says, by the keys of a profile.
        current: Whether the profile says to use it.
    """

    name: str
    path: Path
    properties: Mapping[str, str]
    current: bool


def directory(base: Path) -> Path:
    """Tell where the contexts of a profile are."""
    return base.with_name(f"{base.name}{_SUFFIX}")


def file_of(base: Path, name: str) -> Path:
    """Tell where a context is kept.

    Raises:
        CliError: That cannot be a name.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"'{name}' cannot be the name of a context. Use letters, digits, '.', '_', '@' and '-'."
        )
    return directory(base) / name


def names(base: Path) -> list[str]:
    """List the saved contexts, sorted."""
    try:
        found = [each.name for each in directory(base).iterdir() if each.is_file()]
    except OSError:
        return []
    return sorted(name for name in found if _NAME.fullmatch(name) and name != PLAIN)


def read(base: Path, name: str) -> Context:
    """Read a context.

    Raises:
        CliError: There is none of that name; the sentence names those there are.
    """
    plain = profile.read(base)
    current = plain.get(CONTEXT_KEY, PLAIN) == name
    if name == PLAIN:
        return Context(name=name, path=base, properties=plain, current=current)
    path = file_of(base, name)
    if not path.is_file():
        known = ", ".join([PLAIN, *names(base)])
        raise CliError(
            f"There is no context '{name}'; there is {known}. Make it with "
            f"'wsk context create {name}', or choose another with 'wsk context use'."
        )
    return Context(name=name, path=path, properties=profile.read(path), current=current)


def layered(base: Path | None, plain: Mapping[str, str], name: str) -> tuple[Path, dict[str, str]]:
    """Put a context over the profile.

    Args:
        base: The profile.
        plain: What the profile says.
        name: The context.

    Returns:
        The file of the context, and the properties that hold.

    Raises:
        CliError: There is no profile, or no such context.
    """
    if base is None:
        raise CliError(
            f"The context '{name}' cannot be used: {CONFIG_FILE_VARIABLE} is set to nothing, and "
            "contexts are kept beside the profile. Unset it, or set it to a path."
        )
    found = read(base, name)
    own = {key: found.properties[key] for key in PROFILE_KEYS.values() if key in found.properties}
    host = own.get("APIHOST")
    if host is not None and host != plain.get("APIHOST"):
        return found.path, own
    return found.path, {**plain, **own}


def save(base: Path, name: str, properties: Mapping[str, str]) -> Path:
    """Write a context, with mode 0600, in a directory that only its owner may enter.

    Raises:
        CliError: The name or a value cannot be used, or the file cannot be written.
    """
    if name == PLAIN:
        raise UsageError(f"'{PLAIN}' is the profile itself. Change it with 'wsk property set'.")
    path = file_of(base, name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise CliError(f"Unable to make '{path.parent}': {problem.strerror}") from problem
    changes: dict[str, str | None] = dict.fromkeys(PROFILE_KEYS.values())
    profile.update(path, {**changes, **properties})
    return path


def use(base: Path, name: str) -> Context:
    """Write into the profile which context is in use.

    Raises:
        CliError: There is none of that name, or the profile cannot be written.
    """
    found = read(base, name)
    profile.update(base, {CONTEXT_KEY: None if name == PLAIN else name})
    return found


def delete(base: Path, name: str) -> bool:
    """Delete a context.

    Returns:
        Whether it was in use; then the profile itself is in use from now on.

    Raises:
        CliError: There is none of that name, or its file cannot be deleted.
    """
    if name == PLAIN:
        raise UsageError(f"'{PLAIN}' is the profile itself, which is not deleted with a context.")
    found = read(base, name)
    if found.current:
        profile.update(base, {CONTEXT_KEY: None})
    try:
        found.path.unlink()
    except OSError as problem:
        raise CliError(f"Unable to delete '{found.path}': {problem.strerror}") from problem
    return found.current
