"""Default parameters as create and update send them: replaced as ever, or merged on request.

**Source**: contracts/cli.md §1.4, §7-11, §7-18.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from whisk_cli.inputs import ENVIRONMENT, PARAMETERS, Given, collect
from whisk_cli.jsonvalue import JSONObject, JSONValue, items, members, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What becomes of stored parameters.

    Attributes:
        keep: Whether those that are not given anew stay.
        removed: Which of them go; the others stay.
    """

    keep: bool = False
    removed: Sequence[str] = ()

    @property
    def is_wanted(self) -> bool:
        """Whether stored parameters are looked at; otherwise new ones replace them all."""
        return self.keep or bool(self.removed)


REPLACE = Merge()
"""New parameters replace all stored ones, as ever."""


def given_entries(given: Iterable[Given]) -> list[JSONValue]:
    """Write parameters and environment variables as the API takes them, in typed order."""
    inputs = tuple(given)
    variables = collect(inputs, ENVIRONMENT)
    found: list[JSONValue] = [
        {"key": key, "value": value}
        for key, value in collect(inputs, PARAMETERS).items()
        if key not in variables
    ]
    found.extend({"key": key, "value": value, "init": True} for key, value in variables.items())
    return found


def merged(
    stored: JSONObject, given: Sequence[JSONValue], merge: Merge
) -> tuple[list[JSONValue], list[str]]:
    """Put given parameters over stored ones.

    Args:
        stored: The entity as the server sent it.
        given: What :func:`given_entries` made.
        merge: What becomes of the stored ones.

    Returns:
        All parameters to send, stored ones with everything the server says of them; and the names
        to remove that were not there.
    """
    by_key: dict[str, JSONValue] = {
        text_of(members(each).get("key")): each for each in items(stored.get("parameters"))
    }
    missing = [key for key in merge.removed if key not in by_key]
    for key in merge.removed:
        by_key.pop(key, None)
    for each in given:
        by_key[text_of(members(each).get("key"))] = each
    return list(by_key.values()), missing
