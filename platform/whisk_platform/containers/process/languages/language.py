"""What a language tells the factory: the records, and the port that each language module fills."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Command: TypeAlias = Callable[[str, int], list[str]]
"""Program and arguments, from the launcher's path inside the sandbox and the memory limit in MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forked:
    """The launcher is Python: a zygote loads it once, and each sandbox is a copy of the zygote."""

    interpreter: str
    """Runs the zygote; the language's own, or the platform's for launchers that start programs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Each sandbox starts the launcher as a program."""

    command: Command
    sized: bool = False
    """Whether the command fixes how much memory the language takes, so that a prepared sandbox
    serves no larger limit than it was prepared for."""


Fill: TypeAlias = Callable[[Path, threading.Event], None]
"""Puts into a folder what all builds share, from installed and shipped files alone. Blocks until
the event is set; raises ContainerError with the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiler:
    """How code becomes what the launcher starts: in a sandbox of its own, once for each digest."""

    identity: str
    """Everything beside the code that the output depends on: toolchain, launcher, flags."""
    prepares: str
    """Everything that the content of the prepared folder depends on."""
    builder: Path
    """The language's ``build.py``, which a zygote loads."""
    interpreter: str
    """The Python that runs it."""
    trees: tuple[str, ...]
    """Directories that a build needs beside the system's."""
    facts: Mapping[str, str]
    """What the builder is told; ``{prepared}`` stands for the place of the prepared folder."""
    fill: Fill
    """Prepares an empty folder once for all builds."""
    extend: Fill | None = None
    """Adds to the folder later what builds can do without, only slower."""
    rehearsal: Callable[[str], str] | None = None
    """The name of the file, for a launcher's path in a sandbox, that a rehearsal of the launcher
    leaves in the prepared folder for later starts to be quicker. The builder makes it, in a sandbox
    where the launcher lies at that path. None where starts need none."""
    archives: bool = True
    """Whether archives of sources are built too, not only plain source."""
    starts_prepared: bool = False
    """Whether the launcher itself lies in the prepared folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """One way to run actions of one kind."""

    kind: str
    """``family:version``."""
    version: str
    """In full, for people."""
    executable: str
    """The real program, no shim and no link."""
    trees: tuple[str, ...]
    """Directories it needs beside the system's."""
    launcher: Path
    """The launcher's file, outside of every sandbox; its folder comes along."""
    start: Forked | Program
    image: str = ""
    """The image's name in the manifest, ``prefix/name:tag``; empty for upstream's pattern."""
    stem_cells: int = 0
    """Sandboxes that wait for work where it is its family's default and the settings are silent."""
    exhaustion: bytes = b""
    """What the language writes to standard error when its own memory limit ends it."""
    compiler: Compiler | None = None
    takes_several: bool = False
    """Whether its launcher runs an activation beside others (frames of type ``r``)."""
    requires_main: bool = False
    """Whether each action has to name its entry point (contract §7)."""

    @property
    def family(self) -> str:
        """The kind without its version."""
        return self.kind.partition(":")[0]


Prepare: TypeAlias = Callable[[Toolchain, Path], Awaitable[Toolchain]]
"""Done when the platform starts: a class-data archive, a compiler's cache. Gets a folder of its
own, returns the toolchain with what it made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A language, or one interpreter of it, that cannot be used."""

    family: str
    reason: str
    """One sentence: what was looked for and what was seen."""
    remedy: str
    """One sentence: how to get it."""
    warn: bool = False
    """Whether a person hears of it at every start, not only from the doctor."""

    @property
    def sentence(self) -> str:
        """Both sentences."""
        return f"{self.reason} {self.remedy}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What looking for one language came up with."""

    toolchains: tuple[Toolchain, ...] = ()
    """The default kind first; several may serve one kind, the better one first."""
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Premise:
    """What every language needs to know to look for itself."""

    launchers: Path
    """The folder with one folder for each language's launcher."""
    own_python: str
    """The real interpreter that runs the platform."""
    prepared: Path
    """Where languages keep what they prepare once; see ``Compiler.fill``."""
    chosen: dict[str, Path]
    """Programs that the operator named, by family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language as the factory knows it."""

    family: str
    find: Callable[[Premise], Findings]
    """Look on this machine; runs in a thread, may start programs, never raises for what lacks."""
    prepare: Prepare | None = None
    """Work to do once at start with each toolchain found; raises ContainerError where the kind
    cannot be used after all."""
