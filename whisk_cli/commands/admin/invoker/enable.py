"""``wsk admin invoker drain`` and ``enable``: let an invoker finish what it has, or go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import operator
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.jsonvalue import integer_of, text_of

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import StateDirOption

    Name = Annotated[list[str] | None, typer.Argument(metavar="INVOKER")]


INVOKER = "An invoker is required, for example invoker0."


def drain(ctx: typer.Context, names: Name = None, *, state_dir: StateDirOption = "") -> None:
    """Take no new work until enabled; what has been accepted goes on."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, INVOKER)
    found = operator.enable_invoker(operator_client(run, state_dir), name, False)
    left = integer_of(found.get("activations")), integer_of(found.get("waiting"))
    state = "drained" if not any(left) else "draining: {} running, {} waiting".format(*left)
    run.console.line(f'"{text_of(found.get("name"))}" {state}')


def enable(ctx: typer.Context, names: Name = None, *, state_dir: StateDirOption = "") -> None:
    """Take work again."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, INVOKER)
    found = operator.enable_invoker(operator_client(run, state_dir), name, True)
    run.console.line(f'"{text_of(found.get("name"))}" enabled')
