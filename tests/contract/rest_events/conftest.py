"""A platform, and who calls its API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.assembly import GUEST, STRANGER, Assembly, assembled
from tests.contract.rest.caller import Caller
from whisk_platform.entities.limits import SystemLimits


@pytest.fixture
def limits() -> SystemLimits:
    """The system's limits; a test module or class may override the fixture."""
    return SystemLimits(invocations_per_minute=1000, fires_per_minute=1000, blocking_wait_ms=20_000)


@pytest.fixture
async def platform(tmp_path: Path, limits: SystemLimits) -> AsyncIterator[Assembly]:
    async with assembled(tmp_path, limits) as assembly:
        yield assembly


@pytest.fixture
def guest(platform: Assembly) -> Caller:
    """The usual caller; its namespace is ``guest``."""
    return Caller(app=platform.app, identity=GUEST)


@pytest.fixture
def stranger(platform: Assembly) -> Caller:
    """Another user, with a namespace of its own."""
    return Caller(app=platform.app, identity=STRANGER)
