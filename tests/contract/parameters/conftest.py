"""A workshop on a platform that seals parameters, or one that has ceased to."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from tests.contract.assembly import GUEST, STRANGER, Assembly, assembled
from tests.contract.programs import Programs, Workshop
from tests.contract.rest.caller import Caller
from whisk_platform.entities.limits import SystemLimits


class Reopen(Protocol):
    """Starts a platform on the directory of the test."""

    def __call__(self, *, locking: bool) -> AbstractAsyncContextManager[Assembly]: ...


@pytest.fixture
def reopen(tmp_path: Path) -> Reopen:
    limits = SystemLimits(invocations_per_minute=1000, fires_per_minute=1000)
    return partial(assembled, tmp_path, limits)


@pytest.fixture
async def platform(reopen: Reopen) -> AsyncIterator[Assembly]:
    async with reopen(locking=True) as assembly:
        yield assembly


def workshop_of(platform: Assembly) -> Workshop:
    """A workshop whose actions answer their arguments."""
    programs = Programs()
    platform.factory.behavior = programs
    guest = Caller(app=platform.app, identity=GUEST)
    return Workshop(platform=platform, programs=programs, guest=guest)


@pytest.fixture
def workshop(platform: Assembly) -> Workshop:
    return workshop_of(platform)


@pytest.fixture
def stranger(platform: Assembly) -> Caller:
    """Another user, with a namespace of its own."""
    return Caller(app=platform.app, identity=STRANGER)
