"""Actions, triggers, rules and packages: the four kinds of entity.

Source: contracts rest-api §2.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from whisk_platform.entities.exec import Exec
from whisk_platform.entities.limits import ActionLimits
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.entities.parameters import NO_PARAMETERS, Parameters

FIRST_VERSION = "0.0.1"


class Collection(Enum):
    """The kinds of entity, by the name of their collection."""

    ACTIONS = "actions"
    TRIGGERS = "triggers"
    RULES = "rules"
    PACKAGES = "packages"


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """What all four have in common."""

    fqn: FullyQualifiedEntityName
    version: str = FIRST_VERSION
    publish: bool = False
    annotations: Parameters = NO_PARAMETERS
    updated: int = 0
    """Milliseconds since the epoch, set by the server at every write."""
    revision: int = 0
    """Set by the store: 0 = never stored; a write succeeds only from the newest revision."""


class Action(Entity, frozen=True, kw_only=True):
    """Something that can be invoked. Its code is an attachment under the action's name."""

    exec: Exec
    parameters: Parameters = NO_PARAMETERS
    limits: ActionLimits


class Package(Entity, frozen=True, kw_only=True):
    """A named set of actions, or a binding to one."""

    parameters: Parameters = NO_PARAMETERS
    binding: FullyQualifiedEntityName | None = None
    """The provider, when this is a binding."""


class RuleLink(msgspec.Struct, frozen=True, kw_only=True):
    """What a trigger knows of a rule: the action to invoke, and whether to."""

    action: FullyQualifiedEntityName
    active: bool


class Trigger(Entity, frozen=True, kw_only=True):
    """An event channel. Rules hang here, with their status (contract §2.5, State placement)."""

    parameters: Parameters = NO_PARAMETERS
    rules: dict[str, RuleLink] | None = None
    """``ns/rule`` to link; None until a rule was ever attached."""


class Rule(Entity, frozen=True, kw_only=True):
    """Connects a trigger to an action. Its status lives in the trigger."""

    trigger: FullyQualifiedEntityName
    action: FullyQualifiedEntityName


def next_version(version: str) -> str:
    """The version after an update: the patch number goes up."""
    major, minor, patch = version.split(".")
    return f"{major}.{minor}.{int(patch) + 1}"
