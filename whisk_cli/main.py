"""The program ``wsk``: from the command line to an exit code.

How it runs: :func:`main` answers ``--version`` at once, finds the noun, imports only that noun's
module (``whisk_cli.registry``), takes the arguments apart (``whisk_cli.argv``), works out the
settings (``whisk_cli.config``) and calls the command through Typer. Whatever goes wrong becomes one
sentence on stderr and an exit code (``whisk_cli.errors``).

How a command is added (the interface other packages build on):

- A noun is a package ``whisk_cli/commands/<noun>/`` with a charter in ``__init__.py``, one module
  per verb, and ``app.py`` with ``build() -> typer.Typer``; its row stands in
  ``whisk_cli.registry``. Other distributions use the entry-point group ``wsk.commands`` with the
  same kind of function.
- ``build`` uses ``whisk_cli.tree``: ``group(noun, summary)``, then ``add(app, verb, function,
  summary, kind)`` per verb; groups may nest with ``add_typer``; ``kind`` is ``Verb`` or one of the
  ``Takes…`` classes for ``-p -P -a -A -F -T``.
- A verb is a function of ``ctx: typer.Context``, positionals as one ``list[str]`` argument checked
  with ``whisk_cli.arguments.expect``, and options as ``Annotated[..., typer.Option("--long",
  "-s")]``. It begins with ``run = invocation.current(ctx)`` and uses ``run.settings``,
  ``run.console``, ``run.inputs`` (``inputs.collect``), ``run.client()`` and ``run.environment``.
- Success is printed with ``run.console``; failure is ``raise CliError(sentence, exit_code)``. A
  verb returns ``None``; another exit code without a sentence is ``raise typer.Exit(code)``.
- Global flags (``whisk_cli.argv.GLOBAL_FLAGS``) are taken out before Typer sees the arguments,
  unless the verb declares a flag of the same name itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from whisk_cli.errors import USAGE_HINT, CliError, ExitCode, OutputClosed
from whisk_cli.version import __version__

if TYPE_CHECKING:
    from whisk_cli.render.console import Console


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``wsk`` on the process's streams and environment.

    Args:
        arguments: The command line without the program's name; the process's own by default.

    Returns:
        The exit code.
    """
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stdout is None or sys.stderr is None:
        # Started with a closed stream, as in "wsk ... >&-": there is nowhere to tell it.
        return ExitCode.BROKEN_PIPE
    if tokens == ["--version"]:
        sys.stdout.write(f"wsk {__version__}\n")
        return ExitCode.OK
    from whisk_cli.render.console import Console, wants_color

    environment = dict(os.environ)
    color = wants_color(sys.stdout.isatty(), environment)
    console = Console(sys.stdout.buffer, sys.stderr.buffer, color=color)
    try:
        code = run(tokens, environment, console)
        console.flush()
    except OutputClosed:
        _silence_streams()
        return ExitCode.BROKEN_PIPE
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
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
        KeyboardInterrupt: The person pressed Ctrl-C.
    """
    from whisk_cli import dispatch

    try:
        return dispatch.run(tokens, environment, console)
    except CliError as problem:
        _report(problem, console)
        return problem.exit_code
    except (OutputClosed, KeyboardInterrupt):
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


def _silence_streams() -> None:
    # The interpreter flushes both streams when it ends; a closed pipe would make it complain.
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, ValueError):
            continue
