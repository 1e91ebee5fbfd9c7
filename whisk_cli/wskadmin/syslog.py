"""``wskadmin syslog``: lines of the platform's log, of one transaction or matching an expression.

With ``WHISK_LOGS_DIR`` the logs are files of components in that directory, as the original had
them; otherwise there is one log, of the platform on this machine.

**Source**: contracts/cli.md §5.
"""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from whisk_cli.errors import CliError, ExitCode
from whisk_cli.wskadmin.session import Session

COMPONENTS = ("controller0", "scheduler0", "invoker0")
"""Whose lines are shown unless others are named."""

VARIABLE = "WHISK_LOGS_DIR"


def get(session: Session, options: Namespace) -> int:
    """Print the lines that are wanted.

    Raises:
        CliError: The expression is none (exit 2), or there is no log.
    """
    wanted = _expression(options.grep)
    for path in _files(session, options.components):
        for line in _lines(path):
            if options.tid and options.tid.removeprefix("#tid_") not in line:
                continue
            if wanted is None or wanted.search(line):
                session.console.line(line)
    return ExitCode.OK


def _expression(text: str | None) -> re.Pattern[str] | None:
    try:
        return None if text is None else re.compile(text)
    except re.error as problem:
        raise CliError(f"'{text}' is no expression: {problem}.", ExitCode.MISUSE) from problem


def _files(session: Session, named: list[str]) -> list[Path]:
    """Find the logs; of the components that nobody named, only those that are there."""
    directory = session.environment.get(VARIABLE)
    if not directory:
        log = session.state.log_file
        if not log.exists():
            raise CliError(
                f"There is no log {log}: name the platform's --state-dir, or a directory of logs "
                f"in {VARIABLE}."
            )
        return [log]
    found = []
    for component in named or COMPONENTS:
        places = [Path(directory, component, f"{component}_logs.log")]
        places.append(Path(directory, f"{component}.log"))
        there = next((place for place in places if place.exists()), None)
        if there is not None:
            found.append(there)
        elif named:
            raise CliError(f"There is no log of '{component}' in '{directory}'.")
    return found


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            for line in file:
                yield line.decode("utf-8", "replace").rstrip("\r\n")
    except OSError as problem:
        raise CliError(f"The log {path} cannot be read: {problem.strerror}.") from problem
