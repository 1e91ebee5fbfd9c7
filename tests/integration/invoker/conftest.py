"""An invoker over the real process factory and the real store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import parts
from tests.integration.invoker.bench import Bench
from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.stores.sql.provider import provide
from whisk_platform.stores.sql.settings import SqliteSettings


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """A running invoker."""
    stores = provide(SqliteSettings(directory=tmp_path / "state"))
    await stores.open()
    factory = ProcessFactory(ProcessSettings(state_dir=tmp_path / "sandboxes"))
    try:
        await factory.start()
    except ContainerError as error:
        await stores.close()
        parts.missing(
            f"Process sandboxes ({error.message})", "use a machine with Python for all users"
        )
    made = Bench(stores, factory, InvokerSettings(capacity_mb=2048))
    await made.invoker.start()
    yield made
    await made.invoker.drain(5)
    await factory.close()
    await stores.close()
