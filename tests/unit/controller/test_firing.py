"""What a trigger sets off, and how its record reads."""

import json

from whisk_platform.common.errors import ForbiddenError, UnavailableError
from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import RawJSON, join_object
from whisk_platform.controller import firing
from whisk_platform.entities.action import RuleLink, Trigger
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.entities.parameters import Parameter, Parameters

LINK = RuleLink(action=FullyQualifiedEntityName("ns", "pkg", "a"), active=True)


def test_an_accepted_rule_names_its_activation() -> None:
    line = firing.accepted("ns/r", LINK, ActivationId("0" * 32)).line()
    assert line == (
        '{"rule":"ns/r","action":"ns/pkg/a","statusCode":0,"success":true,'
        f'"activationId":"{"0" * 32}"}}'
    )


def test_an_inactive_rule_says_so() -> None:
    assert json.loads(firing.inactive("ns/r", LINK).line()) == {
        "rule": "ns/r",
        "action": "ns/pkg/a",
        "statusCode": 1,
        "success": False,
        "error": "Rule 'ns/r' is inactive, action 'ns/pkg/a' was not activated.",
    }


def test_a_refusal_is_the_clients_fault_and_a_failure_is_ours() -> None:
    refused = json.loads(firing.refused("ns/r", LINK, ForbiddenError("no")).line())
    failed = json.loads(firing.refused("ns/r", LINK, UnavailableError("later")).line())
    assert (refused["statusCode"], refused["error"]) == (1, "no")
    assert (failed["statusCode"], failed["error"]) == (3, "later")


def test_parameters_lie_under_headers_and_headers_under_the_payload() -> None:
    trigger = Trigger(
        fqn=FullyQualifiedEntityName("ns", None, "t"),
        parameters=Parameters(
            (
                Parameter(key="a", value=RawJSON(b"1.10")),
                Parameter(key="b", value=RawJSON(b"1"), init=True),
                Parameter(key="__ow_headers", value=RawJSON(b"1")),
            )
        ),
    )
    headers = {"x-tag": "t", "authorization": "Basic secret"}
    received = firing.arguments(trigger, headers, {"b": RawJSON(b"2")})
    assert join_object(received) == b'{"a":1.10,"b":2,"__ow_headers":{"x-tag":"t"}}'
    overridden = firing.arguments(trigger, headers, {"__ow_headers": RawJSON(b"3")})
    assert bytes(overridden["__ow_headers"]) == b"3"
