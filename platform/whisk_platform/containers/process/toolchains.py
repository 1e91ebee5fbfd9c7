"""Finds the language toolchains of this machine: what really runs, not what a shim says."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.life import ISOLATED_PYTHON, base_interpreter
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.entities.runtimes import Runtime, RuntimesManifest, StemCell

_SECONDS = 10.0
_OLDEST_PYTHON = (3, 11)
_SYSTEM_PYTHON = "/usr/bin/python3"
_ASK_PYTHON = (
    "import json, sys, sysconfig;"
    "print(json.dumps([sys.version.split()[0], sys.prefix, sys.exec_prefix,"
    " sysconfig.get_paths()['stdlib']]))"
)
_ASK_NODE = "console.log(JSON.stringify([process.version, process.execPath]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """One way to run actions of one kind."""

    kind: str
    version: str
    executable: str
    """The real program, no shim and no link."""
    trees: tuple[str, ...]
    """Directories it needs beside the system's."""
    launcher: Path
    forks: bool
    """Whether a zygote of its own runs the launcher; otherwise each sandbox starts the program."""

    @property
    def family(self) -> str:
        """The kind without its version."""
        return self.kind.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What detection came up with."""

    toolchains: tuple[Toolchain, ...]
    """The default of each family before its other kinds; several may serve one kind."""
    warnings: tuple[str, ...]


async def detect(settings: ProcessSettings) -> Found:
    """Look for every toolchain at once, each within a time limit.

    Raises:
        ContainerError: the launchers are not installed.
    """
    launchers = settings.runtimes_dir or _installed_launchers()
    own = str(settings.python) if settings.python is not None else base_interpreter()
    asked = await asyncio.gather(
        asyncio.to_thread(_python, own, launchers),
        asyncio.to_thread(_python, _SYSTEM_PYTHON, launchers),
        asyncio.to_thread(_node, settings.node, launchers),
    )
    found: list[Toolchain] = []
    warnings: list[str] = []
    for answer, wanted in zip(asked, (True, False, True), strict=True):
        if isinstance(answer, Toolchain):
            if all(answer.executable != other.executable for other in found):
                found.append(answer)
        elif wanted:
            warnings.append(answer)
    return Found(toolchains=tuple(found), warnings=tuple(warnings))


def manifest(toolchains: list[Toolchain], settings: ProcessSettings) -> RuntimesManifest:
    """The kinds that clients see; the first kind of a family is its default."""
    runtimes: list[Runtime] = []
    for toolchain in toolchains:
        default = all(runtime.family != toolchain.family for runtime in runtimes)
        count = stem_count(toolchain.kind, default, settings)
        cells = (StemCell(memory_mb=settings.default_memory_mb, initial_count=count),)
        version = toolchain.kind.partition(":")[2]
        runtimes.append(
            Runtime(
                kind=toolchain.kind,
                image=f"openwhisk/action-{toolchain.family}-v{version}:nightly",
                default=default,
                stem_cells=cells if count else (),
                version=toolchain.version,
            )
        )
    return RuntimesManifest(runtimes=tuple(runtimes), lenient=settings.lenient_kinds)


def stem_count(kind: str, default: bool, settings: ProcessSettings) -> int:
    """How many sandboxes of a kind wait for work."""
    family = kind.partition(":")[0]
    return settings.stem_cells.get(kind, settings.stem_cells.get(family, 0) if default else 0)


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


def _python(executable: str, launchers: Path) -> Toolchain | str:
    command = [os.path.realpath(executable), *ISOLATED_PYTHON, "-c", _ASK_PYTHON]
    answer = _ask(command)
    if answer is None:
        return (
            f"'{executable}' did not answer as a Python interpreter, so its kind is missing."
            " Name a working one in the settings."
        )
    version, prefix, exec_prefix, stdlib = answer
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers < _OLDEST_PYTHON:
        return f"Python {version} at '{executable}' is too old: 3.11 is needed."
    home = os.path.expanduser("~")
    trees = {prefix, exec_prefix, os.path.dirname(command[0]), stdlib}
    # A prefix that contains somebody's whole home would show it; its library folder does not.
    shown = {tree for tree in trees if not (home + "/").startswith(tree.rstrip("/") + "/")}
    return Toolchain(
        kind=f"python:{numbers[0]}.{numbers[1]}",
        version=version,
        executable=command[0],
        trees=tuple(sorted(shown)),
        launcher=launchers / "python" / "launcher.py",
        forks=True,
    )


def _node(wanted: Path | None, launchers: Path) -> Toolchain | str:
    executable = str(wanted) if wanted is not None else shutil.which("node")
    answer = _ask([executable, "-e", _ASK_NODE]) if executable else None
    if answer is None:
        reason = f"'{executable}' did not answer" if executable else "Node.js was not found"
        return (
            f"{reason}, so there are no JavaScript kinds. Install Node.js 18 or later"
            " (Debian: apt install nodejs) and start the platform again."
        )
    version, real = answer[0].lstrip("v"), os.path.realpath(answer[1])
    tree = os.path.dirname(os.path.dirname(real))
    trees = () if tree in ("/", "/usr") else (os.path.dirname(real), f"{tree}/lib")
    return Toolchain(
        kind=f"nodejs:{version.partition('.')[0]}",
        version=version,
        executable=real,
        trees=tuple(path for path in trees if os.path.isdir(path)),
        launcher=launchers / "nodejs" / "launcher.mjs",
        forks=False,
    )


def _ask(command: list[str]) -> list[str] | None:
    """Run a program that prints a JSON array of strings."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env=environment,
        )
        values = json.loads(answer.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return [str(value) for value in values] if isinstance(values, list) else None
