"""The runtimes manifest: which kinds exist, and how a client's spelling of a kind resolves.

Source: contracts rest-api §7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class StemCell:
    """Containers of a kind that are started before anybody asks."""

    memory_mb: int
    initial_count: int


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

    def with_lenient(self, lenient: bool) -> RuntimesManifest:
        """The same kinds under another rule for unknown versions."""
        return replace(self, lenient=lenient)
