"""A platform, and who calls its web actions."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.assembly import Assembly, assembled
from tests.contract.web.client import Client
from whisk_platform.entities.limits import SystemLimits


@pytest.fixture
def limits() -> SystemLimits:
    """The system's limits; a test module or class may override the fixture."""
    return SystemLimits(invocations_per_minute=1000, blocking_wait_ms=20_000)


@pytest.fixture
async def platform(tmp_path: Path, limits: SystemLimits) -> AsyncIterator[Assembly]:
    async with assembled(tmp_path, limits) as assembly:
        yield assembly


@pytest.fixture
def web(platform: Assembly) -> Client:
    """Sends requests to web actions."""
    return Client(app=platform.app)
