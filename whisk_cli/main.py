"""The program ``wsk``: from the command line to an exit code.

How it runs: :func:`main` answers ``--version`` at once, reads what the noun takes
(``whisk_cli.registry``), takes the arguments apart (``whisk_cli.argv``), works out the settings
(``whisk_cli.config``) and imports and calls the function of the verb (``whisk_cli.tree``). Whatever
goes wrong becomes one sentence on stderr and an exit code (``whisk_cli.errors``).

How a command is added (the interface other packages build on):

- The command tree is a Typer application (``whisk_cli.app``). A noun is a package
  ``whisk_cli/commands/<noun>/`` with a charter in ``__init__.py``, one module per verb, and
  ``app.py`` with ``application``, a ``typer.Typer`` that gets each verb by
  ``application.command(verb, help=summary)(function)``, with ``cls=`` one of the classes of
  ``whisk_cli.commands.taking`` for ``-p -P -a -A -F -T``; groups nest with ``add_typer``. Its name
  stands in ``whisk_cli.registry``.
- After every change to what a command takes: ``python -m tests.architecture.wsk_signatures``, which
  asks Typer and writes ``signatures.json`` beside each ``app.py``. By it the command line is taken
  apart, so that no command waits for Typer to be imported; a test keeps the two the same. Then
  ``python -m tests.architecture.wsk_pages`` renews the reference and the manual pages.
- A verb is a function of ``ctx: typer.Context``, positionals as one ``list[str]`` argument checked
  with ``whisk_cli.arguments.expect``, and options as ``Annotated[..., typer.Option("--long",
  "-s")]``. ``import typer`` stands below ``if TYPE_CHECKING:``, as do options from a module
  ``options``. It begins with ``run = invocation.current(ctx)`` and uses ``run.settings``,
  ``run.console``, ``run.inputs`` (``inputs.collect``), ``run.client()`` and ``run.environment``.
- Other distributions use the entry-point group ``wsk.commands``: a noun, and a ``typer.Typer`` or a
  function that makes one. Such a noun needs no table, takes whatever Typer converts, and is called
  through Typer (``whisk_cli.plugins``).
- Success is printed with ``run.console``; failure is ``raise CliError(sentence, exit_code)``. A
  verb returns ``None``; another exit code without a sentence is ``raise errors.Exit(code)``.
- Global flags (``whisk_cli.argv.GLOBAL_FLAGS``) are taken out before the verb sees its arguments,
  unless the verb declares a flag of the same name itself.
"""

from __future__ import annotations

import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130
_BROKEN_PIPE = 141
_ALLOCATIONS = 100_000


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
        return _BROKEN_PIPE
    try:
        if tokens == ["--version"]:
            return _tell_version()
        # A tenth of a short command would go into looking for garbage among its modules.
        gc.set_threshold(_ALLOCATIONS)
        # Imported here so that Ctrl-C while modules load ends without a traceback too.
        from whisk_cli import program

        return program.execute(tokens)
    except BrokenPipeError:
        _silence_streams()
        return _BROKEN_PIPE
    except KeyboardInterrupt:
        _end_line()
        _silence_streams()
        return _INTERRUPTED


def _end_line() -> None:
    """Let the shell's prompt begin on a line of its own, behind the terminal's ``^C``."""
    try:
        if sys.stderr.isatty():
            sys.stderr.write("\n")
            sys.stderr.flush()
    except (OSError, ValueError):
        # Whoever closed the terminal needs no new line.
        return


def _tell_version() -> int:
    from whisk_cli.version import __version__

    try:
        sys.stdout.write(f"wsk {__version__}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:
        from whisk_cli.streams import tell_unwritable

        return tell_unwritable(problem.strerror)
    return 0


def _silence_streams() -> None:
    from whisk_cli.streams import silence

    silence(sys.stdout, sys.stderr)
