"""Documents that need no key (contract rest-api §1.1, §1.3)."""

import dataclasses

import pytest

from tests.contract.rest.caller import Caller
from whisk_platform.containers.simulated import SimulatedFactory
from whisk_platform.controller.app import application
from whisk_platform.controller.services import Services
from whisk_platform.invoker.invoker import Invoker
from whisk_platform.invoker.operations import LocalOperations
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.messaging.memory import MemoryBus
from whisk_platform.stores.memory import MemoryStores


async def test_the_deployment_describes_itself(anonymous: Caller) -> None:
    reply = await anonymous.get("/")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    document = reply.json
    assert document["description"] == "OpenWhisk"
    assert set(document["support"]) == {"github", "slack"}
    assert document["api_paths"] == ["/api/v1"]
    assert document["limits"] == {
        "actions_per_minute": 60,
        "triggers_per_minute": 60,
        "concurrent_actions": 30,
        "sequence_length": 50,
        "default_min_action_duration": 100,
        "default_max_action_duration": 300_000,
        "default_min_action_memory": 128 << 20,
        "default_max_action_memory": 512 << 20,
        "default_min_action_logs": 0,
        "default_max_action_logs": 10 << 20,
        "min_action_duration": 100,
        "max_action_duration": 300_000,
        "min_action_memory": 128 << 20,
        "max_action_memory": 512 << 20,
        "min_action_logs": 0,
        "max_action_logs": 10 << 20,
    }
    assert document["runtimes"]["nodejs"] == [
        {
            "kind": "nodejs:20",
            "image": "openwhisk/action-nodejs-v20:nightly",
            "deprecated": False,
            "default": True,
            "attached": True,
            "requireMain": False,
        },
        {
            "kind": "nodejs:6",
            "image": "openwhisk/nodejs6action:nightly",
            "deprecated": True,
            "default": False,
            "attached": True,
            "requireMain": False,
        },
    ]


async def test_the_only_kind_of_a_family_is_its_default(anonymous: Caller) -> None:
    (java,) = (await anonymous.get("/")).json["runtimes"]["java"]
    assert java["default"] is True
    assert java["requireMain"] is True


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/"])
async def test_the_api_describes_itself(anonymous: Caller, path: str) -> None:
    reply = await anonymous.get(path)
    assert (reply.status, reply.json) == (
        200,
        {
            "description": "OpenWhisk API",
            "api_version": "1.0.0",
            "api_version_path": "v1",
            "build": "2024-01-31",
            "buildno": "1.2.3",
            "swagger_paths": {"ui": "/docs", "api-docs": "/api-docs"},
        },
    )


async def test_ping_answers_pong_to_operators(anonymous: Caller) -> None:
    reply = await anonymous.get("/ping")
    assert (reply.status, reply.text) == (200, "pong")
    assert reply.headers["content-type"].startswith("text/plain")
    assert reply.headers["access-control-allow-methods"] == "OPTIONS, GET, POST"


async def test_invokers_that_are_all_up_are_ready(anonymous: Caller) -> None:
    assert (await anonymous.get("/invokers")).json == {"invoker0/0": "up"}
    assert (await anonymous.get("/invokers/healthy/count")).body == b"1"
    reply = await anonymous.get("/invokers/ready")
    assert (reply.status, reply.json) == (200, {"healthy": "1/1"})


async def test_one_invoker_that_is_down_makes_the_deployment_unready(services: Services) -> None:
    (first,) = services.operations.invokers.values()
    away = LocalOperations(
        Invoker(
            InvokerSettings(),
            factory=SimulatedFactory(),
            stores=MemoryStores(),
            bus=MemoryBus(services.activations),
            clock=services.clock,
        )
    )
    await away.disable()
    invokers = {"invoker0/0": first, "invoker1/1": away}
    operations = dataclasses.replace(services.operations, invokers=invokers)
    app = application(dataclasses.replace(services, operations=operations))
    caller = Caller(app=app, identity=None)
    assert (await caller.get("/invokers")).json == {"invoker0/0": "up", "invoker1/1": "down"}
    assert (await caller.get("/invokers/healthy/count")).body == b"1"
    reply = await caller.get("/invokers/ready")
    assert (reply.status, reply.json) == (500, {"unhealthy": "1/2"})


async def test_nothing_is_in_flight_when_nothing_runs(anonymous: Caller) -> None:
    assert (await anonymous.get("/activation")).body == b"[]"
    assert (await anonymous.get("/activation/count")).body == b"0"


async def test_a_caller_has_exactly_one_namespace(guest: Caller) -> None:
    assert (await guest.get("/api/v1/namespaces")).json == ["guest"]
    assert (await guest.get("/api/v1/namespaces/")).json == ["guest"]


async def test_the_namespaces_need_a_key(anonymous: Caller) -> None:
    reply = await anonymous.get("/api/v1/namespaces")
    assert reply.refusal == (
        401,
        "The resource requires authentication, which was not supplied with the request",
    )
    assert reply.headers["www-authenticate"] == (
        'Basic realm="OpenWhisk secure realm",charset=UTF-8'
    )


async def test_a_single_namespace_has_no_document(guest: Caller) -> None:
    reply = await guest.get("/api/v1/namespaces/guest")
    assert reply.refusal == (404, "The requested resource could not be found.")


async def test_the_transaction_id_of_a_client_is_echoed(guest: Caller) -> None:
    reply = await guest.call("GET", "actions/nothing", headers={"x-request-id": "abc"})
    assert reply.json["code"] == reply.headers["x-request-id"] == "abc"
