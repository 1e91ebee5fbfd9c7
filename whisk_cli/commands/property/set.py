"""``wsk property set``.

**Source**: contracts/cli.md §1.11, §2.1, §3.2.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation, profile
from whisk_cli.client import endpoint
from whisk_cli.config import CONFIG_FILE_VARIABLE
from whisk_cli.errors import CliError, UsageError
from whisk_cli.invocation import Invocation

if TYPE_CHECKING:
    import typer


def set_properties(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    apihost: Annotated[str, typer.Option("--apihost", metavar="HOST", help="whisk API HOST")] = "",
    apiversion: Annotated[
        str, typer.Option("--apiversion", metavar="VERSION", help="whisk API VERSION")
    ] = "",
    auth: Annotated[
        str, typer.Option("--auth", "-u", metavar="KEY", help="authorization KEY")
    ] = "",
    cert: Annotated[str, typer.Option("--cert", metavar="FILE", help="client certificate")] = "",
    key: Annotated[str, typer.Option("--key", metavar="FILE", help="client key")] = "",
    cacert: Annotated[
        str,
        typer.Option("--cacert", metavar="FILE", help="certificate authority of the API host"),
    ] = "",
) -> None:
    """Save properties in the profile."""
    run = invocation.current(ctx)
    arguments.expect(given, 0, 0, arguments.NOTHING)
    if cert or key:
        _check_pair(run, cert or run.settings.cert, key or run.settings.key)
    if cacert:
        endpoint.check_authority(cacert)
    if apihost:
        _check_host(apihost)
    changes: dict[str, str | None] = {}
    lines: list[str] = []
    for name, value, line in (
        ("CERT", cert, "client cert set. Run 'wsk property get --cert' to see the new value."),
        ("KEY", key, "client key set. Run 'wsk property get --key' to see the new value."),
        (
            "CACERT",
            str(Path(cacert).absolute()) if cacert else "",
            "certificate authority set. Run 'wsk property get --cacert' to see the new value.",
        ),
        ("AUTH", auth, "whisk auth set. Run 'wsk property get --auth' to see the new value."),
        ("APIHOST", apihost, f"whisk API host set to {run.console.bold(apihost)}"),
        ("APIVERSION", apiversion, f"whisk API version set to {run.console.bold(apiversion)}"),
    ):
        if value:
            changes[name] = value
            lines.append(line)
    if changes:
        profile.update(writable_profile(run), changes)
    for line in lines:
        run.console.ok(line)


def writable_profile(run: Invocation) -> Path:
    """Tell which file keeps the properties.

    Raises:
        CliError: ``WSK_CONFIG_FILE`` is set to nothing.
    """
    path = run.settings.profile_path
    if path is None:
        raise CliError(
            f"There is no file to write: {CONFIG_FILE_VARIABLE} is set to nothing. "
            "Set it to a path, or unset it to use ~/.wskprops."
        )
    return path


def _check_pair(run: Invocation, cert: str, key: str) -> None:
    if cert and key:
        endpoint.check_certificate(cert, key)
    elif not run.settings.insecure:
        raise endpoint.missing_half("Key" if cert else "Cert")


def _check_host(host: str) -> None:
    try:
        endpoint.parse_address(host if "://" in host else f"https://{host}")
    except ValueError as problem:
        raise UsageError(
            f"Unable to set API host value; the API host value '{host}' is invalid: it {problem}"
        ) from problem
