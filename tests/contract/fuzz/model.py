"""What entities are and do to one another, in a few lines: the model that the API is held to.

Source: contracts rest-api §2.0, §2.2.4, §2.3, §2.4, §2.5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["actions", "packages", "triggers", "rules"]

EXISTS = (409, "resource already exists")
OTHER_KIND = (409, "Resource by this name exists but is not in this collection.")
MISSING = (404, "The requested resource does not exist.")
NOT_A_PACKAGE = (409, "Cannot bind to a resource that is not a package.")
TO_BINDING = (400, "Cannot bind to another package binding.")
NO_PROVIDER = (400, "Binding references a package that does not exist.")
NO_CONVERSION = (409, "Resource is a package and cannot be converted into a binding.")
THROUGH_BINDING = (400, "Operation not permitted on package binding.")
NO_TRIGGER_TO_ENABLE = (404, "Only rules with existing triggers can be activated")

Refusal: TypeAlias = tuple[int, str]


def not_empty(entities: int) -> Refusal:
    """What deleting a package without force is refused with while something is in it."""
    count = "1 entity" if entities == 1 else f"{entities} entities"
    return (
        409,
        f"Package not empty (contains {count}). Set force param or delete package contents.",
    )


@dataclass(slots=True)
class Entity:
    """One entity as far as the model tells entities apart."""

    kind: Kind
    writes: int = 1
    """How often it was written; its version counts the same."""
    provider: str | None = None
    """Of a binding."""
    trigger: str = ""
    action: str = ""
    """Of a rule."""
    links: dict[str, tuple[str, bool]] | None = None
    """Of a trigger: rule to its action and whether it is active; None until there was one."""

    @property
    def version(self) -> str:
        """As the API shows it."""
        return f"0.0.{self.writes}"


@dataclass(slots=True)
class Model:
    """A namespace: entities by ``name`` or ``package/name``, one name for all kinds."""

    entities: dict[str, Entity] = field(default_factory=dict)

    def of(self, kind: Kind) -> dict[str, Entity]:
        """Every entity of one kind."""
        return {name: each for name, each in self.entities.items() if each.kind == kind}

    def contents(self, package: str) -> set[str]:
        """The actions in a package, by their own name."""
        prefix = package + "/"
        return {name.removeprefix(prefix) for name in self.entities if name.startswith(prefix)}

    def is_active(self, rule: str) -> bool:
        """Whether a rule is: its trigger says so, if there is one."""
        trigger = self.entities.get(self.entities[rule].trigger)
        links = (trigger.links or {}) if trigger and trigger.kind == "triggers" else {}
        return links.get(rule, ("", False))[1]

    def refuses_name(self, kind: Kind, name: str) -> set[Refusal]:
        """What reading or deleting by this name is refused with."""
        found = self.entities.get(name)
        if found is None:
            return {MISSING}
        return set() if found.kind == kind else {OTHER_KIND}

    def refuses_put(self, kind: Kind, name: str, overwrite: bool) -> set[Refusal]:
        """What writing by this name is refused with, whatever the body."""
        found = self.entities.get(name)
        if found is None:
            return set()
        if found.kind != kind:
            return {OTHER_KIND}
        return set() if overwrite else {EXISTS}

    def refuses_package(self, name: str) -> set[Refusal]:
        """What changing an action is refused with because of the package in its name."""
        package, slash, _ = name.partition("/")
        if not slash:
            return set()
        return self.refuses_name("packages", package) or (
            {THROUGH_BINDING} if self.entities[package].provider is not None else set()
        )

    def refuses_provider(self, name: str, provider: str) -> set[Refusal]:
        """What making ``name`` a binding to something is refused with."""
        refused = set()
        found, before = self.entities.get(provider), self.entities.get(name)
        if found is None:
            refused = {NO_PROVIDER}
        elif found.kind != "packages":
            refused = {NOT_A_PACKAGE}
        elif found.provider is not None:
            # A binding that leads nowhere may be told for what it leads to.
            refused = {TO_BINDING, NO_PROVIDER, NOT_A_PACKAGE}
        if before is not None and before.kind == "packages" and before.provider is None:
            refused |= {NO_CONVERSION}
        return refused

    def refuses_resolution(self, name: str) -> set[Refusal]:
        """What using an action, perhaps through a binding, is refused with."""
        package, slash, action = name.partition("/")
        if not slash:
            return self.refuses_name("actions", name)
        return self.refuses_contents(package) or self.refuses_name(
            "actions", f"{self.provider_of(package)}/{action}"
        )

    def refuses_contents(self, package: str) -> set[Refusal]:
        """What looking into a package or binding is refused with."""
        refused = self.refuses_name("packages", package)
        provider = None if refused else self.entities[package].provider
        if provider is None:
            return refused
        refused = self.refuses_name("packages", provider)
        if not refused and self.entities[provider].provider is not None:
            return {MISSING}
        return refused

    def provider_of(self, package: str) -> str:
        """The package itself, or what it is bound to."""
        return self.entities[package].provider or package

    def write(self, name: str, kind: Kind) -> Entity:
        """Create an entity, or count one more write."""
        found = self.entities.get(name)
        if found is None:
            found = self.entities[name] = Entity(kind=kind)
        else:
            found.writes += 1
        return found

    def write_rule(self, name: str, trigger: str, action: str) -> Entity:
        """Write a rule and its link: a change keeps the status and leaves the old trigger."""
        before = self.entities.get(name)
        active = before is None or self.is_active(name)
        if before is not None and before.trigger != trigger:
            self.unlink(name)
        rule = self.write(name, "rules")
        rule.trigger, rule.action = trigger, action
        links = self.entities[trigger].links
        self.entities[trigger].links = {**(links or {}), name: (action, active)}
        return rule

    def unlink(self, rule: str) -> None:
        """Take a rule out of its trigger."""
        trigger = self.entities.get(self.entities[rule].trigger)
        if trigger is not None and trigger.links is not None:
            trigger.links.pop(rule, None)

    def switch(self, rule: str, active: bool) -> None:
        """Enable or disable a rule; a trigger that does not know it gets to know it if enabled."""
        entity = self.entities[rule]
        trigger = self.entities.get(entity.trigger)
        if trigger is not None and trigger.kind == "triggers" and self.is_active(rule) != active:
            trigger.links = {**(trigger.links or {}), rule: (entity.action, active)}

    def delete(self, name: str) -> None:
        """Delete an entity: a rule leaves its trigger, a package takes its actions along."""
        if self.entities[name].kind == "rules":
            self.unlink(name)
        if self.entities[name].kind == "packages":
            for action in self.contents(name):
                del self.entities[f"{name}/{action}"]
        del self.entities[name]
