"""What ``create`` and ``update`` send."""

from __future__ import annotations

from whisk_cli.jsonvalue import JSONObject
from whisk_cli.names import QualifiedName, reference


def body_of(name: QualifiedName, trigger: str, action: str) -> JSONObject:
    """Write the body that makes a rule.

    Args:
        name: The rule.
        trigger: The trigger as typed.
        action: The action as typed.
    """
    return {
        "name": name.path,
        "status": "",
        "trigger": reference(trigger),
        "action": reference(action),
    }
