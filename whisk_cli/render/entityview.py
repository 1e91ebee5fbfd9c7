"""An entity, or one member of it, below the line that says it was got.

**Source**: contracts/cli.md §1.4, §3.2, §3.4.
"""

from __future__ import annotations

from whisk_cli.errors import CliError, ExitCode
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.render.console import Console
from whisk_cli.render.shapes import Shape, field, has_field, shaped


def check_field(
    shape: Shape, name: str | None, code: int = ExitCode.GENERAL, *, show_usage_hint: bool = False
) -> None:
    """Refuse the name of a member that the shape does not have.

    Raises:
        CliError: With the exit code given.
    """
    if name is not None and not has_field(shape, name):
        raise CliError(f"Invalid field filter '{name}'.", code, show_usage_hint=show_usage_hint)


def show(
    console: Console, noun: str, name: str, document: JSONObject, shape: Shape, member: str | None
) -> None:
    """Write the success line, then the entity or one member of it.

    Args:
        console: Where to.
        noun: The word for its kind, such as ``action``.
        name: Its name as shown.
        document: As the server sent it.
        shape: Its kind.
        member: The one member wanted, or ``None`` for all.
    """
    if member is None and console.document(f"{noun}s", document):
        return
    got = f"got {noun} {console.bold(name)}"
    if member is None:
        console.ok(got)
        console.json(shaped(document, shape))
        return
    console.ok(f"{got}, displaying field {console.bold(member)}")
    console.json(field(document, shape, member))
