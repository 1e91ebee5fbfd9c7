"""What every scenario works with: the generator, the floor, and the subject."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.cores import Cores
from tests.bench.generator import Generator
from tests.bench.rig import Floor
from tests.bench.sizes import Size
from tests.bench.subject import Platform, Remote, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A server somewhere that is measured instead of our own platform."""

    url: str
    key: str
    verify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What every scenario works with."""

    generator: Generator
    floor: Floor
    """With one action process."""
    cores: Cores
    folder: Path
    """For state directories."""
    size: Size
    foreign: Foreign | None = None

    @contextmanager
    def subject(self, name: str, settings: dict[str, str] | None = None) -> Iterator[Subject]:
        """Yield what is measured: a fresh platform, or the server somewhere as it is.

        Args:
            name: Of the state directory.
            settings: Environment variables of our own platform.
        """
        if self.foreign is None:
            with self.platform(name, settings) as platform:
                yield platform
        else:
            where = self.foreign
            with Remote(where.url, where.key, verify=where.verify) as remote:
                yield remote

    def platform(self, name: str, settings: dict[str, str] | None = None) -> Platform:
        """Start a platform of our own, on its cores."""
        return Platform(self.folder / name, settings, self.cores.platform)

    def wide_floor(self) -> Floor:
        """Start a floor rig with an action process for each core it has."""
        return Floor(max(1, len(self.cores.platform)), self.cores.platform)
