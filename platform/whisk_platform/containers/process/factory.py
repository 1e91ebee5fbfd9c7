"""The container factory ``process``: the port's implementation, put together from this package."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import time
from collections.abc import Iterable, Mapping
from functools import partial

from whisk_platform.common.errors import ContainerError, MissingToolchainError
from whisk_platform.common.metrics import Family, HistogramFamily
from whisk_platform.containers.process import levels, toolchains
from whisk_platform.containers.process.compile.service import CompileService
from whisk_platform.containers.process.container import ProcessContainer
from whisk_platform.containers.process.languages.language import Missing, Toolchain
from whisk_platform.containers.process.life import Life
from whisk_platform.containers.process.readygroups import ReadyGroups
from whisk_platform.containers.process.relay import Relay
from whisk_platform.containers.process.sampler import MemorySampler
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.containers.process.starter import Starter
from whisk_platform.containers.process.stemshelf import StemShelf
from whisk_platform.containers.process.trial import Trial
from whisk_platform.entities.exec import BLACKBOX, CodeExec
from whisk_platform.entities.runtimes import RuntimesManifest
from whisk_platform.host import cgroups
from whisk_platform.host.userids import UserIds
from whisk_platform.spi.containers import ContainerFactory, ContainerSpec, Isolation

_OPEN_FILES = 65536
_FRESH_SECONDS = 1.0
ALLOW_CONCURRENT = "__OW_ALLOW_CONCURRENT"
"""In every sandbox's environment: whether activations run beside each other (contract §3.6)."""


def provide(settings: ProcessSettings) -> ContainerFactory:
    """Make the factory; nothing happens before its ``start``."""
    return ProcessFactory(settings)


