"""A folder of actions: one for each file or folder, named after its path.

- ``hello.py`` is the action ``hello``.
- A folder with an entry of its language (``package.json``, ``__main__.py``, ``go.mod`` …) is one
  action, packed as a zip archive; so is the folder itself, if it has one.
- Any other folder is a package: ``greetings/hello.py`` is the action ``greetings/hello``.
- What begins with ``.`` or ``_``, and what no runtime understands, is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from whisk_cli.errors import CliError, ExitCode, UsageError
from whisk_cli.sources import kinds
from whisk_cli.sources.archive import is_left_out
from whisk_cli.sources.source import Source, at, folder_kind

_NOT_ACTIONS = frozenset({"node_modules", "vendor", "virtualenv", "docs", "tests"})
_NAME = re.compile(r"[\w][\w@ .-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What a folder holds.

    Attributes:
        actions: By name.
        problems: A sentence for each thing that cannot become an action.
    """

    actions: dict[str, Source]
    problems: tuple[str, ...] = ()


def look(folder: Path) -> Project:
    """Find the actions of a folder.

    Raises:
        CliError: There is no such folder, or it cannot be read: exit 2.
    """
    if not folder.is_dir():
        raise UsageError(f"'{folder}' is not a folder", ExitCode.MISUSE)
    actions: dict[str, Source] = {}
    problems: list[str] = []
    for path, package in _candidates(folder, problems):
        try:
            found = at(path)
        except CliError as problem:
            problems.append(problem.message)
            continue
        name = f"{package}/{found.name}" if package else found.name
        if not _NAME.fullmatch(found.name):
            problems.append(
                f"'{path}' cannot be an action: a name has letters, digits and _ @ . - or spaces"
            )
        elif name in actions:
            problems.append(
                f"'{path}' and '{actions[name].path}' are both the action '{name}': rename one"
            )
        else:
            actions[name] = Source(name=name, path=path, kind=found.kind, main=found.main)
    return Project(actions=actions, problems=tuple(problems))


def _candidates(folder: Path, problems: list[str]) -> Iterator[tuple[Path, str]]:
    """Give what may be an action, with its package."""
    if folder_kind(folder) is not None:
        yield folder, ""
        return
    for path in _children(folder):
        if path.is_file():
            if is_source(path.name):
                yield path, ""
        elif folder_kind(path) is not None:
            yield path, ""
        else:
            yield from _of_package(path, problems)


def _of_package(folder: Path, problems: list[str]) -> Iterator[tuple[Path, str]]:
    for path in _children(folder):
        if (path.is_file() and is_source(path.name)) or (
            path.is_dir() and folder_kind(path) is not None
        ):
            yield path, folder.name
        elif path.is_dir() and any(is_source(each.name) for each in _children(path)):
            problems.append(
                f"'{path}' is left alone: packages do not nest, and it has no entry such as "
                "package.json or __main__.py that makes a folder one action"
            )


def is_source(name: str) -> bool:
    """Whether a file of this name may be an action."""
    suffix = Path(name).suffix
    return kinds.of_file(name) is not None or suffix in (".zip", ".jar")


def _children(folder: Path) -> list[Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError as problem:
        raise UsageError(
            f"Unable to read the folder '{folder}': {problem.strerror}", ExitCode.MISUSE
        ) from problem
    return [
        path
        for path in found
        if not path.name.startswith("_")
        and not is_left_out(path.name)
        and path.name not in _NOT_ACTIONS
    ]
