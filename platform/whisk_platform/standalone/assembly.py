"""Which parts stand together in the standalone platform, and in what order they start and stop."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from whisk_platform.common.clock import SystemClock
from whisk_platform.common.logging import get_logger
from whisk_platform.common.tasks import Supervisor
from whisk_platform.controller.activator import Activator
from whisk_platform.controller.activity.hub import ActivityHub
from whisk_platform.controller.activity.pacer import Pacer
from whisk_platform.controller.api.actions.express import ExpressInvoker
from whisk_platform.controller.app import application
from whisk_platform.controller.authentication import Authenticator
from whisk_platform.controller.blocklist import publish_blocklist
from whisk_platform.controller.catalog import Catalog
from whisk_platform.controller.composites import Composites
from whisk_platform.controller.conductors import Conductors
from whisk_platform.controller.edge.application import Edge
from whisk_platform.controller.edge.express import Express
from whisk_platform.controller.lost import LostComposites
from whisk_platform.controller.resolution import Resolver
from whisk_platform.controller.sequences import Sequences
from whisk_platform.controller.server import HttpServer
from whisk_platform.controller.services import Services
from whisk_platform.controller.throttles import Throttles
from whisk_platform.entities.action import Action
from whisk_platform.entities.exec import CodeExec
from whisk_platform.entities.runtimes import RuntimesManifest
from whisk_platform.invoker.invoker import Invoker
from whisk_platform.spi.containers import ContainerFactory
from whisk_platform.spi.loadbalancer import LoadBalancer
from whisk_platform.spi.loader import load
from whisk_platform.spi.messaging import MessageBus
from whisk_platform.spi.stores import Stores
from whisk_platform.standalone import build, providers
from whisk_platform.standalone.endpoint import Endpoint
from whisk_platform.standalone.identities import check_exposure, ensure_identities
from whisk_platform.standalone.listeners import Listeners, listen
from whisk_platform.standalone.operations import operations
from whisk_platform.standalone.recovery import recover
from whisk_platform.standalone.settings import StandaloneSettings
from whisk_platform.standalone.state import RunFile, RunIsolation, StateDirectory
from whisk_platform.standalone.systempackages import ensure_packages
from whisk_platform.stores.parameterlocks import ParameterLocks

CONTROLLER = "0"
INVOKER_TOPIC = "invoker0"
DRAIN_MARGIN_S = 2.0

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Everything that runs in this process."""

    stores: Stores
    factory: ContainerFactory
    invoker: Invoker
    services: Services
    side_tasks: Supervisor


async def run(settings: StandaloneSettings, directory: Path, stop: asyncio.Event) -> None:
    """Run the platform until ``stop`` is set.

    Raises:
        WhiskError: it cannot start; the sentence has the remedy.
    """
    endpoint = Endpoint(settings.server, settings.edge, directory)
    check_exposure(
        settings.server.host,
        development=settings.keys.development,
        insecure_http=settings.server.insecure_http or endpoint.secure,
    )
    state = StateDirectory(directory)
    state.open()
    try:
        listeners = listen(settings.server)
        platform = await _start(settings, directory, endpoint.address(listeners.port), endpoint)
        try:
            server = await _server(endpoint, platform, listeners)
            description = _describe(settings, directory, endpoint, listeners, platform.factory)
            activity = platform.services.activity
            await _serve(server, activity, stop, lambda: state.announce(description), settings)
        finally:
            await _stop(platform, settings.server.drain_s)
    finally:
        state.close()


async def _server(endpoint: Endpoint, platform: Platform, listeners: Listeners) -> HttpServer:
    subjects = await platform.services.subjects.list()
    namespaces = [each.namespace for subject in subjects for each in subject.identities]
    edge = endpoint.settings(listeners.port)
    return HttpServer(
        Edge(application(platform.services), edge),
        listeners.main,
        edge=edge,
        tls=endpoint.context(namespaces),
        plain=listeners.plain,
        express=Express(ExpressInvoker(platform.services, platform.side_tasks)),
    )


async def _serve(
    server: HttpServer,
    activity: Pacer,
    stop: asyncio.Event,
    announce: Callable[[], None],
    settings: StandaloneSettings,
) -> None:
    def ready() -> None:
        # What is there now stays; the collector need not walk through it again and again.
        gc.freeze()
        # A call leaves hardly any cycles behind: looking for them every ten calls is for nothing.
        gc.set_threshold(10_000, 20, 50)
        announce()
        _log.info("platform_ready", host=settings.server.host)

    serving = asyncio.create_task(server.serve(ready), name="http_server")
    stopping = asyncio.create_task(stop.wait(), name="stop_signal")
    await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    # A watch has no end of its own, and the server waits for the end of every request.
    activity.close()
    server.stop(settings.server.drain_s)
    await serving


