"""From the command line of ``wskadmin`` to an exit code: 0, 1 for a failure, 2 for misuse.

**Source**: contracts/cli.md §5.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from whisk_cli.errors import CliError, ExitCode, OutputClosed, OutputFailed
from whisk_cli.render.console import Console, wants_color
from whisk_cli.streams import silence, tell_unwritable
from whisk_cli.wskadmin import commandline
from whisk_cli.wskadmin.session import Session


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``wskadmin`` on the process's streams and environment.

    Args:
        arguments: The command line without the program's name; the process's own by default.

    Returns:
        The exit code.
    """
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    environment = dict(os.environ)
    color = wants_color(sys.stdout.isatty(), environment)
    console = Console(sys.stdout.buffer, sys.stderr.buffer, color=color)
    try:
        code = run(tokens, environment, console)
        console.flush()
    except OutputClosed:
        silence(sys.stdout, sys.stderr)
        return ExitCode.BROKEN_PIPE
    except OutputFailed as problem:
        return tell_unwritable(problem)
    except KeyboardInterrupt:
        silence(sys.stdout, sys.stderr)
        return ExitCode.INTERRUPTED
    return code


def run(tokens: Sequence[str], environment: Mapping[str, str], console: Console) -> int:
    """Run one command line; errors become a sentence on the console.

    Args:
        tokens: The command line without the program's name.
        environment: The process environment.
        console: Where to print.

    Returns:
        0, 1 for a failure, 2 for misuse; of ``block`` and ``unblock`` the number of failures.

    Raises:
        OutputClosed: The reader of the output went away.
        KeyboardInterrupt: The person pressed Ctrl-C.
    """
    try:
        given = commandline.parse(tokens)
        if given.page:
            console.write(given.page)
            return ExitCode.OK
        with Session(given.options, environment, console) as session:
            return given.verb(session, given.options)
    except CliError as problem:
        console.error(problem.message.rstrip())
        misused = problem.exit_code == ExitCode.MISUSE
        return ExitCode.MISUSE if misused else ExitCode.GENERAL
    except (OutputClosed, OutputFailed, KeyboardInterrupt):
        raise
    except Exception as problem:
        if "WSK_CLI_DEBUG" in environment:
            raise
        console.error(
            f"wskadmin failed unexpectedly: {type(problem).__name__}: {problem}. "
            "Set WSK_CLI_DEBUG=1 to see where."
        )
        return ExitCode.GENERAL
