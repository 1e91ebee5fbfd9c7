"""The checks: each one sentence of finding, and one of remedy where something is amiss."""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from whisk_platform.common.errors import WhiskError
from whisk_platform.containers.process import toolchains
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.spi.containers import ContainerFactory

State: TypeAlias = Literal["ok", "warning", "problem"]
DEFAULT_PORT = 3233
LITTLE_DISK_MB = 1024


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One finding."""

    name: str
    state: State
    detail: str
    remedy: str = ""


def check_python() -> Check:
    """Which interpreter runs the platform."""
    return Check(name="python", state="ok", detail=platform.python_version())


def check_state_directory(directory: Path) -> Check:
    """Whether the state directory exists or can be made, is private, and has room."""
    name = "state directory"
    existing = directory
    while not existing.exists():
        existing = existing.parent
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return Check(
            name=name,
            state="problem",
            detail=f"{directory} cannot be written",
            remedy="Choose one that this user may write with --state-dir.",
        )
    free_mb = shutil.disk_usage(existing).free >> 20
    if free_mb < LITTLE_DISK_MB:
        return Check(
            name=name,
            state="warning",
            detail=f"{directory}, only {free_mb} MB left on its disk",
            remedy="Free some space, or choose another disk with --state-dir.",
        )
    if directory.exists() and directory.stat().st_mode & 0o077:
        return Check(
            name=name,
            state="warning",
            detail=f"{directory} is open to other users",
            remedy="The next start makes it private (mode 0700).",
        )
    return Check(name=name, state="ok", detail=f"{directory}, {free_mb} MB free")


def check_temporary_directory() -> Check:
    """Whether temporary files can be written."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(b"x")
    except OSError as error:
        return Check(
            name="temporary files",
            state="problem",
            detail=str(error.strerror),
            remedy="Set TMPDIR to a directory that this user may write.",
        )
    return Check(name="temporary files", state="ok", detail=tempfile.gettempdir())


def check_port(directory: Path) -> Check:
    """Whether the port is free, or taken by the platform of this very directory."""
    running = _running_port(directory)
    if running is not None:
        return Check(name="port", state="ok", detail=f"{running}, the running platform's")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError:
            return Check(
                name="port",
                state="warning",
                detail=f"{DEFAULT_PORT} is in use by another program",
                remedy="Start the platform with --port N.",
            )
    return Check(name="port", state="ok", detail=f"{DEFAULT_PORT} is free")


def _running_port(directory: Path) -> int | None:
    try:
        return int(json.loads((directory / "run.json").read_text())["port"])
    except (OSError, ValueError, KeyError):
        return None


async def check_sandboxes(factory: ContainerFactory) -> list[Check]:
    """What the container factory can do here: isolation, memory limits, kinds."""
    try:
        await factory.start()
    except WhiskError as error:
        return [Check(name="sandboxes", state="problem", detail=error.message)]
    finally:
        await factory.close()
    isolation = factory.isolation
    state: State = "ok" if isolation.level not in ("L0", "L0+") else "warning"
    checks = [
        Check(
            name="isolation",
            state=state,
            detail=f"{isolation.level}, network {isolation.network}",
            remedy=" ".join(isolation.warnings),
        ),
        Check(
            name="memory limits",
            state="ok" if isolation.memory.startswith("cgroup") else "warning",
            detail=isolation.memory,
        ),
    ]
    families = factory.manifest.families()
    for family, runtimes in families.items():
        versions = ", ".join(f"{r.kind} ({r.version})" for r in runtimes)
        checks.append(Check(name=family, state="ok", detail=versions))
    if factory.manifest.blackboxes:
        images = ", ".join(factory.manifest.blackboxes)
        checks.append(Check(name="native programs", state="ok", detail=f"as {images}"))
    return checks


async def check_missing_languages(settings: ProcessSettings) -> list[Check]:
    """Every toolchain that was looked for and is not there, and how to get it."""
    try:
        found = await toolchains.detect(settings)
    except WhiskError as error:
        return [Check(name="languages", state="problem", detail=error.message)]
    return [
        Check(name=one.family, state="warning", detail=one.reason, remedy=one.remedy)
        for one in found.missing
    ]
