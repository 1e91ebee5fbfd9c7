"""A workshop on a platform, without and with a lock on its parameters."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.assembly import GUEST, Assembly, assembled
from tests.contract.programs import Programs, Workshop
from tests.contract.rest.caller import Caller
from tests.contract.values.corpus import VALUES
from tests.contract.web.client import Client
from whisk_platform.entities.limits import SystemLimits


@pytest.fixture(params=list(VALUES.values()), ids=list(VALUES))
def value(request: pytest.FixtureRequest) -> str:
    """One value of the corpus, as text."""
    text: str = request.param
    return text


@pytest.fixture(params=[False, True], ids=["open", "locked"])
def locked(request: pytest.FixtureRequest) -> bool:
    """Whether the store seals parameters; then a reader sees the seal instead of the value."""
    sealed: bool = request.param
    return sealed


@pytest.fixture
async def platform(tmp_path: Path, locked: bool) -> AsyncIterator[Assembly]:
    """A platform, once with parameters sealed in the store and once without."""
    limits = SystemLimits(invocations_per_minute=10_000, blocking_wait_ms=20_000)
    async with assembled(tmp_path, limits, locking=locked) as assembly:
        yield assembly


@pytest.fixture
def workshop(platform: Assembly) -> Workshop:
    """Whose actions answer their arguments unless a program says otherwise."""
    programs = Programs()
    platform.factory.behavior = programs
    return Workshop(
        platform=platform, programs=programs, guest=Caller(app=platform.app, identity=GUEST)
    )


@pytest.fixture
def web(platform: Assembly) -> Client:
    """Sends requests to web actions."""
    return Client(app=platform.app)
