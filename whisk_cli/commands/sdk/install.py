"""``wsk sdk install``: the docker skeleton, or completion for bash.

**Source**: contracts/cli.md §1.12, §2.3, §4.2. Deliberate difference: the script for bash completes
through ``wsk`` itself, as the one of ``wsk completion bash``, which is the same.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from whisk_cli import invocation
from whisk_cli.client import download
from whisk_cli.commands.sdk import skeleton
from whisk_cli.errors import CliError, UsageError, explained
from whisk_cli.invocation import Invocation
from whisk_cli.output.shellscripts import SCRIPTS

if TYPE_CHECKING:
    import typer


ARCHIVE = "/blackbox.tar.gz"
COMPLETION = "wsk_cli_bash_completion.sh"


def install(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="COMPONENT")] = None,
    *,
    stdout: Annotated[
        bool,
        typer.Option("--stdout", "-s", help="print the bash completion script, do not write it"),
    ] = False,
) -> None:
    """Install one component in the current directory."""
    run = invocation.current(ctx)
    given = names or []
    if len(given) != 1:
        raise UsageError(
            "The SDK component argument is missing. One component (docker, ios, or bashauto) must"
            " be specified."
            if not given
            else f"Invalid argument(s): {', '.join(given[1:])}. One component is required."
        )
    component = given[0].lower()
    if component == "docker":
        _docker(run)
    elif component == "ios":
        raise CliError(
            "There is no iOS starter app on this platform. Call actions from an app over the REST"
            " API, or as web actions over plain HTTPS."
        )
    elif component == "bashauto":
        _bash(run, to_stdout=stdout)
    else:
        raise UsageError(
            f"The SDK component argument '{given[0]}' is invalid. Valid components are docker, ios"
            " and bashauto."
        )


def _docker(run: Invocation) -> None:
    with explained("The docker SDK installation failed"):
        skeleton.check_free(Path.cwd())
        archive = download.fetch(run.settings, ARCHIVE)
        skeleton.unpack(archive, Path.cwd())
    run.console.line("The docker skeleton is now installed at the current directory.")


def _bash(run: Invocation, *, to_stdout: bool) -> None:
    script = SCRIPTS["bash"]
    if to_stdout:
        run.console.write(script)
        return
    path = Path(COMPLETION)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(script)
    except FileExistsError as problem:
        raise CliError(f"The file '{path}' already exists. Delete it and retry.") from problem
    except OSError as problem:
        raise CliError(f"Cannot create file '{path}': {problem.strerror}.") from problem
    run.console.line(
        f"The bash auto-completion script ({path}) is installed in the current directory."
    )
    run.console.line(f"To use it, source it in your shell: source ./{path}")
