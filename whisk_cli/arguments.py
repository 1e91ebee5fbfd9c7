"""Positional arguments: how many a command takes, and the sentence when the count is wrong.

**Source**: contracts/cli.md §3.8.
"""

from __future__ import annotations

from collections.abc import Sequence

from whisk_cli.errors import UsageError

ACTION_NAME = "An action name is required."
ACTION_AND_ARTIFACT = "An action name and code artifact are required."
ACTION_OPTIONAL_ARTIFACT = "An action name is required. A code artifact is optional."
ACTIVATION_ID = "An activation ID is required."
NOTHING = "No arguments are required."
OPTIONAL_NAMESPACE = "An optional namespace is the only valid argument."
NAMESPACE = "A namespace is required."
PACKAGE_NAME = "A package name is required."
PACKAGE_AND_BINDING = "A package name and binding name are required."
RULE_NAME = "A rule name is required."
RULE_TRIGGER_ACTION = "A rule, trigger and action name are required."
TRIGGER_NAME = "A trigger name is required."


def expect(given: Sequence[str] | None, minimum: int, maximum: int, required: str) -> list[str]:
    """Check the number of positional arguments.

    Args:
        given: What was typed.
        minimum: The least number.
        maximum: The greatest number.
        required: The sentence that says what belongs there.

    Returns:
        The arguments.

    Raises:
        CliError: Too few or too many; exit 1, with the usage hint.
    """
    names = list(given or ())
    if len(names) < minimum:
        raise UsageError(f"Invalid argument(s). {required}")
    if len(names) > maximum:
        extra = ", ".join(names[maximum:])
        raise UsageError(f"Invalid argument(s): {extra}. {required}")
    return names
