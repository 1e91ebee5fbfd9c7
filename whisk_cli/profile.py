"""The profile file (``.wskprops``): lines ``KEY=value``, read leniently, written privately.

**Source**: contracts/cli.md §2.1. Deliberate differences of the writer: mode 0600, and every line
it was not asked to change stays as it is, comments included.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from whisk_cli.errors import CliError

MODE = 0o600
"""The file holds a key: nobody but its owner may read it."""


def parse(text: str) -> dict[str, str]:
    """Read the properties of a profile.

    Args:
        text: The whole file.

    Returns:
        Key to value. A ``#`` starts a comment anywhere; a line with other than exactly one ``=`` is
        skipped; blanks around the ``=`` belong to the key and the value.
    """
    properties: dict[str, str] = {}
    for line in _lines(text):
        parts = _meaning(line).split("=")
        if len(parts) == 2:
            properties[parts[0]] = parts[1]
    return properties


def changed(text: str, changes: Mapping[str, str | None]) -> str:
    """Apply changes to the text of a profile.

    Args:
        text: The whole file, possibly empty.
        changes: Key to its new value; ``None`` removes the key.

    Returns:
        The new text: a changed key keeps its place, a new one is added at the end, and all other
        lines stay as they are.
    """
    waiting = dict(changes)
    lines: list[str] = []
    for line in _lines(text):
        key, equals, _ = _meaning(line).partition("=")
        if not equals or key not in changes:
            lines.append(line)
            continue
        value = waiting.pop(key, None)
        if value is not None:
            lines.append(f"{key}={value}")
    lines.extend(f"{key}={value}" for key, value in waiting.items() if value is not None)
    return "".join(f"{line}\n" for line in lines)


def read_text(path: Path) -> str:
    """Read a profile; a missing file is empty.

    Raises:
        CliError: It exists but cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, ValueError) as problem:
        raise CliError(
            f"Unable to access configuration properties: cannot read '{path}': {_reason(problem)}"
        ) from problem


def read(path: Path) -> dict[str, str]:
    """Read the properties of a profile file; none if the file is missing.

    Raises:
        CliError: It exists but cannot be read.
    """
    return parse(read_text(path))


def update(path: Path, changes: Mapping[str, str | None]) -> None:
    """Change keys of a profile file in one step; the file ends up with mode 0600.

    Args:
        path: The file; it and its directory are created when missing.
        changes: Key to its new value; ``None`` removes the key.

    Raises:
        CliError: A value cannot be written on one line, or the file cannot be written.
    """
    for key, value in changes.items():
        if value is not None and any(mark in value for mark in "\n\r=#"):
            raise CliError(
                f"The value of {key} cannot be saved: it holds a line break, '=' or '#', "
                f"which '{path}' cannot express."
            )
    try:
        replace(path.resolve(), changed(read_text(path), changes))
    except OSError as problem:
        raise CliError(f"Unable to write '{path}': {_reason(problem)}") from problem


def replace(target: Path, text: str) -> None:
    """Write a file that nobody but its owner may read, whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    # Imported here because only writers need it and every command loads this module.
    import tempfile

    target.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp creates with 0600, so the key is never readable, not even for a moment.
    descriptor, temporary = tempfile.mkstemp(prefix=f"{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _lines(text: str) -> list[str]:
    # Only a newline ends a line; str.splitlines knows many more ends.
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _meaning(line: str) -> str:
    return line.partition("#")[0].strip()


def _reason(problem: OSError | ValueError) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return str(problem)


def mark(path: Path, prefix: str, line: str) -> None:
    """Put a comment line at the top, in place of one that begins with ``prefix``.

    Args:
        path: The file; created when missing, mode 0600.
        prefix: How an earlier line of the same meaning begins.
        line: The whole comment line.

    Raises:
        CliError: The file cannot be read or written.
    """
    rest = [each for each in read_text(path).splitlines() if not each.startswith(prefix)]
    try:
        replace(path.resolve(), "".join(f"{each}\n" for each in (line, *rest)))
    except OSError as problem:
        raise CliError(f"Unable to write '{path}': {_reason(problem)}") from problem
