"""A platform, who operates it, and callers that are somewhere else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.contract.assembly import GUEST, STRANGER, Assembly, assembled, identity
from tests.contract.rest.caller import Caller
from whisk_platform.controller.app import application
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.limits import SystemLimits

ADMIN = "/api/v1/admin"
SYSTEM = identity("whisk.system", "3")
ELSEWHERE = "192.0.2.7"
"""An address that is on no machine."""


@pytest.fixture
def limits() -> SystemLimits:
    """The system's limits; a test module may override the fixture."""
    return SystemLimits(invocations_per_minute=1000, blocking_wait_ms=20_000)


@pytest.fixture
async def platform(tmp_path: Path, limits: SystemLimits) -> AsyncIterator[Assembly]:
    async with assembled(tmp_path, limits) as assembly:
        await assembly.stores.subjects.put_identity(SYSTEM)
        yield assembly


@pytest.fixture
def operator(platform: Assembly) -> Caller:
    """Who holds the system key."""
    return Caller(app=platform.app, identity=SYSTEM)


@pytest.fixture
def guest(platform: Assembly) -> Caller:
    """The usual caller; its namespace is ``guest``."""
    return Caller(app=platform.app, identity=GUEST)


@pytest.fixture
def stranger(platform: Assembly) -> Caller:
    """Another user, with a namespace of its own."""
    return Caller(app=platform.app, identity=STRANGER)


@pytest.fixture
def anonymous(platform: Assembly) -> Caller:
    """Who presents no key."""
    return Caller(app=platform.app, identity=None)


def holder_of(caller: Caller, namespace: str, auth: str) -> Caller:
    """Who presents a ``uuid:key``."""
    uuid, _, key = auth.partition(":")
    authkey = AuthKey(uuid=uuid, key=key)
    return replace(
        caller, identity=Identity(subject=namespace, namespace=namespace, authkey=authkey)
    )


def sharing_network(platform: Assembly) -> ASGIApp:
    """The application where actions share the network of the machine."""
    operations = replace(platform.services.operations, shared_network=True)
    return application(replace(platform.services, operations=operations))


def seen_from(address: str, app: ASGIApp) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The application as a client at another address reaches it."""

    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "client": (address, 1)}, receive, send)

    return moved
