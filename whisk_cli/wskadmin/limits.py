"""``wskadmin limits``: the limits that a namespace has of its own.

**Source**: contracts/cli.md §5, contracts/rest-api.md §6.1.
"""

from __future__ import annotations

from argparse import Namespace

from whisk_cli.client import operator
from whisk_cli.errors import CliError, ExitCode, ServerError
from whisk_cli.jsonvalue import JSONValue, text_of
from whisk_cli.render import jsontext
from whisk_cli.wskadmin.session import Session

INTEGERS = (
    "invocationsPerMinute",
    "firesPerMinute",
    "concurrentInvocations",
    "minActionMemory",
    "maxActionMemory",
    "minActionLogs",
    "maxActionLogs",
    "minActionTimeout",
    "maxActionTimeout",
    "minActionConcurrency",
    "maxActionConcurrency",
)
"""Limits that are whole numbers."""

SIZES = ("maxParameterSize", "maxPayloadSize", "truncationSize")
"""Limits that are sizes with a unit."""

_NOT_FOUND = 404


def change(session: Session, options: Namespace) -> int:
    """Set the limits that were given.

    Raises:
        CliError: None was given (exit 2), or the server refused.
    """
    given = vars(options)
    changes: dict[str, JSONValue] = {
        name: given[name] for name in (*INTEGERS, *SIZES) if given[name] is not None
    }
    if options.allowedKinds is not None:
        changes["allowedKinds"] = [str(kind) for kind in options.allowedKinds]
    if options.storeActivations is not None:
        changes["storeActivations"] = options.storeActivations == "true"
    if not changes:
        raise CliError("Give at least one limit, by its flag.", ExitCode.MISUSE)
    operator.change_limits(session.client(), options.namespace, changes)
    session.console.line(f'Limits successfully set for "{options.namespace}"')
    return ExitCode.OK


def get(session: Session, options: Namespace) -> int:
    """Print ``name = value`` lines."""
    found: dict[str, JSONValue] = {}
    try:
        found = operator.limits(session.client(), options.namespace)
    except ServerError as problem:
        if problem.status != _NOT_FOUND:
            raise
        session.console.note(f"warning: {problem.message}")
    if not found:
        session.console.line("No limits found, default system limits apply")
    for name, value in found.items():
        session.console.line(f"{name} = {_shown(value)}")
    return ExitCode.OK


def delete(session: Session, options: Namespace) -> int:
    """Take all limits of a namespace away."""
    operator.delete_limits(session.client(), options.namespace)
    session.console.line("Limits deleted")
    return ExitCode.OK


def _shown(value: JSONValue) -> str:
    if isinstance(value, list):
        return ", ".join(map(text_of, value))
    return value if isinstance(value, str) else jsontext.compact(value)
