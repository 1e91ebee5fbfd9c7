"""What an operator can choose about process sandboxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from whisk_platform.common.errors import SettingsError
from whisk_platform.entities.runtimes import StemCell

Level = Literal["L1", "L0+", "L0"]
Network = Literal["host", "isolated", "none"]
Part = Literal["namespaces", "landlock", "cgroups"]

NETWORKS: tuple[Network, ...] = ("host", "isolated", "none")

LEVELS: tuple[Level, ...] = ("L1", "L0+", "L0")
"""From the strongest to the weakest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSettings:
    """Settings of the factory ``process``."""

    state_dir: Path
    """A private directory; sandboxes never see it. Made if it does not exist."""
    network: Network = "host"
    """``host``: functions reach what their owner reaches. ``isolated``: the API host and nothing
    else. ``none``: loopback of their own only."""
    force_level: Level | None = None
    """Use this isolation level or fail; None takes the strongest one that works."""
    stem_cells: Mapping[str, int] = field(default_factory=dict)
    """Sandboxes that wait for work, by kind, or by family for the family's default kind;
    what is not named has the language's own number. After many starts at once more wait for a
    while."""
    stem_rules: Mapping[str, StemCell] = field(default_factory=dict)
    """By kind: the runtimes manifest's rule for how many wait, instead of following the starts."""
    stem_memory_mb: int = 0
    """What all that wait may really use together; a kind's least is kept all the same. 0 = a
    twenty-fifth of the machine's."""
    cgroup_root: Path | None = None
    """A directory of the unified hierarchy that was delegated to us; None looks for one."""
    lenient_kinds: bool = False
    """Whether another version of a known family means the family's default."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """In the environment of every sandbox from its start, for example ``__OW_API_HOST``."""
    authorities: Path | None = None
    """A file of certificates (PEM) that functions trust, with those of the system in it; shown to
    every sandbox. None = the languages' own."""
    python: Path | None = None
    """The Python interpreter of the default kind; None takes the one that runs the platform."""
    node: Path | None = None
    """The Node executable; None looks for ``node`` on the search path."""
    runtimes_dir: Path | None = None
    """Where the launchers are; None finds the installed ones."""
    default_memory_mb: int = 256
    """For which memory limit sandboxes are prepared before their limit is known."""
    compile_memory_mb: int = 1024
    """For one build with everything it writes; enough for the largest standard packages."""
    compile_seconds: float = 120.0
    """For one build; it has nothing to do with the action's own time limit."""
    compile_cache_mb: int = 1024
    """Finished programs on disk; the longest unused go first."""
    prepared_dir: Path | None = None
    """Where toolchains keep what all builds share; None = in ``state_dir``."""
    lacking: frozenset[Part] = frozenset()
    """Parts of the machine to do without, to see how the platform behaves where they lack."""

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            SettingsError: a value is impossible; the sentence names it and the remedy.
        """
        if self.network not in NETWORKS:
            known = ", ".join(NETWORKS)
            raise SettingsError(f"'{self.network}' is no network mode. Use one of {known}.")
        if self.force_level not in (None, *LEVELS):
            known = ", ".join(LEVELS)
            raise SettingsError(f"'{self.force_level}' is no isolation level. Use one of {known}.")
        if self.network != "host" and self.force_level in ("L0", "L0+"):
            raise SettingsError(
                f"The network '{self.network}' needs isolation level L1, but {self.force_level} is"
                " forced."
                " Use the network 'host' or leave the level open."
            )
        for kind, count in self.stem_cells.items():
            if not 0 <= count <= 100:
                raise SettingsError(f"{count} stem cells of '{kind}' is not between 0 and 100.")
        if self.stem_memory_mb < 0:
            raise SettingsError(f"{self.stem_memory_mb} MB for stem cells is below 0 MB.")
        if self.compile_memory_mb < 256:
            raise SettingsError(f"{self.compile_memory_mb} MB to compile with is below 256 MB.")
        if self.compile_seconds <= 0:
            raise SettingsError(f"{self.compile_seconds:g} s to compile in is not above 0.")
        if self.compile_cache_mb < 1:
            raise SettingsError(f"{self.compile_cache_mb} MB of programs is below 1 MB.")
        if self.default_memory_mb < 32:
            raise SettingsError(f"A default memory of {self.default_memory_mb} MB is below 32 MB.")
