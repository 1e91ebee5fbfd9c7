"""What ``wsk action create`` and ``update`` were asked for.

**Source**: contracts/cli.md §1.4.
"""

from __future__ import annotations

from dataclasses import dataclass

from whisk_cli.commands.parameters import REPLACE, Merge


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What ``create`` and ``update`` were asked for.

    Attributes:
        name: The action as typed.
        artifact: The file, action or list of actions; ``None`` if not given.
        kind: The runtime; empty if not given.
        main: The entry point; empty if not given.
        docker: The image; empty if not given.
        native: Whether the artifact is an executable.
        copy: Whether the artifact is the name of an action.
        sequence: Whether the artifact is a list of actions.
        limits: Only the limits that were given, by the names of the API.
        web: The web mode; ``None`` if not given.
        web_secure: The web secret; ``None`` if not given.
        removed_annotations: Annotations to remove.
        merge: What becomes of stored parameters.
    """

    name: str
    artifact: str | None
    kind: str
    main: str
    docker: str
    native: bool
    copy: bool
    sequence: bool
    limits: dict[str, int]
    web: str | None
    web_secure: str | None
    removed_annotations: tuple[str, ...] = ()
    merge: Merge = REPLACE


def given_limits(
    *, timeout: int | None, memory: int | None, logsize: int | None, concurrency: int | None
) -> dict[str, int]:
    """Collect the limits that were given, by the names of the API."""
    limits = {"timeout": timeout, "memory": memory, "logs": logsize, "concurrency": concurrency}
    return {name: value for name, value in limits.items() if value is not None}
