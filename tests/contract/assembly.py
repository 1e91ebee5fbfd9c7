"""A whole platform in this process: real stores, bus and invoker; only containers are simulated.

An action's code does not run. What it answers stands in its argument ``script``: an object with
``result`` (any JSON, passed on as the text it is), ``status`` of the container protocol,
``takes_s``, ``breaks`` and ``logs``. Without a script an action answers its arguments.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from starlette.types import ASGIApp

from whisk_platform.common.clock import SystemClock
from whisk_platform.common.jsontext import RawJSON, dumps, split_object
from whisk_platform.common.tasks import Supervisor
from whisk_platform.containers.simulated import MANIFEST, SimulatedFactory, Step
from whisk_platform.controller.activator import Activator
from whisk_platform.controller.activity.hub import ActivityHub, Bounds
from whisk_platform.controller.activity.pacer import Pacer
from whisk_platform.controller.app import application
from whisk_platform.controller.authentication import Authenticator
from whisk_platform.controller.catalog import Catalog
from whisk_platform.controller.composites import WAIT_MARGIN_S, Composites
from whisk_platform.controller.conductors import Conductors
from whisk_platform.controller.loadbalancer.lean import LeanBalancer
from whisk_platform.controller.resolution import Resolver
from whisk_platform.controller.sequences import Sequences
from whisk_platform.controller.services import Services
from whisk_platform.controller.throttles import Throttles
from whisk_platform.entities.action import Action, Package
from whisk_platform.entities.exec import CodeExec, SequenceExec
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.entities.names import parse
from whisk_platform.entities.parameters import Parameter, Parameters
from whisk_platform.entities.recording import RECORD_ALL, Recording
from whisk_platform.invoker.invoker import Invoker
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.messaging.memory import MemoryBus
from whisk_platform.spi.stores import Stores
from whisk_platform.standalone.operations import operations
from whisk_platform.stores.parameterlocks import ParameterLocks
from whisk_platform.stores.sql.provider import SqliteStores
from whisk_platform.stores.sql.settings import SqliteSettings

KIND = "python:3.11"


def identity(namespace: str, digit: str) -> Identity:
    """An identity whose subject is called like its namespace."""
    key = AuthKey(uuid=f"{digit * 8}-0000-4000-8000-000000000000", key=digit * 64)
    return Identity(subject=f"{namespace}-subject", namespace=namespace, authkey=key)


GUEST = identity("guest", "1")
STRANGER = identity("stranger", "2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The parts that tests look at."""

    app: ASGIApp
    services: Services
    stores: SqliteStores
    factory: SimulatedFactory
    invoker: Invoker

    async def action(
        self,
        name: str,
        *,
        script: object = None,
        parameters: Mapping[str, object] | None = None,
        annotations: Mapping[str, object] | None = None,
    ) -> Action:
        """Put an action called ``/ns/[pkg/]name`` into the store."""
        pairs = dict(parameters or {})
        if script is not None:
            pairs["script"] = script
        return await self.services.catalog.put(
            Action(
                fqn=parse(name),
                exec=CodeExec(kind=KIND, binary=False),
                parameters=_pairs(pairs),
                annotations=_pairs(annotations or {}),
                limits=self.services.limits.standard(),
            ),
            code="def main(args): return args",
        )

    async def sequence(
        self, name: str, *components: str, annotations: Mapping[str, object] | None = None
    ) -> Action:
        """Put a sequence into the store."""
        return await self.services.catalog.put(
            Action(
                fqn=parse(name),
                exec=SequenceExec(components=tuple(map(parse, components))),
                annotations=_pairs(annotations or {}),
                limits=self.services.limits.standard(),
            )
        )

    async def package(
        self,
        name: str,
        *,
        binding: str | None = None,
        publish: bool = False,
        parameters: Mapping[str, object] | None = None,
    ) -> Package:
        """Put a package, or a binding to one, into the store."""
        return await self.services.catalog.put(
            Package(
                fqn=parse(name),
                publish=publish,
                parameters=_pairs(parameters or {}),
                binding=None if binding is None else parse(binding),
            )
        )


