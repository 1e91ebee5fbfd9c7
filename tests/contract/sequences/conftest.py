"""A workshop on a platform whose bounds on sequences are near."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.assembly import GUEST, STRANGER, Assembly, assembled
from tests.contract.programs import Programs, Workshop
from tests.contract.rest.caller import Caller
from whisk_platform.controller.composites import WAIT_MARGIN_S
from whisk_platform.entities.limits import NamespaceLimits, SystemLimits


@pytest.fixture
def limits() -> SystemLimits:
    """The system's limits; a test module or class may override the fixture."""
    return SystemLimits(invocations_per_minute=1000, blocking_wait_ms=20_000, sequence_length=4)


@pytest.fixture
def step_margin_s() -> float:
    """How long after its time limit a step is waited for; a test may override it."""
    return WAIT_MARGIN_S


@pytest.fixture
async def platform(
    tmp_path: Path, limits: SystemLimits, step_margin_s: float
) -> AsyncIterator[Assembly]:
    async with assembled(tmp_path, limits, step_margin_s=step_margin_s) as assembly:
        yield assembly


@pytest.fixture
def workshop(platform: Assembly) -> Workshop:
    programs = Programs()
    platform.factory.behavior = programs
    guest = Caller(app=platform.app, identity=GUEST)
    return Workshop(platform=platform, programs=programs, guest=guest)


@pytest.fixture
def stranger(platform: Assembly) -> Caller:
    """Another user, with a namespace of its own."""
    return Caller(app=platform.app, identity=STRANGER)


@pytest.fixture
async def guest_without_records(platform: Assembly, workshop: Workshop) -> Caller:
    """The guest, whose namespace stores no activations."""
    own = NamespaceLimits(store_activations=False)
    await platform.services.subjects.set_limits(GUEST.namespace, own)
    platform.services.authenticator.forget()
    return workshop.guest
