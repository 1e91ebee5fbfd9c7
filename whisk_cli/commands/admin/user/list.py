"""``wsk admin user list``: list subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import subjects
from whisk_cli.commands import counting
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.jsonvalue import JSONObject

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.admin.options import AllOption, CountOption
    from whisk_cli.commands.platform.options import StateDirOption


def list_users(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    state_dir: StateDirOption = "",
    every: AllOption = False,
    count: CountOption = False,
) -> None:
    """Print one subject on a line: name, its namespaces, and whether it is blocked."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    found = subjects.list_all(operator_client(run, state_dir))
    if count:
        counting.tell(run.console, len(found))
        return
    if run.console.document("subjects", [_document(each) for each in found]):
        return
    run.console.line(run.console.bold("subjects"))
    for subject in found:
        state = "blocked" if subject.blocked else "active"
        run.console.line(f"{subject.name:<40} {state:<8} {', '.join(subject.keys)}")


def _document(subject: subjects.Subject) -> JSONObject:
    return {
        "subject": subject.name,
        "blocked": subject.blocked,
        "namespaces": [{"name": name, "auth": auth} for name, auth in subject.keys.items()],
    }