class ProcessFactory:
    """Makes process sandboxes."""

    def __init__(self, settings: ProcessSettings) -> None:
        self._settings = settings
        self._life: Life | None = None
        self._base: cgroups.CgroupBase | None = None
        self._groups: ReadyGroups | None = None
        self._uids: UserIds | None = None
        self._sampler: MemorySampler | None = None
        self._starters: dict[str, Starter] = {}
        self._stems = StemShelf(settings, self._make_stem)
        self._containers: set[ProcessContainer] = set()
        self._manifest = RuntimesManifest(lenient=settings.lenient_kinds)
        self._relay: Relay | None = None
        self._isolation = Isolation(level="L0", memory="none", network=settings.network)
        self._memory_read = (0.0, 0)
        self._limits_memory = False
        self._discards: set[asyncio.Task[None]] = set()
        self._missing: tuple[Missing, ...] = ()
        self._compiling: CompileService | None = None

    @property
    def manifest(self) -> RuntimesManifest:
        """The kinds that this factory can run. Valid after ``start``."""
        return self._manifest

    @property
    def isolation(self) -> Isolation:
        """The level in force. Valid after ``start``."""
        return self._isolation

    async def start(self) -> None:
        """Detect what this machine can do, remove leftovers of a former life, get ready.

        Raises:
            ContainerError: no sandbox can be made at all; the message has the remedy.
        """
        _raise_open_files()
        self._life = await asyncio.to_thread(Life.begin, self._settings.state_dir)
        try:
            await self._start(self._life)
        except BaseException:
            await self.close()
            raise

    def takes_several(self, kind: str) -> bool:
        """Whether a kind's launcher can, and all sandboxes are told that it may."""
        starter = self._starters.get(kind)
        allowed = self._settings.environment.get(ALLOW_CONCURRENT) == "true"
        return allowed and starter is not None and starter.toolchain.takes_several

    async def create(self, spec: ContainerSpec) -> ProcessContainer:
        """Make a container that is ready for init.

        Raises:
            ContainerError: it cannot be made.
        """
        starter = self._starters.get(spec.kind)
        if starter is None:
            raise MissingToolchainError(self._why_not(spec.kind))
        extra = self._extra(spec.environment)
        container = self._take_stem(spec) if not extra else None
        if container is None:
            container = await self._make(starter, spec, extra)
        container.takes_several = self.takes_several(spec.kind)
        return container

    def foresee(self, executable: CodeExec, code: str) -> None:
        """Begin to compile what will need it; see the port."""
        starter = self._starters.get(executable.kind)
        if starter is not None and self._compiling is not None:
            self._compiling.foresee(starter.toolchain, executable, code)

    def metrics(self) -> Iterable[Family | HistogramFamily]:
        """What has been compiled, and what has been carried to the API host."""
        parts = (self._compiling, self._relay)
        return [one for part in parts if part is not None for one in part.metrics()]

    def memory_used_mb(self) -> int:
        """Measured memory of all sandboxes together, at most a second old."""
        if self._base is None or not self._limits_memory:
            return (self._sampler.used_bytes >> 20) if self._sampler is not None else 0
        read_at, used = self._memory_read
        now = time.monotonic()
        if now - read_at >= _FRESH_SECONDS:
            used = self._base.memory_bytes()
            self._memory_read = (now, used)
        return used >> 20

    async def close(self) -> None:
        """Destroy every sandbox and everything the factory started. Never raises."""
        starters, self._starters = self._starters, {}
        await self._stems.close()
        compiling, self._compiling = self._compiling, None
        if compiling is not None:
            await compiling.close()
        await asyncio.gather(*(container.destroy() for container in list(self._containers)))
        await asyncio.gather(*self._discards)
        await asyncio.gather(*(starter.close() for starter in starters.values()))
        relay, self._relay = self._relay, None
        if relay is not None:
            await relay.close()
        if self._sampler is not None:
            await self._sampler.close()
            self._sampler = None
        if self._groups is not None:
            self._groups.close()
        base, self._base = self._base, None
        if base is not None:
            await asyncio.to_thread(base.remove)
        uids, self._uids = self._uids, None
        if uids is not None:
            uids.close()
        life, self._life = self._life, None
        if life is not None:
            await life.end()

    async def _start(self, life: Life) -> None:
        found = await toolchains.prepare(await toolchains.detect(self._settings), life.directory)
        if not found.toolchains:
            raise ContainerError(" ".join(("No language can run here.", *found.warnings)))
        if "cgroups" not in self._settings.lacking:
            self._base = cgroups.make_base(
                f"whisk-{life.name}",
                self._settings.cgroup_root,
                lambda path: life.remember("groups", path),
            )
        if os.geteuid() == 0:
            self._uids = UserIds(_uid_map())
        self._missing = found.missing
        host = levels.api_host(self._settings)
        if host is not None:
            self._relay = Relay(host)
            self._relay.start()
        trial = Trial(self._settings, life, self._base, self._uids, self._relay)
        success = await trial.run(found.toolchains)
        self._groups = success.premises.groups
        memory = self._groups.base.memory if self._groups is not None else None
        self._limits_memory = memory is not None
        if memory is None:
            self._sampler = MemorySampler()
            self._sampler.start()
        self._adopt(success.container)
        first = {one.family: one for one in reversed(found.toolchains)}
        failures = await asyncio.gather(
            *(self._open(one, first[one.toolchain.family]) for one in success.others)
        )
        working = [s for s, why in zip(success.others, failures, strict=True) if why is None]
        starters = [success.starter, *working]
        self._starters = {starter.toolchain.kind: starter for starter in starters}
        order = [one for one in found.toolchains if one in [s.toolchain for s in starters]]
        self._manifest = toolchains.manifest(order, self._settings)
        self._isolation = Isolation(
            level=success.premises.level,
            memory=memory or "sampled",
            network=self._settings.network,
            warnings=(*found.warnings, *success.warnings, *filter(None, failures)),
        )
        self._compiling = CompileService(self._settings, success.premises, self._adopt)
        self._fill_stems(success.container)

    def _fill_stems(self, first: ProcessContainer) -> None:
        defaults = {runtime.kind for runtime in self._manifest.runtimes if runtime.default}
        for kind, starter in self._starters.items():
            toolchain = starter.toolchain
            default = kind in defaults or toolchain.family == BLACKBOX
            count = toolchains.stem_count(toolchain, default, self._settings)
            self._stems.add(toolchain, count, self._settings.stem_rules.get(kind), first)

    async def _open(self, starter: Starter, first: Toolchain) -> str | None:
        """Start a zygote; the sentence says why its kind is missing, None that it is there.

        A kind for which no sandbox waits has its zygote from its first action on: on a machine with
        many toolchains, nobody wants to pay for all of them at every start.
        """
        toolchain = starter.toolchain
        if toolchains.stem_count(toolchain, toolchain is first, self._settings) == 0:
            return None
        try:
            await starter.zygote()
        except ContainerError as error:
            await starter.close()
            return f"The kind '{toolchain.kind}' is missing: {error.message}"
        return None

    async def _make_stem(self, spec: ContainerSpec) -> ProcessContainer:
        return await self._make(self._starters[spec.kind], spec, {})

    async def _make(
        self, starter: Starter, spec: ContainerSpec, extra: Mapping[str, str]
    ) -> ProcessContainer:
        compiling, toolchain = self._compiling, starter.toolchain
        if compiling is None or toolchain.compiler is None:
            return self._adopt(await starter.start(spec, extra))
        await compiling.ready(toolchain)
        container = self._adopt(await starter.start(spec, extra))
        container.on_init = partial(compiling.prepare, toolchain)
        return container

    def _take_stem(self, spec: ContainerSpec) -> ProcessContainer | None:
        """A waiting sandbox that fits."""
        container = self._stems.take(spec, self._starters[spec.kind].toolchain)
        if container is None:
            return None
        try:
            container.assign(spec)
        except OSError:
            self._discard(container)
            return None
        return container

    def _why_not(self, kind: str) -> str:
        family, _, rest = kind.partition(":")
        if family == BLACKBOX:
            return (
                f"The image '{rest}' cannot be pulled: this platform runs no container engine."
                " Send the program itself (wsk --native), choose a kind, or start the platform"
                " with a container factory that pulls images."
            )
        why = [one.sentence for one in self._missing if one.family == family]
        known = ", ".join(one for one in sorted(self._starters) if not one.startswith(BLACKBOX))
        remedy = why or [f"Install its toolchain, or use one of these kinds: {known}."]
        return " ".join((f"The kind '{kind}' has no toolchain on this machine.", *remedy))

    def _extra(self, environment: Mapping[str, str]) -> dict[str, str]:
        """What a sandbox needs in its environment beside what all have."""
        common = self._settings.environment
        return {name: text for name, text in environment.items() if common.get(name) != text}

    def _adopt(self, container: ProcessContainer) -> ProcessContainer:
        self._containers.add(container)
        container.on_destroyed = self._forget
        if self._sampler is not None:
            self._sampler.add(container)
        return container

    def _forget(self, container: ProcessContainer) -> None:
        self._containers.discard(container)
        if self._sampler is not None:
            self._sampler.remove(container)

    def _discard(self, container: ProcessContainer) -> None:
        task = asyncio.ensure_future(container.destroy())
        self._discards.add(task)
        task.add_done_callback(self._discards.discard)


def _uid_map() -> str:
    """Which user ids exist here; all of them where the kernel does not say."""
    try:
        with open("/proc/self/uid_map") as file:
            return file.read()
    except OSError:
        return "0 0 4294967295"


def _raise_open_files() -> None:
    """Let us hold as many descriptors as we may: each sandbox needs four."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
