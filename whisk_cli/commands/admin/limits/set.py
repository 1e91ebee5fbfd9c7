"""``wsk admin namespace limits set``: set limits of a namespace; those not named stay.

**Source**: contracts/rest-api.md §6.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.client import operator
from whisk_cli.commands.admin.systemkey import operator_client
from whisk_cli.errors import UsageError
from whisk_cli.jsonvalue import JSONValue

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.admin.limits import members
    from whisk_cli.commands.platform.options import StateDirOption


_NO_MEMBERS = frozenset({"ctx", "names", "state_dir"})
_BOOLEANS = ("true", "false")


def set_limits(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAMESPACE")] = None,
    *,
    allowed_kinds: members.AllowedKinds = None,
    invocations_per_minute: members.InvocationsPerMinute = None,
    concurrent_invocations: members.ConcurrentInvocations = None,
    fires_per_minute: members.FiresPerMinute = None,
    min_action_memory: members.MinActionMemory = None,
    max_action_memory: members.MaxActionMemory = None,
    min_action_logs: members.MinActionLogs = None,
    max_action_logs: members.MaxActionLogs = None,
    min_action_timeout: members.MinActionTimeout = None,
    max_action_timeout: members.MaxActionTimeout = None,
    min_action_concurrency: members.MinActionConcurrency = None,
    max_action_concurrency: members.MaxActionConcurrency = None,
    max_action_instances: members.MaxActionInstances = None,
    warmed_container_keeping_count: members.WarmedContainerKeepingCount = None,
    max_parameter_size: members.MaxParameterSize = "",
    max_payload_size: members.MaxPayloadSize = "",
    truncation_size: members.TruncationSize = "",
    warmed_container_keeping_timeout: members.WarmedContainerKeepingTimeout = "",
    store_activations: members.StoreActivations = "",
    state_dir: StateDirOption = "",
) -> None:
    """Set the members that are given as flags."""
    # The parameters are the table of members: nineteen names are not written down twice.
    given = dict(locals())
    run = invocation.current(ctx)
    (name,) = arguments.expect(names, 1, 1, arguments.NAMESPACE)
    changes = _changes(given)
    operator.change_limits(operator_client(run, state_dir), name, changes)
    run.console.line(f'Limits successfully set for "{name}"')


def _changes(given: Mapping[str, object]) -> dict[str, JSONValue]:
    """The members among a command's arguments, as the document spells them."""
    changes: dict[str, JSONValue] = {}
    for name, value in given.items():
        if name in _NO_MEMBERS or value in (None, ""):
            continue
        member = "".join(
            word.capitalize() if index else word for index, word in enumerate(name.split("_"))
        )
        changes[member] = _value(member, value)
    if not changes:
        raise UsageError("Invalid argument(s). Give at least one limit, by its flag.")
    return changes


def _value(member: str, value: object) -> JSONValue:
    if member == "storeActivations":
        if value not in _BOOLEANS:
            raise UsageError(f"--{member} is true or false, not '{value}'.")
        return value == "true"
    if isinstance(value, list):
        return [kind.strip() for each in value for kind in str(each).split(",")]
    return value if isinstance(value, int) else str(value)
