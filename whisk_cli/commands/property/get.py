"""``wsk property get``.

**Source**: contracts/cli.md §1.11, §3.3 and §10.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import server
from whisk_cli.client.api import Client
from whisk_cli.errors import CliError, UsageError, explained
from whisk_cli.invocation import Invocation
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.names import OWN_NAMESPACE
from whisk_cli.version import __version__

if TYPE_CHECKING:
    import typer


_UNKNOWN = "Unknown"


def get_properties(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    every: Annotated[bool, typer.Option("--all", help="all properties")] = False,
    apihost: Annotated[bool, typer.Option("--apihost", help="whisk API host")] = False,
    auth: Annotated[bool, typer.Option("--auth", help="authorization key")] = False,
    apiversion: Annotated[bool, typer.Option("--apiversion", help="whisk API version")] = False,
    apibuild: Annotated[bool, typer.Option("--apibuild", help="whisk API build")] = False,
    apibuildno: Annotated[
        bool, typer.Option("--apibuildno", help="whisk API build number")
    ] = False,
    cliversion: Annotated[bool, typer.Option("--cliversion", help="whisk CLI version")] = False,
    namespace: Annotated[bool, typer.Option("--namespace", help="whisk namespace")] = False,
    cert: Annotated[bool, typer.Option("--cert", help="client certificate")] = False,
    key: Annotated[bool, typer.Option("--key", help="client key")] = False,
    cacert: Annotated[
        bool, typer.Option("--cacert", help="certificate authority of the API host")
    ] = False,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FORMAT", help="std, raw for bare values, or json, yaml, …"
        ),
    ] = "std",
) -> None:
    """Show properties, all of them unless some are named."""
    run = invocation.current(ctx)
    arguments.expect(given, 0, 0, arguments.NOTHING)
    _choose(run, output)
    wanted = {
        "apihost": apihost,
        "auth": auth,
        "namespace": namespace,
        "cert": cert,
        "key": key,
        "cacert": cacert,
        "apiversion": apiversion,
        "cliversion": cliversion,
        "apibuild": apibuild,
        "apibuildno": apibuildno,
    }
    if every or not any(wanted.values()):
        wanted = dict.fromkeys(wanted, True)
        # Older clients know no such line, so it is there only when it says something.
        wanted["cacert"] = bool(run.settings.cacert)
    names = {name for name, is_wanted in wanted.items() if is_wanted}
    if run.console.choice is not None:
        _show_document(run, names)
    else:
        _show(run, names, raw=output == "raw")


def _show(run: Invocation, wanted: set[str], *, raw: bool) -> None:
    remote = {"namespace", "apibuild", "apibuildno"} & wanted
    client = run.client() if remote else None
    settings = run.settings
    values: list[tuple[str, str, str, Callable[[], str]]] = [
        ("apihost", "whisk API host", "\t\t", lambda: settings.api_host),
        ("auth", "whisk auth", "\t\t", lambda: settings.auth),
        ("namespace", "whisk namespace", "\t\t", lambda: _namespace(client, wanted)),
        ("cert", "client cert", "\t\t", lambda: settings.cert),
        ("key", "Client key", "\t\t", lambda: settings.key),
        ("cacert", "certificate authority", "\t", lambda: settings.cacert),
        ("apiversion", "whisk API version", "\t", lambda: settings.api_version),
        ("cliversion", "whisk CLI version", "\t", lambda: __version__),
    ]
    for name, label, tabs, value in values:
        if name in wanted:
            _line(run, label, tabs, value(), raw=raw)
    if client is not None and {"apibuild", "apibuildno"} & wanted:
        _show_build(run, client, wanted, raw=raw)


def _choose(run: Invocation, output: str) -> None:
    """Take the format of this command's own flag, which has two more formats than the others."""
    if output in ("std", "raw"):
        return
    from whisk_cli.output.choice import FORMATS, choose

    if output not in FORMATS:
        raise UsageError(f"Supported output format are std|raw|{'|'.join(FORMATS)}")
    before = run.console.choice or choose(
        {"output": output, "show_secrets": run.settings.show_secrets}
    )
    assert before is not None
    run.console.choice = replace(before, format=next(each for each in FORMATS if each == output))


def _show_document(run: Invocation, wanted: set[str]) -> None:
    client = run.client() if {"namespace", "apibuild", "apibuildno"} & wanted else None
    settings = run.settings
    values: JSONObject = {
        "apihost": settings.api_host,
        "auth": settings.auth,
        "namespace": _namespace(client, wanted) if "namespace" in wanted else "",
        "cert": settings.cert,
        "key": settings.key,
        "cacert": settings.cacert,
        "apiversion": settings.api_version,
        "cliversion": __version__,
        "context": settings.context,
    }
    found, problem = _build(client, wanted)
    values |= {"apibuild": found.date, "apibuildno": found.number}
    if len(wanted) > 1:
        wanted = wanted | {"context"}
    shown: JSONObject = {name: value for name, value in values.items() if name in wanted}
    run.console.document("properties", shown)
    if problem is not None:
        raise problem


def _build(client: Client | None, wanted: set[str]) -> tuple[server.Build, CliError | None]:
    unknown = server.Build(date=_UNKNOWN, number=_UNKNOWN)
    if client is None or not {"apibuild", "apibuildno"} & wanted:
        return unknown, None
    try:
        with explained("Unable to obtain API build information"):
            return server.build(client), None
    except CliError as failure:
        return unknown, failure


def _show_build(run: Invocation, client: Client, wanted: set[str], *, raw: bool) -> None:
    found, problem = _build(client, wanted)
    if "apibuild" in wanted:
        _line(run, "whisk API build", "\t", found.date, raw=raw)
    if "apibuildno" in wanted:
        _line(run, "whisk API build number", "\t", found.number, raw=raw)
    if problem is not None:
        raise problem


def _namespace(client: Client | None, wanted: set[str]) -> str:
    if client is None:
        return OWN_NAMESPACE
    try:
        with explained("Unable to obtain the list of available namespaces"):
            found = server.namespaces(client)
    except CliError:
        # Among other properties the namespace must not hide the rest; the build line reports.
        if wanted == {"namespace"}:
            raise
        return OWN_NAMESPACE
    return found[0] if found else OWN_NAMESPACE


def _line(run: Invocation, label: str, tabs: str, value: str, *, raw: bool) -> None:
    shown = run.console.bold(value)
    run.console.line(value if raw else f"{label}{tabs}{shown}")
