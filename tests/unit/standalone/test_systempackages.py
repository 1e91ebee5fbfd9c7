"""The packages of every platform: put once, renewed, and left alone where they are changed."""

import msgspec
import pytest

from whisk_platform.common.clock import SystemClock
from whisk_platform.containers.simulated import MANIFEST
from whisk_platform.controller.catalog import Catalog
from whisk_platform.entities.action import Action, Package
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.entities.names import parse
from whisk_platform.entities.runtimes import RuntimesManifest
from whisk_platform.standalone.systempackages import ensure_packages, released
from whisk_platform.stores.memory import MemoryStores

ECHO = parse("/whisk.system/utils/echo")


@pytest.fixture
def catalog() -> Catalog:
    return Catalog(MemoryStores().artifacts, SystemClock())


async def ensure(catalog: Catalog, manifest: RuntimesManifest = MANIFEST) -> int:
    return await ensure_packages(catalog, manifest, SystemLimits())


async def test_every_action_is_there_with_a_description_and_the_packages_are_public(
    catalog: Catalog,
) -> None:
    assert await ensure(catalog) == len(released()) > 0
    for action in released():
        found = await catalog.get(parse(action.path), Action)
        assert found.annotations.value("description") == action.description != ""
        assert await catalog.code(found.fqn) == action.code
    assert (await catalog.get(parse("/whisk.system/utils"), Package)).publish


async def test_a_second_start_writes_nothing(catalog: Catalog) -> None:
    await ensure(catalog)
    before = await catalog.get(ECHO, Action)
    assert await ensure(catalog) == 0
    assert await catalog.get(ECHO, Action) == before


async def test_what_an_older_release_has_put_is_renewed(catalog: Catalog) -> None:
    await ensure(catalog)
    echo = await catalog.get(ECHO, Action)
    older = echo.annotations.with_value("release", "0123456789abcdef")
    await catalog.put(msgspec.structs.replace(echo, annotations=older), code="old")
    assert await ensure(catalog) == 1
    renewed = await catalog.get(ECHO, Action)
    assert renewed.annotations == echo.annotations
    assert await catalog.code(ECHO) != "old"


async def test_an_operators_own_action_of_the_name_stays(catalog: Catalog) -> None:
    await ensure(catalog)
    echo = await catalog.get(ECHO, Action)
    own = echo.annotations.without(["release"])
    await catalog.put(msgspec.structs.replace(echo, annotations=own), code="mine")
    assert await ensure(catalog) == 0
    assert await catalog.code(ECHO) == "mine"


async def test_without_a_kind_of_python_nothing_is_put(catalog: Catalog) -> None:
    assert await ensure(catalog, RuntimesManifest()) == 0
    assert await catalog.find(parse("/whisk.system/utils"), Package) is None
