"""All sandboxes that wait for work, by kind and memory, within one memory budget."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from whisk_platform.containers.process.container import ProcessContainer
from whisk_platform.containers.process.languages.language import Program, Toolchain
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.containers.process.stemcells import StemCells, StemMemory
from whisk_platform.containers.process.stempolicy import Adaptive, Scheduled, StemPolicy
from whisk_platform.containers.process.trial import stem_spec
from whisk_platform.entities.runtimes import StemCell
from whisk_platform.spi.containers import ContainerSpec

Make = Callable[[ContainerSpec], Awaitable[ProcessContainer]]

_FORKED_MB, _PROGRAM_MB = 3, 40
"""What one that waits uses alone: a copy of a zygote, a runtime that was started as a program."""
_MOST_FORKED, _MOST_PROGRAMS = 32, 8
_MOST_SIZES = 8
"""Memory sizes beside the default that get a row of their own; others start from nothing."""
_JITTER_S = 9.0


class StemShelf:
    """Rows of waiting sandboxes: one for each kind, and for each larger size of kinds with sizes.

    A copy of a zygote takes any memory limit, so that one row serves all sizes. A program that was
    told its memory at its start does not grow.
    """

    def __init__(self, settings: ProcessSettings, make: Make) -> None:
        self._settings = settings
        self._make = make
        self._memory = StemMemory(budget_mb=settings.stem_memory_mb or _machine_mb() // 25)
        self._rows: dict[tuple[str, int], StemCells] = {}
        self._counts: dict[str, int] = {}

    def add(
        self, toolchain: Toolchain, count: int, rule: StemCell | None, first: ProcessContainer
    ) -> None:
        """Make the row of a kind.

        Args:
            toolchain: of the kind.
            count: how many wait at least.
            rule: of the manifest, which then counts alone; None = the adaptive policy.
            first: goes into the row that it fits in.
        """
        self._counts[toolchain.kind] = count
        now = asyncio.get_running_loop().time()
        if rule is None and count == 0:
            rule = StemCell(memory_mb=self._settings.default_memory_mb, initial_count=0)
        policy: StemPolicy
        if rule is not None:
            policy = Scheduled(rule, now, random.uniform(0, _JITTER_S))
        else:
            policy = Adaptive(count, _most(toolchain))
        row = self._open(toolchain, self._settings.default_memory_mb, policy)
        row.start([first] if first.spec.kind == toolchain.kind else [])

    def row(self, kind: str) -> StemCells:
        """The row of a kind's default size."""
        return self._rows[kind, self._settings.default_memory_mb]

    def take(self, spec: ContainerSpec, toolchain: Toolchain) -> ProcessContainer | None:
        """A waiting sandbox that fits, or None."""
        memory = self._settings.default_memory_mb
        if spec.memory_mb > memory and _sized(toolchain):
            memory = spec.memory_mb
        row = self._rows.get((spec.kind, memory))
        if row is None:
            if not self._counts[spec.kind] or len(self._rows) - len(self._counts) >= _MOST_SIZES:
                return None
            row = self._open(toolchain, memory, Adaptive(0, _most(toolchain)))
            row.start([])
        return row.take()

    async def close(self) -> None:
        """Destroy what waits."""
        rows, self._rows = self._rows, {}
        await asyncio.gather(*(row.close() for row in rows.values()))

    def _open(self, toolchain: Toolchain, memory_mb: int, policy: StemPolicy) -> StemCells:
        spec = replace(stem_spec(toolchain.kind, self._settings), memory_mb=memory_mb)
        cost = _PROGRAM_MB if isinstance(toolchain.start, Program) else _FORKED_MB
        row = StemCells(toolchain.kind, policy, partial(self._make, spec), self._memory, cost)
        self._rows[toolchain.kind, memory_mb] = row
        return row


def _sized(toolchain: Toolchain) -> bool:
    return isinstance(toolchain.start, Program) and toolchain.start.sized


def _most(toolchain: Toolchain) -> int:
    return _MOST_PROGRAMS if isinstance(toolchain.start, Program) else _MOST_FORKED


def _machine_mb() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