@asynccontextmanager
async def assembled(
    directory: Path,
    limits: SystemLimits,
    *,
    step_margin_s: float = WAIT_MARGIN_S,
    locking: bool = False,
    bounds: Bounds | None = None,
    heartbeat_s: float = 15.0,
    recording: Recording = RECORD_ALL,
    durability: Literal["normal", "fsync"] = "normal",
) -> AsyncIterator[Assembly]:
    """Start the parts, and stop them in the end.

    Args:
        directory: of the test.
        limits: the system's.
        step_margin_s: how long after its time limit a component is waited for.
        locking: whether parameters are sealed when they are written.
        bounds: of watchers.
        heartbeat_s: how long a watcher hears nothing at most.
        recording: which activations leave a record.
        durability: of what is accepted.
    """
    stores = SqliteStores(SqliteSettings(directory=directory / "state", durability=durability))
    await stores.open()
    for each in (GUEST, STRANGER):
        await stores.subjects.put_identity(each)
    locks = ParameterLocks(stores.sealer, locking=locking)
    bus = MemoryBus(stores.activations)
    hub = ActivityHub(bounds)
    factory = SimulatedFactory(scripted)
    invoker = Invoker(
        _invoker_settings(limits),
        factory=factory,
        stores=stores,
        bus=bus,
        clock=SystemClock(),
        locks=locks,
        feed=hub,
        recording=recording,
        limits=limits,
    )
    await invoker.start()
    side_tasks = Supervisor("test", _failed)
    services = _services(
        stores, bus, limits, invoker, factory, side_tasks, step_margin_s, locks, hub, heartbeat_s,
        recording,
    )  # fmt: skip
    yield Assembly(
        app=application(services),
        services=services,
        stores=stores,
        factory=factory,
        invoker=invoker,
    )
    services.activity.close()
    await side_tasks.close(1)
    await invoker.drain(0.1)
    await factory.close()
    await stores.close()


def _invoker_settings(limits: SystemLimits) -> InvokerSettings:
    return InvokerSettings(
        capacity_mb=4096,
        result_bytes=limits.payload_bytes,
        container_concurrency=limits.concurrency.max,
    )


def _services(
    stores: Stores,
    bus: MemoryBus,
    limits: SystemLimits,
    invoker: Invoker,
    factory: SimulatedFactory,
    side_tasks: Supervisor,
    step_margin_s: float,
    locks: ParameterLocks,
    hub: ActivityHub,
    heartbeat_s: float,
    recording: Recording,
) -> Services:
    clock = SystemClock()
    balancer = LeanBalancer(bus, "0")
    catalog = Catalog(stores.artifacts, clock, locks)
    resolver = Resolver(catalog)
    activator = Activator(balancer, MANIFEST, "0", locks, payload_bytes=limits.payload_bytes)
    composites = Composites(
        activator=activator,
        activations=stores.activations,
        clock=clock,
        tasks=side_tasks,
        wait_margin_s=step_margin_s,
        feed=hub,
        recording=recording,
    )
    activator.run_composites_with(
        sequences=Sequences(composites, resolver, limits.sequence_length),
        conductors=Conductors(composites, resolver, limits.sequence_length),
    )
    throttles = Throttles(clock, limits, balancer.in_flight)
    authenticator = Authenticator(stores.subjects, clock)
    return Services(
        clock=clock,
        limits=limits,
        manifest=MANIFEST,
        authenticator=authenticator,
        catalog=catalog,
        resolver=resolver,
        throttles=throttles,
        activator=activator,
        balancer=balancer,
        activations=stores.activations,
        activity=Pacer(hub, side_tasks, authenticator.authenticate, heartbeat_s=heartbeat_s),
        subjects=stores.subjects,
        operations=operations(
            controller="0",
            invoker=invoker,
            factory=factory,
            stores=stores,
            balancer=balancer,
            throttles=throttles,
            clock=clock,
        ),
        recording=recording,
        build="2024-01-31",
        build_number="1.2.3",
    )


class _Script(msgspec.Struct):
    result: msgspec.Raw = RawJSON(b"{}")
    status: int = 200
    takes_s: float = 0.0
    breaks: bool = False
    logs: tuple[str, ...] = ()


class _Arguments(msgspec.Struct):
    script: _Script | None = None


def scripted(phase: str, body: bytes) -> Step:
    """Do what the arguments say."""
    if phase == "init":
        return Step()
    value = bytes(split_object(body)["value"])
    if not value.startswith(b"{") or b'"script"' not in value:
        return Step(body=value)
    script = msgspec.json.decode(value, type=_Arguments).script
    if script is None:
        return Step(body=value)
    return Step(
        body=bytes(script.result),
        status=script.status,
        takes_s=script.takes_s,
        breaks=script.breaks,
        logs=script.logs,
    )


def _pairs(values: Mapping[str, object]) -> Parameters:
    return Parameters(
        tuple(
            Parameter(
                key=key, value=value if isinstance(value, msgspec.Raw) else RawJSON(dumps(value))
            )
            for key, value in values.items()
        )
    )


def _failed(name: str, error: BaseException) -> None:
    raise AssertionError(name) from error
