"""``wsk context create``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, contexts, invocation
from whisk_cli.client import endpoint
from whisk_cli.commands.context.base import CONTEXT_NAME, in_use, profile_of
from whisk_cli.config import PROFILE_KEYS, Origin, Settings, resolve
from whisk_cli.errors import CliError, UsageError
from whisk_cli.invocation import Invocation

if TYPE_CHECKING:
    import typer


_FILES = ("cert", "key", "cacert")


def create_context(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="NAME")] = None,
    use: Annotated[bool, typer.Option("--use", help="use it from now on")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="replace one that exists")] = False,
) -> None:
    """Save a connection; --auth - reads the key from the standard input."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(given, 1, 1, CONTEXT_NAME)
    base = profile_of(run)
    if contexts.file_of(base, name).exists() and not overwrite:
        raise CliError(f"The context '{name}' exists. Replace it with --overwrite.")
    properties = _connection(run)
    path = contexts.save(base, name, properties)
    run.console.ok(f"created context {run.console.bold(name)}")
    run.console.note(f"It is kept in {path}.")
    if use:
        contexts.use(base, name)
        run.console.ok(f"using context {run.console.bold(name)}")


def _connection(run: Invocation) -> dict[str, str]:
    """What to save: of another host only what was typed, otherwise what is in effect."""
    settings = run.settings
    typed = {name for name, origin in settings.origins.items() if origin is Origin.FLAG}
    if "api_host" not in typed:
        flags = {name: str(getattr(settings, name)) for name in typed}
        settings = resolve({**flags, "context": in_use(run)}, run.environment)
        typed = set(settings.origins)
    values = {name: _value(settings, name) for name in PROFILE_KEYS if name in typed}
    endpoint.address_of(settings)
    return {PROFILE_KEYS[name]: value for name, value in values.items()}


def _value(settings: Settings, name: str) -> str:
    value = str(getattr(settings, name))
    if name in _FILES:
        # The context is used from anywhere.
        return str(Path(value).expanduser().absolute())
    if name == "auth" and value == "-":
        value = sys.stdin.readline().strip()
        if not value:
            raise UsageError("No key came on the standard input, which --auth - reads.")
    return value
