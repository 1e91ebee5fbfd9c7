"""The audit log: one line for each operator call, refused ones too, and never a secret."""

from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.contract.assembly import GUEST, Assembly
from tests.contract.rest.caller import Caller
from tests.contract.rest_admin.conftest import ADMIN, SYSTEM, sharing_network


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    with capture_logs() as captured:
        yield captured  # type: ignore[misc]


def calls(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The audit lines without what is different each time."""
    found = [line for line in lines if line["event"] == "operator_call"]
    assert all(line["transid"] for line in found)
    left_out = {"event", "transid", "part"}
    return [{k: v for k, v in line.items() if k not in left_out} for line in found]


BY_OPERATOR = {"operator": SYSTEM.subject, "peer": "127.0.0.1"}
DONE = {**BY_OPERATOR, "outcome": "done", "status": 200, "log_level": "info"}


async def test_a_line_tells_who_did_what_to_whom(
    operator: Caller, lines: list[dict[str, Any]]
) -> None:
    key = (await operator.post(ADMIN + "/namespaces/guest/key", {"newUuid": False})).json["key"]
    await operator.put(ADMIN + "/namespaces/guest/limits", {"firesPerMinute": 3})
    await operator.post(ADMIN + "/subjects/guest-subject", {"blocked": True})
    await operator.post(ADMIN + "/invokers/invoker0", {"enabled": False})
    await operator.get(ADMIN + "/containers")
    await operator.post("/disable")
    assert calls(lines) == [
        {**DONE, "operation": "rotate_key", "namespace": "guest", "new_uuid": False},
        {**DONE, "operation": "set_limits", "namespace": "guest", "members": "firesPerMinute"},
        {**DONE, "operation": "block_subject", "subject": "guest-subject", "blocked": True},
        {**DONE, "operation": "enable_invoker", "invoker": "invoker0", "enabled": False},
        {**DONE, "operation": "list_containers"},
        {**DONE, "operation": "disable_controller"},
    ]
    assert key not in str(lines)


async def test_a_refused_call_leaves_a_line_too(
    guest: Caller, anonymous: Caller, operator: Caller, lines: list[dict[str, Any]]
) -> None:
    await anonymous.get(ADMIN + "/subjects")
    await guest.post(ADMIN + "/namespaces/guest/key")
    await operator.get(ADMIN + "/namespaces/nobody")
    await guest.post("/disable")
    refused = {"peer": "127.0.0.1", "outcome": "refused", "log_level": "warning"}
    by_guest = {**refused, "operator": GUEST.subject, "status": 403}
    assert calls(lines) == [
        {**refused, "operator": None, "operation": "list_subjects", "status": 401},
        {**by_guest, "operation": "rotate_key", "namespace": "guest"},
        {
            **refused,
            **BY_OPERATOR,
            "operation": "get_namespace",
            "namespace": "nobody",
            "status": 404,
        },
        {**by_guest, "operation": "disable_controller"},
    ]


async def test_a_key_in_a_body_that_is_refused_is_not_told(
    operator: Caller, lines: list[dict[str, Any]]
) -> None:
    secret = "s" * 63
    path = ADMIN + "/subjects/alice"
    assert (await operator.put(path, {"auth": f"{GUEST.authkey.uuid}:{secret}"})).status == 400
    assert (await operator.put(path, f'{{"auth": "{secret}'.encode())).status == 400
    assert len(calls(lines)) == 2
    assert secret not in str(lines)


async def test_what_machines_poll_leaves_a_line_only_when_it_is_refused(
    platform: Assembly, anonymous: Caller, lines: list[dict[str, Any]]
) -> None:
    await anonymous.get("/metrics")
    await anonymous.get("/invokers")
    await anonymous.get("/health/ready")
    assert calls(lines) == []
    await Caller(app=sharing_network(platform), identity=None).get("/metrics")
    assert [(line["operation"], line["status"]) for line in calls(lines)] == [("get /metrics", 401)]
