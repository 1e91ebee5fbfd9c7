"""``wsk init``."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.commands.init import template
from whisk_cli.commands.init.template import ALIASES, TEMPLATES, File, Made
from whisk_cli.errors import CliError, ExitCode, UsageError
from whisk_cli.invocation import Invocation

if TYPE_CHECKING:
    import typer


_OPTIONAL_FOLDER = "An optional folder is the only valid argument."
_NAME = re.compile(r"[A-Za-z][\w-]*")


def create(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="[DIR]")] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="LANGUAGE", help="one of those that --list shows")
    ] = "",
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="name of the action (default hello)")
    ] = "hello",
    listing: Annotated[bool, typer.Option("--list", help="list the templates")] = False,
) -> None:
    """Make an action to begin with; never writes over a file."""
    run = invocation.current(ctx)
    names = arguments.expect(given, 0, 1, _OPTIONAL_FOLDER)
    if listing:
        _list(run)
        return
    made = template.make(_chosen(language), _checked(name))
    folder = Path(names[0] if names else ".")
    _write(folder, made)
    run.console.ok(f"created {run.console.bold(str(folder / made.source))}")
    where = shlex.quote(str(folder))
    run.console.line("Next:")
    run.console.line(f"  wsk local invoke {shlex.quote(str(folder / made.source))} -p name Ada")
    run.console.line(f"  wsk dev {where}        # then, in another terminal:")
    run.console.line(f"  wsk action invoke {made.action} -r -p name Ada")


def _list(run: Invocation) -> None:
    if run.console.choice is not None:
        run.console.json([{"name": name, "summary": line} for name, line in TEMPLATES.items()])
        return
    for name, line in TEMPLATES.items():
        run.console.line(f"{name:<16}{line}")


def _chosen(language: str) -> str:
    word = language.strip().lower()
    word = ALIASES.get(word, word)
    if word in TEMPLATES:
        return word
    known = ", ".join(TEMPLATES)
    if not word:
        raise UsageError(f"A language is required: --language with one of {known}.")
    raise UsageError(f"There is no template for '{language}': choose one of {known}.")


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"'{name}' cannot be the name of the action: use a letter first, then letters, digits,"
            " - and _."
        )
    return name


def _write(folder: Path, made: Made) -> None:
    there = [str(folder / file.path) for file in made.files if (folder / file.path).exists()]
    if there:
        raise CliError(
            f"'{there[0]}' exists already, and nothing is written over: choose another folder, or"
            " another --name.",
            ExitCode.MISUSE,
        )
    for file in made.files:
        _put(folder, file)
    if not (folder / made.readme.path).exists():
        _put(folder, made.readme)


def _put(folder: Path, file: File) -> None:
    path = folder / file.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Exclusive creation: what exists is never written over, not even in a race.
        with path.open("x", encoding="utf-8") as target:
            target.write(file.text)
        if file.executable:
            path.chmod(path.stat().st_mode | 0o111)
    except OSError as problem:
        raise CliError(
            f"Cannot create the file '{path}': {problem.strerror}", ExitCode.MISUSE
        ) from problem
