"""Any request, well formed or not, gets an answer that the OpenAPI document knows: no 5xx.

How many are sent, and which, follows the hypothesis profile and seed: see ``budget``.
"""

from __future__ import annotations

import copy
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.fuzz.served import GUEST, KIND, OPERATOR, RECORD, SUBJECT, Served
from whisk_platform.controller.api.docs import openapi
from whisk_platform.controller.api.docs.description import whole

SHARE = 3
"""One in so many of the profile's examples goes to each operation that takes something."""
FEW = 6
"""For operations that take nothing but a key."""
CONFORMS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
LEFT_OUT = {
    "disableController": "it takes nothing, and nothing would run afterwards",
}
OWN = ["_", "_", "guest", "stranger", "_", "guest", "_", "nobody", "guest", "_", "_"]
"""Strangers stand inside, because generators like the ends of a list."""
PACKAGES = ["pkg", "pkg", "bound", "default", "none"]
REAL: dict[str, dict[str, list[str]]] = {
    "/api/v1/web/": {
        "namespace": ["guest"],
        "package": ["default", "pkg", "bound"],
        "name": ["web", "echo", "echo.json", "web.json", "web.http", "web.text", "web.svg"],
    },
    "/activations/": {"namespace": OWN, "name": [RECORD.activation_id, "f" * 32]},
    "/actions": {"namespace": OWN, "package": PACKAGES, "name": ["echo", "echo", "seq", "new"]},
    "/packages": {"namespace": OWN, "name": [*PACKAGES, "new"]},
    "/triggers": {"namespace": OWN, "name": ["trigger", "trigger", "new", "echo"]},
    "/rules": {"namespace": OWN, "name": ["rule", "rule", "new", "echo"]},
    "/admin/namespaces": {"namespace": [SUBJECT.namespace]},
    "/namespaces/": {"namespace": OWN},
    "/subjects/": {"subject": [SUBJECT.subject, "somebody-new"]},
    "/docs/": {"file": ["index.html", "swagger-ui.css"]},
}
"""By a part of the path: what to meet most of the time; anything else mostly meets 404."""
KINDS = [KIND, "python:default", "blackbox", "sequence"]
REFERENCES = ["/_/echo", "/guest/pkg/echo", "/_/trigger", "/_/seq", "/stranger/pkg/echo", "/_/no"]
ANSWERED_502 = "x-openwhisk-activation-id"
"""With this header 502 is an action's failure, not the platform's (contract §3.4)."""


def closed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with every object of its answers closed: an undescribed member is a finding.

    What clients send stays open, because they may send more than is known.
    """
    document = copy.deepcopy(document)
    sent = {name for name in document["components"]["schemas"] if name.endswith(("Put", "Patch"))}
    for name, schema in document["components"]["schemas"].items():
        if name not in sent:
            _close(schema)
    return document


def _close(schema: Any) -> None:
    if isinstance(schema, dict):
        if schema.get("properties") and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        for each in schema.values():
            _close(each)
    elif isinstance(schema, list):
        for each in schema:
            _close(each)


SCHEMA = schemathesis.openapi.from_dict(closed(openapi.document()))
OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for operation in (found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok))
}


@st.composite
def requests(draw: st.DrawFn, name: str) -> Case[Any]:
    """A request to one operation: legal or not, to something that exists or not."""
    operation = OPERATIONS[name]
    mode = draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    try:
        case: Case[Any] = draw(operation.as_strategy(generation_mode=mode))
    except hypothesis.errors.Unsatisfiable:
        case = draw(operation.as_strategy())
    for parameter, known in _known(operation.path).items():
        if parameter in case.path_parameters and draw(st.integers(0, 7)) != 3:
            case.path_parameters[parameter] = draw(st.sampled_from(known))
    # A watch ends when its client goes, and this one waits for the end.
    (case.query or {}).pop("watch", None)
    if isinstance(case.body, dict):
        _liken(draw, case.body)
        if case.method == "PUT" and draw(st.booleans()):
            case.query = {**(case.query or {}), "overwrite": "true"}
    return case


def _known(path: str) -> dict[str, list[str]]:
    return next((known for part, known in REAL.items() if part in path), {})


def _liken(draw: st.DrawFn, body: dict[str, Any]) -> None:
    """Put things that exist into a body, where it has a place for them."""
    references = st.sampled_from(REFERENCES)
    executable = body.get("exec")
    if isinstance(executable, dict) and draw(st.booleans()):
        executable["kind"] = draw(st.sampled_from(KINDS))
        executable["components"] = draw(st.lists(references, max_size=3))
        executable["code"] = draw(st.text(max_size=20))
    for name in ("trigger", "action"):
        if name in body and draw(st.booleans()):
            body[name] = draw(references)
    if "binding" in body and draw(st.booleans()):
        body["binding"] = {
            "namespace": draw(st.sampled_from(OWN)),
            "name": draw(st.sampled_from(PACKAGES)),
        }


def test_every_operation_is_tried() -> None:
    described = {each.id for place in whole.PLACES for each in place.operations}
    assert set(OPERATIONS) == described
    assert set(LEFT_OUT) <= described


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - set(LEFT_OUT)))
def test_an_operation_answers_as_described_whatever_it_is_sent(
    name: str, api: Served, budget: hypothesis.settings
) -> None:
    """What a web action answers is its own affair, but for the status being one that HTTP has."""
    operation = OPERATIONS[name]
    tags = operation.definition.raw["tags"]
    headers = api.headers(OPERATOR if "Operators" in tags else GUEST)

    takes_something = operation.path_parameters or operation.query or operation.body
    checks = CONFORMS[:1] if "Web actions" in tags else CONFORMS

    @hypothesis.settings(
        budget, max_examples=budget.max_examples // SHARE if takes_something else FEW
    )
    @hypothesis.given(case=requests(name))
    def run(case: Case[Any]) -> None:
        response = case.call(base_url=api.address, headers=headers, allow_redirects=False)
        assert not _is_a_failure(response), f"{response.status_code} {response.text}"
        case.validate_response(response, checks=checks)

    run()


def _is_a_failure(response: Response) -> bool:
    if response.status_code == 502:
        return ANSWERED_502 not in response.headers
    return response.status_code >= 500
