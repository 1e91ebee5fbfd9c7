"""A workshop whose actions are Python functions, and who calls them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.assembly import GUEST, STRANGER, Assembly, assembled
from tests.contract.programs import Programs, Workshop
from tests.contract.rest.caller import Caller
from whisk_platform.entities.limits import SystemLimits


@pytest.fixture
def limits() -> SystemLimits:
    """The system's limits; a test module or class may override the fixture."""
    return SystemLimits(invocations_per_minute=1000)


@pytest.fixture
async def platform(tmp_path: Path, limits: SystemLimits) -> AsyncIterator[Assembly]:
    async with assembled(tmp_path, limits) as assembly:
        yield assembly


@pytest.fixture
def workshop(platform: Assembly) -> Workshop:
    programs = Programs()
    platform.factory.behavior = programs
    guest = Caller(app=platform.app, identity=GUEST)
    return Workshop(platform=platform, programs=programs, guest=guest)


@pytest.fixture
def guest(workshop: Workshop) -> Caller:
    """The usual caller; its namespace is ``guest``."""
    return workshop.guest


@pytest.fixture
def stranger(platform: Assembly) -> Caller:
    """Another user, with a namespace of its own."""
    return Caller(app=platform.app, identity=STRANGER)


@pytest.fixture
def anonymous(platform: Assembly) -> Caller:
    """Who presents no key."""
    return Caller(app=platform.app, identity=None)
