"""The runtimes manifest: which kinds exist, and how a client's spelling of a kind resolves.

Source: contracts rest-api §7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactive:
    """How the number of stem cells follows the cold starts of an interval."""

    min_count: int
    """Kept when nobody asked for ``ttl_s``."""
    max_count: int
    ttl_s: float
    threshold: int
    """Cold starts for which ``increment`` cells are added."""
    increment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StemCell:
    """Containers of a kind that are started before anybody asks."""

    memory_mb: int
    initial_count: int
    reactive: Reactive | None = None
    """How the number follows demand; None = it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """One kind."""

    kind: str
    """``family:version``."""
    image: str
    """What a client sees as the image, for example ``openwhisk/action-python-v3.11:nightly``."""
    default: bool = False
    """Target of ``family:default``; exactly one for each family."""
    deprecated: bool = False
    attached: bool = True
    require_main: bool = False
    stem_cells: tuple[StemCell, ...] = ()
    version: str = ""
    """The full version of the toolchain, for people; empty when unknown."""

    @property
    def family(self) -> str:
        """The part before the colon."""
        return self.kind.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimesManifest:
    """All kinds of a deployment."""

    runtimes: tuple[Runtime, ...] = ()
    blackboxes: tuple[str, ...] = ()
    """Images that need not be pulled, without tags."""
    lenient: bool = False
    """Whether another version of a known family resolves to the family's default."""

    def families(self) -> dict[str, tuple[Runtime, ...]]:
        """Runtimes by family, in order of appearance."""
        result: dict[str, tuple[Runtime, ...]] = {}
        for runtime in self.runtimes:
            result[runtime.family] = (*result.get(runtime.family, ()), runtime)
        return result

    def resolve(self, kind: str) -> Runtime | None:
        """Find what a kind means here.

        Args:
            kind: as the client wrote it: ``python:3.11``, ``python:default``, ``python``,
                ``python:3``.

        Returns:
            The runtime, or None when this platform does not run that kind.
        """
        kind = kind.strip().lower()
        for runtime in self.runtimes:
            if runtime.kind == kind:
                return runtime
        family, _, version = kind.partition(":")
        members = self.families().get(family, ())
        if not members:
            return None
        default = next((r for r in members if r.default), members[0])
        if version in ("", "default") or self.lenient:
            return default
        same_major = [r for r in members if r.kind.partition(":")[2].split(".")[0] == version]
        if same_major:
            return default if default in same_major else same_major[0]
        return None

    def stem_counts(self) -> dict[str, int]:
        """How many stem cells each kind has at first, of whatever memory; kinds without have 0."""
        counts = {runtime.family: 0 for runtime in self.runtimes}
        for runtime in self.runtimes:
            counts[runtime.kind] = sum(cell.initial_count for cell in runtime.stem_cells)
        return counts

    def stem_rules(self) -> dict[str, StemCell]:
        """The rule of each kind that has stem cells.

        Cells of one kind for several memory sizes are one rule, because a sandbox takes its size
        when it is taken: their counts are added up, and the first reactive one says how they move.
        """
        return {one.kind: _together(one.stem_cells) for one in self.runtimes if one.stem_cells}

    def with_versions_of(self, found: RuntimesManifest) -> RuntimesManifest:
        """The same kinds, with the toolchains' full versions where another manifest knows them."""
        versions = {runtime.kind: runtime.version for runtime in found.runtimes}
        runtimes = (replace(one, version=versions.get(one.kind, "")) for one in self.runtimes)
        return replace(self, runtimes=tuple(runtimes))

    def with_lenient(self, lenient: bool) -> RuntimesManifest:
        """The same kinds under another rule for unknown versions."""
        return replace(self, lenient=lenient)


def _together(cells: tuple[StemCell, ...]) -> StemCell:
    first = next((cell.reactive for cell in cells if cell.reactive is not None), None)
    reactive = None
    if first is not None:
        fixed = sum(cell.initial_count for cell in cells if cell.reactive is None)
        moving = [cell.reactive for cell in cells if cell.reactive is not None]
        reactive = replace(
            first,
            min_count=fixed + sum(one.min_count for one in moving),
            max_count=fixed + sum(one.max_count for one in moving),
        )
    return StemCell(
        memory_mb=max(cell.memory_mb for cell in cells),
        initial_count=sum(cell.initial_count for cell in cells),
        reactive=reactive,
    )
