"""``wsk admin invoker drain`` and ``enable``: let an invoker finish what it has, or go on."""

from __future__ import annotations

from typing import Annotated

from whisk_cli import arguments, declare, invocation
from whisk_cli.client import operator
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.commands.platform.options import StateDirOption
from whisk_cli.jsonvalue import integer_of, text_of

INVOKER = "An invoker is required, for example invoker0."
Name = Annotated[list[str] | None, declare.Argument(metavar="INVOKER")]


def drain(ctx: declare.Context, names: Name = None, *, state_dir: StateDirOption = "") -> None:
    """Take no new work until enabled; what has been accepted goes on."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, INVOKER)
    found = operator.enable_invoker(operator_client(run, state_dir), name, False)
    left = integer_of(found.get("activations")), integer_of(found.get("waiting"))
    state = "drained" if not any(left) else "draining: {} running, {} waiting".format(*left)
    run.console.line(f'"{text_of(found.get("name"))}" {state}')


def enable(ctx: declare.Context, names: Name = None, *, state_dir: StateDirOption = "") -> None:
    """Take work again."""
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, INVOKER)
    found = operator.enable_invoker(operator_client(run, state_dir), name, True)
    run.console.line(f'"{text_of(found.get("name"))}" enabled')
