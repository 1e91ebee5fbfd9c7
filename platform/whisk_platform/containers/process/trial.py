"""Finds the isolation level by starting a real sandbox at each, strongest first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process import levels
from whisk_platform.containers.process.container import ProcessContainer
from whisk_platform.containers.process.languages.language import Forked, Toolchain
from whisk_platform.containers.process.life import Life, base_interpreter
from whisk_platform.containers.process.readygroups import ReadyGroups
from whisk_platform.containers.process.relay import Relay
from whisk_platform.containers.process.settings import Level, ProcessSettings
from whisk_platform.containers.process.starter import PIDS, Premises, Starter
from whisk_platform.host.cgroups import CgroupBase
from whisk_platform.host.userids import UserIds
from whisk_platform.spi.containers import ContainerSpec

_ROOT_REMEDY = (
    " Start the platform as an ordinary user, or give root the capabilities CAP_SETUID,"
    " CAP_SETGID and CAP_CHOWN."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """A level at which a sandbox got ready."""

    premises: Premises
    starter: Starter
    container: ProcessContainer
    """The sandbox that proved it; as good as any other."""
    others: tuple[Starter, ...]
    """For the remaining kinds, not tried yet."""
    warnings: tuple[str, ...]


class Trial:
    """Tries levels and toolchains until a sandbox gets ready."""

    def __init__(
        self,
        settings: ProcessSettings,
        life: Life,
        base: CgroupBase | None,
        uids: UserIds | None,
        relay: Relay | None = None,
    ) -> None:
        self._settings = settings
        self._relay = relay
        self._life = life
        self._groups = None
        if base is not None:
            self._groups = ReadyGroups(base, pids=PIDS, memory_mb=settings.default_memory_mb)
        self._uids = uids
        self._scratch: Path | None = None
        self._refusals: list[str] = []
        self._unserved: list[str] = []

    async def run(self, toolchains: tuple[Toolchain, ...]) -> Success:
        """Try every level with the first toolchain, then with the next ones.

        Raises:
            ContainerError: nothing works at all; the message lists what was tried.
        """
        (self._life.directory / "root").mkdir(mode=0o755)
        for lead in toolchains:
            for candidate in levels.candidates(self._settings):
                if candidate.refused:
                    self._refuse(candidate.refused)
                    continue
                success = await self._try(candidate.level, lead, toolchains)
                if success is not None:
                    return success
        tried = "; ".join([*self._refusals, *(why.rstrip(".") for why in self._unserved)])
        remedy = _ROOT_REMEDY if self._uids is not None else ""
        if self._settings.network != "host":
            raise ContainerError(
                f"The network '{self._settings.network}' needs isolation level L1, which this"
                f" machine does not give: {tried}. To get it, {levels.L1_REMEDY};"
                " or use the network 'host'."
            )
        raise ContainerError(f"No sandbox can be started on this machine: {tried}.{remedy}")

    async def _try(
        self, level: Level, lead: Toolchain, toolchains: tuple[Toolchain, ...]
    ) -> Success | None:
        closed = [why for one in toolchains if (why := levels.serves(one, level))]
        order = [lead, *(one for one in toolchains if one is not lead)]
        usable = _one_for_each_kind([one for one in order if not levels.serves(one, level)])
        if lead not in usable:
            self._unserved.append(levels.serves(lead, level))
            return None
        try:
            premises = self._premises(level, usable)
        except OSError as error:
            self._refuse(f"{level}: {error}")
            return None
        starter = self._starter(lead, premises)
        container = await self._start_one(starter)
        if container is None and premises.groups is not None and "cgroup" in self._refusals[-1]:
            self._refusals.pop()
            premises.groups = None
            await starter.close()
            starter = self._starter(lead, premises)
            container = await self._start_one(starter)
        if container is None:
            await starter.close()
            return None
        forced = self._settings.force_level is not None
        return Success(
            premises=premises,
            starter=starter,
            container=container,
            others=tuple(self._starter(one, premises) for one in usable if one is not lead),
            warnings=(*levels.warning(level, self._refusals, forced), *closed),
        )

    async def _start_one(self, starter: Starter) -> ProcessContainer | None:
        try:
            return await starter.start(stem_spec(starter.toolchain.kind, self._settings), {})
        except ContainerError as error:
            level = starter.premises.level
            self._refuse(f"{level} fails: {error.message.rstrip('.')}")
            return None

    def _premises(self, level: Level, usable: list[Toolchain]) -> Premises:
        scratch = None
        if level != "L1":
            if self._scratch is None:
                self._scratch = self._life.make_scratch()
                levels.copy_launchers(usable, self._settings, self._scratch)
            scratch = self._scratch
        return Premises(
            level=level,
            environment=levels.environment(self._settings, level, scratch),
            groups=self._groups,
            uids=self._uids,
            scratch=scratch,
            logs=self._life.directory,
            relay=self._relay,
        )

    def _starter(self, toolchain: Toolchain, premises: Premises) -> Starter:
        uids = premises.uids.all if premises.uids is not None else []
        plan = levels.plan(
            toolchain,
            self._settings,
            premises.level,
            self._life.directory,
            premises.scratch,
            uids,
            premises.samples_memory,
        )
        start = toolchain.start
        interpreter = start.interpreter if isinstance(start, Forked) else base_interpreter()
        return Starter(toolchain, premises, plan, interpreter)

    def _refuse(self, reason: str) -> None:
        if reason and reason not in self._refusals:
            self._refusals.append(reason)


def stem_spec(kind: str, settings: ProcessSettings) -> ContainerSpec:
    """What a sandbox is prepared for before anybody asks."""
    return ContainerSpec(
        kind=kind,
        memory_mb=settings.default_memory_mb,
        name="stem cell",
        environment=settings.environment,
    )


def _one_for_each_kind(toolchains: list[Toolchain]) -> list[Toolchain]:
    chosen: dict[str, Toolchain] = {}
    for toolchain in toolchains:
        chosen.setdefault(toolchain.kind, toolchain)
    return list(chosen.values())