async def _start(
    settings: StandaloneSettings, directory: Path, address: str, endpoint: Endpoint
) -> Platform:
    """Start the parts, bottom up; what was started is closed again if a later part fails."""
    stores = providers.stores(settings, directory)
    offered = settings.runtimes.offered()
    factory = providers.factory(settings, directory, address, endpoint.trusted(), offered)
    opening = asyncio.gather(stores.open(), factory.start(), return_exceptions=True)
    for outcome in await opening:
        if isinstance(outcome, BaseException):
            await asyncio.gather(factory.close(), stores.close())
            raise outcome
    await ensure_identities(stores.subjects, development=settings.keys.development)
    bus: MessageBus = load("messaging", "memory")(stores.activations)
    locks = providers.locks(settings, stores)
    hub = providers.activity(settings)
    invoker = providers.invoker(settings, factory, stores, bus, address, locks, hub)
    await invoker.start()
    side_tasks = Supervisor("controller", _task_failed)
    services = _controller(settings, stores, bus, factory, invoker, side_tasks, locks, hub, offered)
    await publish_blocklist(stores.subjects, services.operations.invokers)
    recovered = await recover(
        activations=stores.activations,
        subjects=stores.subjects,
        bus=bus,
        invoker=invoker,
        composites=LostComposites(services.catalog, stores.activations, services.clock),
        topic=INVOKER_TOPIC,
    )
    if recovered.resumed or recovered.lost:
        _log.warning("work_recovered", resumed=recovered.resumed, lost=recovered.lost)
    if settings.state.system_packages:
        side_tasks.spawn(_put_packages(services), "system_packages")
    return Platform(
        stores=stores, factory=factory, invoker=invoker, services=services, side_tasks=side_tasks
    )


async def _put_packages(services: Services) -> None:
    written = await ensure_packages(services.catalog, services.manifest, services.limits)
    if written:
        _log.info("system_packages_put", actions=written)


def _controller(
    settings: StandaloneSettings,
    stores: Stores,
    bus: MessageBus,
    factory: ContainerFactory,
    invoker: Invoker,
    side_tasks: Supervisor,
    locks: ParameterLocks,
    hub: ActivityHub,
    offered: RuntimesManifest | None,
) -> Services:
    clock = SystemClock()
    limits = settings.limits.system()
    manifest = _manifest(settings, factory.manifest, offered)
    balancer: LoadBalancer = load("loadbalancer", "lean")(bus, CONTROLLER)
    catalog = Catalog(stores.artifacts, clock, locks)
    resolver = Resolver(catalog)
    activator = Activator(balancer, manifest, CONTROLLER, locks, payload_bytes=limits.payload_bytes)
    composites = Composites(
        activator=activator,
        activations=stores.activations,
        clock=clock,
        tasks=side_tasks,
        feed=hub,
        recording=settings.records.recording(),
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
        manifest=manifest,
        authenticator=authenticator,
        catalog=catalog,
        resolver=resolver,
        throttles=throttles,
        activator=activator,
        balancer=balancer,
        activations=stores.activations,
        activity=_pacer(settings, hub, side_tasks, authenticator),
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
        recording=settings.records.recording(),
        build=build.date(),
        build_number=build.version(),
        foresee=partial(_foresee, invoker, factory),
    )


def _manifest(
    settings: StandaloneSettings, found: RuntimesManifest, offered: RuntimesManifest | None
) -> RuntimesManifest:
    manifest = found if offered is None else offered.with_versions_of(found)
    return manifest.with_lenient(settings.runtimes.lenient)


def _foresee(invoker: Invoker, factory: ContainerFactory, action: Action, code: str) -> None:
    """Let everybody know of new code whom its first call would otherwise keep waiting."""
    invoker.foresee(action, code)
    if isinstance(action.exec, CodeExec):
        factory.foresee(action.exec, code)


def _pacer(
    settings: StandaloneSettings, hub: ActivityHub, tasks: Supervisor, keys: Authenticator
) -> Pacer:
    return Pacer(hub, tasks, keys.authenticate, heartbeat_s=settings.watch.heartbeat_s)


async def _stop(platform: Platform, drain_s: int) -> None:
    """Stop the parts, top down: work under way ends, records are written, nothing is left."""
    await platform.invoker.drain(drain_s)
    await platform.side_tasks.close(DRAIN_MARGIN_S)
    await platform.factory.close()
    await platform.stores.close()
    _log.info("platform_stopped")


def _task_failed(name: str, error: BaseException) -> None:
    _log.error("side_task_failed", task=name, exc_info=error)


def _describe(
    settings: StandaloneSettings,
    directory: Path,
    endpoint: Endpoint,
    listeners: Listeners,
    factory: ContainerFactory,
) -> RunFile:
    isolation = factory.isolation
    authority = endpoint.authority()
    return RunFile(
        pid=os.getpid(),
        address=endpoint.address(listeners.port),
        host=settings.server.host,
        port=listeners.port,
        platform_version=build.version(),
        started_ms=SystemClock().now_ms(),
        development_keys=settings.keys.development,
        kinds=tuple(runtime.kind for runtime in factory.manifest.runtimes),
        isolation=RunIsolation(
            level=isolation.level,
            memory=isolation.memory,
            network=isolation.network,
            warnings=isolation.warnings,
        ),
        state_directory=str(directory),
        http_port=listeners.http_port,
        ca_certificate="" if authority is None else str(authority),
    )
