"""Finds the language toolchains of this machine, and makes of them the kinds that clients see."""

from __future__ import annotations

import asyncio
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.languages import (
    go,
    java,
    native,
    nodejs,
    php,
    python,
    ruby,
    rust,
)
from whisk_platform.containers.process.languages.language import (
    Language,
    Missing,
    Premise,
    Toolchain,
)
from whisk_platform.containers.process.life import base_interpreter
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.entities.exec import BLACKBOX
from whisk_platform.entities.runtimes import Runtime, RuntimesManifest, StemCell

LANGUAGES: tuple[Language, ...] = (
    python.LANGUAGE,
    nodejs.LANGUAGE,
    php.LANGUAGE,
    ruby.LANGUAGE,
    go.LANGUAGE,
    rust.LANGUAGE,
    java.LANGUAGE,
    native.LANGUAGE,
)
"""In the order in which they are tried and listed; the first proves the isolation level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What detection came up with."""

    toolchains: tuple[Toolchain, ...] = ()
    """The default of each family before its other kinds; several may serve one kind."""
    missing: tuple[Missing, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should hear of at every start."""
        return tuple(one.sentence for one in self.missing if one.warn)


async def detect(settings: ProcessSettings) -> Found:
    """Look for every language at once.

    Raises:
        ContainerError: the launchers are not installed.
    """
    chosen = {"python": settings.python, "nodejs": settings.node}
    premise = Premise(
        launchers=settings.runtimes_dir or _installed_launchers(),
        own_python=base_interpreter(),
        prepared=settings.prepared_dir or settings.state_dir / "prepared",
        chosen={family: path for family, path in chosen.items() if path is not None},
    )
    answers = await asyncio.gather(
        *(asyncio.to_thread(language.find, premise) for language in LANGUAGES)
    )
    return Found(
        toolchains=tuple(one for answer in answers for one in answer.toolchains),
        missing=tuple(one for answer in answers for one in answer.missing),
    )


async def prepare(found: Found, directory: Path) -> Found:
    """Do what languages do once when the platform starts, all at once.

    Args:
        found: by ``detect``.
        directory: exists and is private; each kind gets a folder of its own in it.
    """
    works = {language.family: language.prepare for language in LANGUAGES if language.prepare}

    async def one(toolchain: Toolchain) -> Toolchain | Missing:
        work = works.get(toolchain.family)
        if work is None:
            return toolchain
        folder = directory / toolchain.kind.replace(":", "-")
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
            return await work(toolchain, folder)
        except (ContainerError, OSError) as error:
            reason = f"The kind '{toolchain.kind}' is missing: {error}"
            return Missing(family=toolchain.family, reason=reason, remedy="", warn=True)

    results = await asyncio.gather(*(one(toolchain) for toolchain in found.toolchains))
    return Found(
        toolchains=tuple(result for result in results if isinstance(result, Toolchain)),
        missing=(*found.missing, *(r for r in results if isinstance(r, Missing))),
    )


def manifest(toolchains: list[Toolchain], settings: ProcessSettings) -> RuntimesManifest:
    """The kinds that clients see; the first kind of a family is its default."""
    runtimes: list[Runtime] = []
    images: list[str] = []
    for toolchain in toolchains:
        if toolchain.family == BLACKBOX:
            images.append(toolchain.kind.partition(":")[2])
            continue
        default = all(runtime.family != toolchain.family for runtime in runtimes)
        count = stem_count(toolchain, default, settings)
        cells = (StemCell(memory_mb=settings.default_memory_mb, initial_count=count),)
        version = toolchain.kind.partition(":")[2]
        image = toolchain.image or f"openwhisk/action-{toolchain.family}-v{version}:nightly"
        runtimes.append(
            Runtime(
                kind=toolchain.kind,
                image=image,
                default=default,
                stem_cells=cells if count else (),
                version=toolchain.version,
                require_main=toolchain.requires_main,
            )
        )
    return RuntimesManifest(
        runtimes=tuple(runtimes), blackboxes=tuple(images), lenient=settings.lenient_kinds
    )


def stem_count(toolchain: Toolchain, default: bool, settings: ProcessSettings) -> int:
    """How many sandboxes of a kind wait for work."""
    own = settings.stem_cells.get(toolchain.family, toolchain.stem_cells) if default else 0
    return settings.stem_cells.get(toolchain.kind, own)


def open_to_all(path: str) -> bool:
    """Whether a user without rights can reach a file or directory and read it."""
    place = Path(path)
    try:
        if not place.stat().st_mode & 0o004:
            return False
        return all(parent.stat().st_mode & 0o001 for parent in place.resolve().parents)
    except OSError:
        return False


def _installed_launchers() -> Path:
    spec = importlib.util.find_spec("whisk_runtimes")
    if spec is None or not spec.submodule_search_locations:
        raise ContainerError(
            "The package 'whisk_runtimes' with the launchers is not installed."
            " Install the platform again."
        )
    return Path(next(iter(spec.submodule_search_locations)))
