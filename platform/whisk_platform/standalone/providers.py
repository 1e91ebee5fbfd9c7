"""From the settings of the standalone platform to those of each part."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, cast

import msgspec

from whisk_platform.common.clock import SystemClock
from whisk_platform.common.errors import SettingsError
from whisk_platform.containers.process.settings import Level, Network, ProcessSettings
from whisk_platform.controller.activity.hub import ActivityHub, Bounds
from whisk_platform.entities.runtimes import RuntimesManifest
from whisk_platform.invoker.invoker import Invoker
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.spi.activity import ActivityFeed
from whisk_platform.spi.containers import ContainerFactory
from whisk_platform.spi.loader import load
from whisk_platform.spi.messaging import MessageBus
from whisk_platform.spi.stores import Stores
from whisk_platform.standalone.settings import StandaloneSettings
from whisk_platform.stores.parameterlocks import ParameterLocks
from whisk_platform.stores.sql.settings import RetentionSettings, SqliteSettings


def stores(settings: StandaloneSettings, directory: Path) -> Stores:
    """The stores, not opened yet.

    Raises:
        SettingsError: an unknown implementation or durability.
    """
    durability = settings.state.durability
    if durability not in ("normal", "fsync"):
        raise SettingsError(
            f"'{durability}' is no durability. Set state.durability to 'normal' or 'fsync'."
        )
    chosen = cast(Literal["normal", "fsync"], durability)
    made: Stores = load("stores", settings.state.store)(
        SqliteSettings(
            directory=directory,
            durability=chosen,
            queue_records=settings.state.queue_records,
            spill_bytes=settings.state.spill_mb << 20,
            retention=_retention(settings),
        )
    )
    return made


def _retention(settings: StandaloneSettings) -> RetentionSettings:
    chosen = settings.retention
    for name in msgspec.structs.fields(chosen):
        if getattr(chosen, name.name) < 0:
            raise SettingsError(
                f"retention.{name.name} is {getattr(chosen, name.name)}. Set it to 0 for no bound,"
                " or to something greater."
            )
    return RetentionSettings(
        age_ms=round(chosen.age_hours * 3_600_000),
        records=chosen.records,
        bytes=chosen.megabytes << 20,
        namespace_records=chosen.namespace_records,
        namespace_bytes=chosen.namespace_megabytes << 20,
    )


def locks(settings: StandaloneSettings, stores: Stores) -> ParameterLocks:
    """What seals and opens parameters; the stores have been opened.

    Raises:
        SettingsError: an unknown cipher.
    """
    return ParameterLocks(stores.sealer, locking=settings.parameters.locking())


def factory(
    settings: StandaloneSettings,
    directory: Path,
    address: str,
    authorities: Path | None,
    offered: RuntimesManifest | None = None,
) -> ContainerFactory:
    """The container factory, not started yet.

    Args:
        settings: of the platform.
        directory: of the state.
        address: of the API, for actions.
        authorities: whom actions trust there; None = those that they do anyway.
        offered: the operator's own manifest, whose stem cells count instead of the settings'.

    Raises:
        SettingsError: an unknown implementation, level or network.
    """
    chosen = settings.containers
    made: ContainerFactory = load("containers", chosen.factory)(
        ProcessSettings(
            state_dir=directory / "sandboxes",
            network=cast(Network, chosen.network),
            force_level=cast(Level, chosen.level) if chosen.level else None,
            stem_cells={
                "python": chosen.stem_cells_python,
                "nodejs": chosen.stem_cells_nodejs,
            }
            if offered is None
            else offered.stem_counts(),
            stem_rules={} if offered is None else offered.stem_rules(),
            stem_memory_mb=chosen.stem_memory_mb,
            compile_memory_mb=chosen.compile_memory_mb,
            compile_seconds=chosen.compile_seconds,
            compile_cache_mb=chosen.compile_cache_mb,
            prepared_dir=Path(chosen.prepared_dir) if chosen.prepared_dir else None,
            environment={
                "__OW_API_HOST": address,
                "__OW_ALLOW_CONCURRENT": str(settings.limits.max_action_concurrency > 1).lower(),
            },
            authorities=authorities,
        )
    )
    return made


def invoker(
    settings: StandaloneSettings,
    factory: ContainerFactory,
    stores: Stores,
    bus: MessageBus,
    address: str,
    locks: ParameterLocks,
    feed: ActivityFeed,
) -> Invoker:
    """The invoker, not started yet."""
    return Invoker(
        settings=InvokerSettings(
            capacity_mb=round(_machine_mb() * settings.containers.memory_share),
            overcommit=settings.containers.overcommit,
            keep_alive=settings.containers.keep_alive,
            keep_alive_s=settings.containers.keep_alive_s,
            keep_alive_most_s=settings.containers.keep_alive_most_s,
            pause_grace_s=settings.containers.pause_grace_s,
            max_queued=settings.invoker.queue_length,
            reuse_after_logs=settings.invoker.reuse_after_logs,
            result_bytes=settings.limits.payload_bytes,
            api_host=address,
            container_concurrency=settings.limits.max_action_concurrency,
        ),
        factory=factory,
        stores=stores,
        bus=bus,
        clock=SystemClock(),
        locks=locks,
        feed=feed,
        recording=settings.records.recording(),
        limits=settings.limits.system(),
    )


def activity(settings: StandaloneSettings) -> ActivityHub:
    """Where activations are watched."""
    watch = settings.watch
    return ActivityHub(
        Bounds(
            watchers_per_namespace=watch.per_namespace,
            watchers=watch.total,
            queue_events=watch.queue_events,
            queue_bytes=watch.queue_bytes,
        )
    )


def _machine_mb() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
