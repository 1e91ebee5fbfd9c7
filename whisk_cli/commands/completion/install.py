"""``wsk completion install``: the script where the shell looks for it; no other file is touched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.completion import SHELLS
from whisk_cli.errors import CliError, UsageError
from whisk_cli.output.shellscripts import SCRIPTS

if TYPE_CHECKING:
    import typer


_REMEDY = {
    "bash": "It works in new shells where the package bash-completion is installed. "
    "Elsewhere add to ~/.bashrc: source {path}",
    "zsh": "Add to ~/.zshrc, before compinit: fpath=({folder} $fpath)",
    "fish": "It works in new shells.",
    "powershell": "Add to your $PROFILE: . '{path}'",
}


def install_script(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="[SHELL]")] = None,
) -> None:
    """Install the script for a shell, by default the one in use."""
    run = invocation.current(ctx)
    named = arguments.expect(given, 0, 1, f"A shell is optional: {', '.join(SHELLS)}.")
    shell = named[0] if named else Path(run.environment.get("SHELL", "")).name
    if shell not in SCRIPTS:
        raise UsageError(f"'{shell}' is not a shell that can be taught: use {', '.join(SHELLS)}.")
    path = _place(shell, run.environment)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SCRIPTS[shell], encoding="utf-8")
    except OSError as problem:
        raise CliError(f"Unable to write '{path}': {problem.strerror}") from problem
    run.console.ok(f"installed the completion for {shell} in {path}")
    run.console.note(_REMEDY[shell].format(path=path, folder=path.parent))


def _place(shell: str, environment: Mapping[str, str]) -> Path:
    home = Path(environment.get("HOME") or Path.home())
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    settings = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return {
        "bash": data / "bash-completion" / "completions" / "wsk",
        "zsh": data / "zsh" / "site-functions" / "_wsk",
        "fish": settings / "fish" / "completions" / "wsk.fish",
        "powershell": settings / "powershell" / "wsk-completion.ps1",
    }[shell]
