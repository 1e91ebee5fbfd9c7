"""One factory for each isolation level, shared by the tests of a module."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import parts
from tests.conformance.containers import escapes
from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.containers.process.settings import LEVELS, Level, ProcessSettings

REMEDIES = {
    "L1": "run as root or allow unprivileged user namespaces"
    " (sysctl kernel.unprivileged_userns_clone=1)",
    "L0+": "use a kernel with Landlock (5.13 or later, lsm=landlock) and a Python for all users",
    "L0": "install a Python that users without rights can read (apt-get install python3)",
}


async def started(settings: ProcessSettings) -> ProcessFactory:
    """Start a factory, or end the test when this machine cannot give its level."""
    factory = ProcessFactory(settings)
    try:
        await factory.start()
    except ContainerError as error:
        level = settings.force_level or "L0"
        parts.missing(f"Isolation level {level} ({error.message})", REMEDIES[level])
    return factory


@pytest.fixture(scope="module", params=LEVELS)
async def factory(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[ProcessFactory]:
    """A factory at one isolation level."""
    level: Level = request.param
    state = tmp_path_factory.mktemp("factory")
    # Planted: no sandbox may ever see it.
    os.environ["WHISK_TEST_SECRET"] = SECRET
    factory = await started(ProcessSettings(state_dir=state, force_level=level))
    yield factory
    await factory.close()
    del os.environ["WHISK_TEST_SECRET"]
    assert list((state / "lives").iterdir()) == []


@pytest.fixture(params=["python", "nodejs"])
def kind(request: pytest.FixtureRequest) -> str:
    """A language family."""
    family: str = request.param
    if family == "nodejs":
        parts.node()
    return family


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A private directory for a factory of the test's own."""
    return tmp_path / "state"


SECRET = escapes.SECRET
