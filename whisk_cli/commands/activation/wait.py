"""``wsk activation wait``.

**Source**: contracts/cli.md §7-1: wait for one activation instead of in a loop of one's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation, moments
from whisk_cli.client import waiting
from whisk_cli.errors import Exit, ExitCode, explained
from whisk_cli.jsonvalue import integer_of, members
from whisk_cli.render.activationtable import OUTCOMES, status_code
from whisk_cli.render.durations import duration

if TYPE_CHECKING:
    import typer


def wait_for_activation(
    ctx: typer.Context,
    given: Annotated[list[str] | None, typer.Argument(metavar="ACTIVATION_ID")] = None,
    timeout: Annotated[
        str,
        typer.Option(
            "--timeout",
            metavar="TIME",
            help="wait at most so long: 30 (seconds), 90s, 5m (default 10m, 0 = no limit)",
        ),
    ] = "10m",
    result: Annotated[
        bool, typer.Option("--result", "-r", help="show the result once it is there")
    ] = False,
) -> None:
    """Wait until an activation has ended; exit 0 if it went well, 246 if not, 202 if it runs on."""
    run = invocation.current(ctx)
    client = run.client()
    identifier = arguments.expect(given, 1, 1, arguments.ACTIVATION_ID)[0]
    limit_s = moments.seconds(timeout, "--timeout")
    with explained(f"Unable to wait for activation '{identifier}'"):
        record = waiting.until_recorded(
            client,
            identifier,
            limit_s=limit_s,
            tick=lambda waited: run.console.passing(f"{identifier} … {waited:.0f} s"),
        )
    run.console.passing("")
    if record is None:
        run.console.note(
            f"{run.console.mark} activation {identifier} has not ended within {timeout}"
        )
        raise Exit(ExitCode.ACCEPTED)
    code = status_code(record)
    took = duration(integer_of(record.get("duration")))
    told = f"activation {identifier} ended after {took}: {OUTCOMES[code]}"
    if result:
        run.console.json(members(record.get("response")).get("result"), sort=True)
    elif not run.console.document("activations", record) and not code:
        run.console.ok(told)
    if code:
        run.console.error(told)
        raise Exit(ExitCode.APPLICATION)
