"""Entities created, changed, bound, ruled, used and deleted in any order behave as the model does.

Now and then, and in the end, the whole namespace is compared with the model (contract rest-api §2).
"""

from __future__ import annotations

from typing import Any

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.contract.fuzz import model
from tests.contract.fuzz.client import Client
from tests.contract.fuzz.model import Kind, Model, Refusal
from tests.contract.fuzz.served import KIND, SUBJECT, Served

SHARE = 2
"""One in so many of the profile's examples."""
STEPS = 50
NAMESPACE = SUBJECT.namespace
"""It is empty at first."""
KINDS: tuple[Kind, ...] = ("actions", "packages", "triggers", "rules")
POOLS: dict[Kind, list[str]] = {
    "actions": ["a", "p/m", "q/m", "x/m", "x"],
    "packages": ["p", "q", "x"],
    "triggers": ["t", "u", "x"],
    "rules": ["r", "s", "x"],
}
"""Each kind has names of its own, and one that all kinds fight for."""
ACTIONS, PACKAGES, TRIGGERS, RULES = (st.sampled_from(POOLS[kind]) for kind in KINDS)
ANYTHING = st.sampled_from([(kind, name) for kind in KINDS for name in POOLS[kind]])
PROVIDERS = st.sampled_from([None, None, "p", "q", "x", "a"])
EXEC = {"kind": KIND, "code": "def main(args): return args"}


