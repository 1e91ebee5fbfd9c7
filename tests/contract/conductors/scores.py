"""What conductors of the tests say: a fixed list of steps, one after another."""

from typing import Any

from tests.contract.programs import Program

STEP = "$step"


def steps(*calls: dict[str, Any], keep: dict[str, Any] | None = None) -> Program:
    """A conductor that runs the calls in order and ends with the last result or error.

    Args:
        calls: ``action`` of each, and ``params`` if it is not to get the last result.
        keep: kept from step to step.
    """

    def program(arguments: dict[str, Any]) -> dict[str, Any]:
        values = dict(arguments)
        step = values.pop(STEP, 0)
        if step == len(calls) or "error" in values:
            return {"params": values} if "error" not in values else values
        return {"params": values, "state": {STEP: step + 1, **(keep or {})}, **calls[step]}

    return program


def call(action: object, **extra: Any) -> dict[str, Any]:
    """One step."""
    return {"action": action, **extra}
