"""One command line, from the process's streams to an exit code.

``whisk_cli.main`` comes first and answers what needs none of this.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from whisk_cli import dispatch
from whisk_cli.errors import USAGE_HINT, CliError, ExitCode, OutputClosed, OutputFailed, ServerError
from whisk_cli.render.console import Console, wants_color
from whisk_cli.streams import tell_unwritable


def execute(tokens: Sequence[str]) -> int:
    """Run one command line on the process's streams and environment.

    Args:
        tokens: The command line without the program's name.

    Returns:
        The exit code.

    Raises:
        BrokenPipeError: The reader of the output went away.
        KeyboardInterrupt: The person pressed Ctrl-C.
    """
    environment = dict(os.environ)
    color = wants_color(sys.stdout.isatty(), environment)
    console = Console(sys.stdout.buffer, sys.stderr.buffer, color=color)
    console.is_watched = sys.stderr.isatty()
    console.is_terminal = sys.stdout.isatty() and environment.get("TERM") != "dumb"
    try:
        code = run(tokens, environment, console)
        console.flush()
    except OutputClosed as problem:
        raise BrokenPipeError from problem
    except OutputFailed as problem:
        return tell_unwritable(problem)
    return code


def run(tokens: Sequence[str], environment: Mapping[str, str], console: Console) -> int:
    """Run one command line; errors become a sentence on the console.

    Args:
        tokens: The command line without the program's name.
        environment: The process environment.
        console: Where to print.

    Returns:
        The exit code.

    Raises:
        OutputClosed: The reader of the output went away.
        OutputFailed: The output cannot be written.
        KeyboardInterrupt: The person pressed Ctrl-C.
    """
    try:
        return dispatch.run(tokens, environment, console)
    except CliError as problem:
        _report(problem, console)
        return problem.exit_code
    except (OutputClosed, OutputFailed, KeyboardInterrupt):
        raise
    except Exception as problem:
        if dispatch.wants_traceback(tokens, environment):
            raise
        console.error(
            f"wsk failed unexpectedly: {type(problem).__name__}: {problem}. "
            "Repeat the command with --debug to see where."
        )
        return ExitCode.GENERAL


def _report(problem: CliError, console: Console) -> None:
    console.error(problem.message, prefix=problem.prefix)
    if problem.show_usage_hint:
        console.note(USAGE_HINT)
    if isinstance(problem, ServerError) and problem.meant:
        console.note(f"\n{problem.meant}")
