"""``wsk property unset``.

**Source**: contracts/cli.md §1.11, §3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation, profile
from whisk_cli.commands.property.set import writable_profile
from whisk_cli.config import DEFAULT_API_VERSION

if TYPE_CHECKING:
    import typer


def unset_properties(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    apihost: Annotated[bool, typer.Option("--apihost", help="whisk API host")] = False,
    apiversion: Annotated[bool, typer.Option("--apiversion", help="whisk API version")] = False,
    auth: Annotated[bool, typer.Option("--auth", help="authorization key")] = False,
    cert: Annotated[bool, typer.Option("--cert", help="client certificate")] = False,
    key: Annotated[bool, typer.Option("--key", help="client key")] = False,
    cacert: Annotated[
        bool, typer.Option("--cacert", help="certificate authority of the API host")
    ] = False,
) -> None:
    """Remove properties from the profile."""
    run = invocation.current(ctx)
    arguments.expect(given, 0, 0, arguments.NOTHING)
    default = run.console.bold(DEFAULT_API_VERSION)
    chosen = [
        (name, line)
        for name, is_chosen, line in (
            ("CERT", cert, "client cert unset."),
            ("KEY", key, "client key unset."),
            ("CACERT", cacert, "certificate authority unset."),
            ("AUTH", auth, "whisk auth unset."),
            ("APIHOST", apihost, "whisk API host unset."),
            (
                "APIVERSION",
                apiversion,
                f"whisk API version unset; the default value of {default} will be used.",
            ),
        )
        if is_chosen
    ]
    if chosen:
        profile.update(writable_profile(run), {name: None for name, _ in chosen})
    for _, line in chosen:
        run.console.ok(line)
