"""Limits of a namespace (contract rest-api §2.7)."""

from tests.contract.rest.caller import Caller
from tests.contract.rest.conftest import set_limits
from whisk_platform.controller.services import Services
from whisk_platform.entities.limits import NamespaceLimits

SYSTEM = {
    "invocationsPerMinute": 60,
    "concurrentInvocations": 30,
    "firesPerMinute": 60,
    "maxActionMemory": 512,
    "minActionMemory": 128,
    "maxActionLogs": 10,
    "minActionLogs": 0,
    "maxActionTimeout": 300_000,
    "minActionTimeout": 100,
    "maxActionConcurrency": 1,
    "minActionConcurrency": 1,
    "maxParameterSize": "1048576 B",
    "maxActionInstances": 30,
}


async def test_a_namespace_without_limits_has_the_systems(guest: Caller) -> None:
    assert (await guest.get("limits")).json == SYSTEM
    assert (await guest.get("limits/")).json == SYSTEM


async def test_own_limits_show_and_are_clamped_to_the_systems(
    guest: Caller, services: Services
) -> None:
    own = NamespaceLimits(
        invocations_per_minute=7,
        concurrent_invocations=3,
        allowed_kinds=["python:3.11"],
        store_activations=False,
        max_action_memory=4096,
        min_action_timeout=500,
        max_parameter_size="1 KB",
        max_payload_size="2 MB",
    )
    await set_limits(services, own)
    assert (await guest.get("limits")).json == {
        **SYSTEM,
        "invocationsPerMinute": 7,
        "concurrentInvocations": 3,
        "maxActionInstances": 3,
        "minActionTimeout": 500,
        "maxParameterSize": "1024 B",
        "allowedKinds": ["python:3.11"],
        "storeActivations": False,
        "maxPayloadSize": "2 MB",
    }


async def test_limits_of_others_stay_hidden(stranger: Caller) -> None:
    reply = await stranger.get("/api/v1/namespaces/guest/limits")
    assert reply.refusal == (
        403,
        "The supplied authentication is not authorized to access 'guest'.",
    )


async def test_a_single_limit_has_no_document(guest: Caller) -> None:
    reply = await guest.get("limits/firesPerMinute")
    assert reply.refusal == (
        400,
        "Inner entity level routes for limits are not yet implemented.",
    )


async def test_limits_cannot_be_written(guest: Caller) -> None:
    reply = await guest.put("limits", {})
    assert reply.refusal == (404, "The requested resource could not be found.")