class Entities(RuleBasedStateMachine):
    """One namespace, in the platform and in the model."""

    def __init__(self, api: Served) -> None:
        super().__init__()
        self.client = Client(api, SUBJECT)
        self.model = Model()

    def sends(
        self, method: str, path: str, body: object = None, *, refused: set[Refusal]
    ) -> Any | None:
        """Send a request; what it is refused with must be among what the model says.

        Returns:
            The answer's body, or None when it was refused.
        """
        status, answer = self.client.call(method, path, body)
        if not refused:
            assert status in (200, 202, 204), (method, path, body, status, answer)
            return {} if answer is None else answer
        assert (status, answer["error"]) in refused, (method, path, body, status, answer, refused)
        return None

    @initialize()
    def furnish(self) -> None:
        """Begin with something that rules and bindings can refer to."""
        self.put_action("a", overwrite=False, code=True)
        self.put_package("p", overwrite=False, provider=None)
        self.put_action("p/m", overwrite=False, code=True)
        self.put_package("q", overwrite=False, provider="p")
        self.put_trigger("t", overwrite=False)
        self.put_trigger("u", overwrite=False)
        self.put_rule("r", overwrite=False, trigger="t", action="a")
        self.put_rule("s", overwrite=False, trigger="t", action="q/m")

    @rule(name=ACTIONS, overwrite=st.booleans(), code=st.booleans())
    def put_action(self, name: str, overwrite: bool, code: bool) -> None:
        refused = self.model.refuses_package(name)
        refused |= self.model.refuses_put("actions", name, overwrite)
        if not code and name not in self.model.entities:
            refused |= {(400, "exec undefined")}
        body = {"exec": EXEC} if code else {}
        answer = self.sends("PUT", put("actions", name, overwrite), body, refused=refused)
        if answer is not None:
            assert answer["version"] == self.model.write(name, "actions").version

    @rule(name=PACKAGES, overwrite=st.booleans(), provider=PROVIDERS)
    def put_package(self, name: str, overwrite: bool, provider: str | None) -> None:
        refused = self.model.refuses_put("packages", name, overwrite)
        body: dict[str, object] = {}
        if provider is not None:
            refused |= self.model.refuses_provider(name, provider)
            body["binding"] = {"namespace": "_", "name": provider}
        answer = self.sends("PUT", put("packages", name, overwrite), body, refused=refused)
        if answer is not None:
            package = self.model.write(name, "packages")
            package.provider = provider or package.provider
            assert answer["version"] == package.version

    @rule(name=TRIGGERS, overwrite=st.booleans())
    def put_trigger(self, name: str, overwrite: bool) -> None:
        refused = self.model.refuses_put("triggers", name, overwrite)
        answer = self.sends("PUT", put("triggers", name, overwrite), {}, refused=refused)
        if answer is not None:
            assert answer["version"] == self.model.write(name, "triggers").version

    @rule(
        name=RULES,
        overwrite=st.booleans(),
        trigger=st.sampled_from(["t", "u", None, "t", "u", "x"]),
        action=st.sampled_from(["a", "p/m", "q/m", None, "a", "p/m", "x"]),
    )
    def put_rule(self, name: str, overwrite: bool, trigger: str | None, action: str | None) -> None:
        before = self.model.of("rules").get(name)
        refused = self.model.refuses_put("rules", name, overwrite)
        if before is None and (trigger is None or action is None):
            refused |= {(400, "rule requires a valid trigger and a valid action")}
        wanted = (
            trigger or (before.trigger if before else ""),
            action or (before.action if before else ""),
        )
        if wanted[0] and self.model.refuses_name("triggers", wanted[0]):
            refused |= {(400, f"trigger /{NAMESPACE}/{wanted[0]} does not exist")}
        if wanted[1] and self.model.refuses_resolution(wanted[1]):
            refused |= {(400, f"action /{NAMESPACE}/{wanted[1]} does not exist")}
        body = {"trigger": trigger and f"/_/{trigger}", "action": action and f"/_/{action}"}
        answer = self.sends("PUT", put("rules", name, overwrite), body, refused=refused)
        if answer is not None:
            written = self.model.write_rule(name, *wanted)
            assert answer["version"] == written.version
            assert answer["status"] == status(self.model.is_active(name))

    @rule(name=RULES, active=st.booleans())
    def switch_rule(self, name: str, active: bool) -> None:
        refused = self.model.refuses_name("rules", name)
        trigger = "" if refused else self.model.entities[name].trigger
        if not refused and active and self.model.refuses_name("triggers", trigger):
            refused = {model.NO_TRIGGER_TO_ENABLE}
        answer = self.sends("POST", f"rules/{name}", {"status": status(active)}, refused=refused)
        if answer is not None:
            assert answer == "OK"
            self.model.switch(name, active)

    @rule(entity=ANYTHING, force=st.booleans())
    def delete(self, entity: tuple[Kind, str], force: bool) -> None:
        kind, name = entity
        refused = self.model.refuses_package(name) or self.model.refuses_name(kind, name)
        contents = self.model.contents(name) if kind == "packages" else set()
        if contents and not force and not refused:
            refused = {model.not_empty(len(contents))}
        query = "?force=true" if force else ""
        answer = self.sends("DELETE", f"{kind}/{name}{query}", refused=refused)
        if answer is not None:
            assert answer.get("status", "inactive") == "inactive"
            self.model.delete(name)

    @rule(name=ACTIONS)
    def invoke(self, name: str) -> None:
        refused = self.model.refuses_resolution(name)
        path = f"actions/{name}?blocking=true&result=true"
        answer = self.sends("POST", path, {"a": 1}, refused=refused)
        assert answer in (None, {"a": 1})

    @rule(name=TRIGGERS)
    def fire(self, name: str) -> None:
        refused = self.model.refuses_name("triggers", name)
        answer = self.sends("POST", f"triggers/{name}", {}, refused=refused)
        if answer is not None:
            links = self.model.entities[name].links or {}
            assert bool(answer) == any(active for _, active in links.values())

    @rule()
    def compare(self) -> None:
        self.the_lists_are_the_models()
        self.every_package_shows_what_is_in_it()
        self.triggers_and_rules_know_each_other()

    def the_lists_are_the_models(self) -> None:
        for kind in KINDS:
            listed = self.sends("GET", kind, refused=set())
            assert listed is not None
            prefix = NAMESPACE + "/"
            names = [f"{each['namespace']}/{each['name']}".removeprefix(prefix) for each in listed]
            assert sorted(names) == sorted(self.model.of(kind))
            counted = self.sends("GET", f"{kind}?count=true", refused=set())
            assert counted == {kind: len(names)}

    def every_package_shows_what_is_in_it(self) -> None:
        for name, package in self.model.of("packages").items():
            refused = self.model.refuses_contents(name)
            shown = self.sends("GET", f"packages/{name}", refused=refused)
            if shown is None:
                continue
            assert shown["version"] == package.version
            contents = self.model.contents(self.model.provider_of(name))
            assert {each["name"] for each in shown["actions"]} == contents
            binding = {"namespace": NAMESPACE, "name": package.provider}
            assert shown["binding"] == (binding if package.provider else {})

    def triggers_and_rules_know_each_other(self) -> None:
        for name, trigger in self.model.of("triggers").items():
            shown = self.sends("GET", f"triggers/{name}", refused=set())
            assert shown is not None
            assert shown["version"] == trigger.version
            links = {
                key.removeprefix(NAMESPACE + "/"): (qualified(link["action"]), link["status"])
                for key, link in shown.get("rules", {}).items()
            }
            expected = trigger.links or {}
            assert links == {key: (action, status(on)) for key, (action, on) in expected.items()}
            assert ("rules" in shown) == (trigger.links is not None)
        for name, each in self.model.of("rules").items():
            shown = self.sends("GET", f"rules/{name}", refused=set())
            assert shown is not None
            assert (shown["version"], shown["status"]) == (
                each.version,
                status(self.model.is_active(name)),
            )
            assert qualified(shown["trigger"]) == each.trigger
            assert qualified(shown["action"]) == each.action

    def teardown(self) -> None:
        """What is there is the model's; everything can be deleted, whatever became of it."""
        try:
            self.compare()
            for kind in ("rules", "triggers", "packages", "actions"):
                for name in [
                    name for name, each in self.model.entities.items() if each.kind == kind
                ]:
                    if name in self.model.entities:
                        self.sends("DELETE", f"{kind}/{name}?force=true", refused=set())
                        self.model.delete(name)
        finally:
            self.client.close()


def put(kind: Kind, name: str, overwrite: bool) -> str:
    """The path that a PUT goes to."""
    return f"{kind}/{name}" + ("?overwrite=true" if overwrite else "")


def status(active: bool) -> str:
    """As the API spells it."""
    return "active" if active else "inactive"


def qualified(reference: dict[str, str]) -> str:
    """A reference as the model names things."""
    return f"{reference['path']}/{reference['name']}".removeprefix(NAMESPACE + "/")


def test_entities_in_any_order_stay_what_the_contract_makes_of_them(
    api: Served, budget: hypothesis.settings
) -> None:
    class Fresh(Entities):
        def __init__(self) -> None:
            super().__init__(api)

    settings = hypothesis.settings(
        budget, max_examples=budget.max_examples // SHARE, stateful_step_count=STEPS
    )
    run_state_machine_as_test(Fresh, settings=settings)
