"""The controller's application over real stores in a directory of the test, and who calls it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.rest.caller import Caller
from whisk_platform.common.clock import SystemClock
from whisk_platform.common.tasks import Supervisor
from whisk_platform.containers.simulated import SimulatedFactory
from whisk_platform.controller.activator import Activator
from whisk_platform.controller.activity.hub import ActivityHub
from whisk_platform.controller.activity.pacer import Pacer
from whisk_platform.controller.app import application
from whisk_platform.controller.authentication import Authenticator
from whisk_platform.controller.catalog import Catalog
from whisk_platform.controller.loadbalancer.lean import LeanBalancer
from whisk_platform.controller.resolution import Resolver
from whisk_platform.controller.services import Services
from whisk_platform.controller.throttles import Throttles
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.limits import NamespaceLimits, SystemLimits
from whisk_platform.entities.runtimes import Runtime, RuntimesManifest
from whisk_platform.invoker.invoker import Invoker
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.messaging.memory import MemoryBus
from whisk_platform.spi.stores import Stores
from whisk_platform.standalone.operations import operations
from whisk_platform.stores.sql.provider import provide
from whisk_platform.stores.sql.settings import SqliteSettings

CONTROLLER = "0"
MANIFEST = RuntimesManifest(
    runtimes=(
        Runtime(kind="python:3.11", image="openwhisk/action-python-v3.11:nightly", default=True),
        Runtime(kind="nodejs:20", image="openwhisk/action-nodejs-v20:nightly", default=True),
        Runtime(kind="nodejs:6", image="openwhisk/nodejs6action:nightly", deprecated=True),
        Runtime(kind="java:8", image="openwhisk/java8action:nightly", require_main=True),
    )
)


def identity(namespace: str, digit: str) -> Identity:
    """An identity whose subject is called like its namespace."""
    key = AuthKey(uuid=f"{digit * 8}-0000-4000-8000-000000000000", key=digit * 64)
    return Identity(subject=f"{namespace}-subject", namespace=namespace, authkey=key)


GUEST = identity("guest", "1")
STRANGER = identity("stranger", "2")
SYSTEM = identity("whisk.system", "3")


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    opened = provide(SqliteSettings(directory=tmp_path / "state"))
    await opened.open()
    for each in (GUEST, STRANGER, SYSTEM):
        await opened.subjects.put_identity(each)
    yield opened
    await opened.close()


@pytest.fixture
def limits() -> SystemLimits:
    """The system's limits; a test module may override the fixture."""
    return SystemLimits()


@pytest.fixture
async def services(stores: Stores, limits: SystemLimits) -> Services:
    clock = SystemClock()
    bus = MemoryBus(stores.activations)
    balancer = LeanBalancer(bus, CONTROLLER)
    catalog = Catalog(stores.artifacts, clock)
    throttles = Throttles(clock, limits, balancer.in_flight)
    factory = SimulatedFactory(manifest=MANIFEST)
    # It is there to be looked at: it has not been started, so nothing runs.
    invoker = Invoker(
        InvokerSettings(capacity_mb=1024), factory=factory, stores=stores, bus=bus, clock=clock
    )
    authenticator = Authenticator(stores.subjects, clock)
    return Services(
        clock=clock,
        limits=limits,
        manifest=MANIFEST,
        authenticator=authenticator,
        catalog=catalog,
        resolver=Resolver(catalog),
        throttles=throttles,
        activator=Activator(balancer, MANIFEST, CONTROLLER),
        balancer=balancer,
        activations=stores.activations,
        activity=Pacer(ActivityHub(), Supervisor("test", _failed), authenticator.authenticate),
        subjects=stores.subjects,
        operations=operations(
            controller=CONTROLLER,
            invoker=invoker,
            factory=factory,
            stores=stores,
            balancer=balancer,
            throttles=throttles,
            clock=clock,
        ),
        build="2024-01-31",
        build_number="1.2.3",
    )


@pytest.fixture
def anonymous(services: Services) -> Caller:
    """Who presents no key."""
    return Caller(app=application(services), identity=None)


@pytest.fixture
def guest(anonymous: Caller) -> Caller:
    """The usual caller; its namespace is ``guest``."""
    return Caller(app=anonymous.app, identity=GUEST)


@pytest.fixture
def stranger(anonymous: Caller) -> Caller:
    """Another user, with a namespace of its own."""
    return Caller(app=anonymous.app, identity=STRANGER)


@pytest.fixture
def operator(anonymous: Caller) -> Caller:
    """Who holds the system key."""
    return Caller(app=anonymous.app, identity=SYSTEM)


async def set_limits(services: Services, own: NamespaceLimits) -> None:
    """Give ``guest`` limits of its own."""
    await services.subjects.set_limits(GUEST.namespace, own)
    services.authenticator.forget()


def _failed(name: str, error: BaseException) -> None:
    raise AssertionError(name) from error
