"""Which isolation level this machine really gives, and what a zygote must do for it.

The answer comes from trying the whole sequence, not from reading switches: what a kernel, a
container or a security module forbids shows only when it is asked for.
"""

from __future__ import annotations

import os
import resource
import shutil
from dataclasses import dataclass
from pathlib import Path

from whisk_platform.containers.process import apihost
from whisk_platform.containers.process.apihost import ApiHost
from whisk_platform.containers.process.languages.language import Forked, Program, Toolchain
from whisk_platform.containers.process.settings import LEVELS, Level, ProcessSettings
from whisk_platform.containers.process.starter import PIDS
from whisk_platform.containers.process.toolchains import open_to_all
from whisk_platform.host.sandbox import codec, landlock, linux, view

_INNER_RUNTIMES = "/opt/whisk/runtimes"
"""Where launchers that are started as programs appear inside a root of ours."""
_INNER_AUTHORITIES = "/opt/whisk/authorities.pem"
_OPEN_FILES = 1024
_LARGEST_FILE = 1 << 30
L1_REMEDY = (
    "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces>0;"
    " on Ubuntu an AppArmor profile with 'userns,' for this interpreter), or start the platform as"
    " root"
)
"""What to do for namespaces, as a part of a sentence."""
_SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A level to try."""

    level: Level
    refused: str = ""
    """Why it is not even tried; empty when it is."""


def candidates(settings: ProcessSettings) -> list[Candidate]:
    """Levels to try, strongest first."""
    if settings.force_level is not None:
        return [Candidate(level=settings.force_level)]
    levels = LEVELS if settings.network == "host" else LEVELS[:1]
    return [Candidate(level=level, refused=_refusal(level, settings)) for level in levels]


def serves(toolchain: Toolchain, level: Level) -> str:
    """Why a toolchain cannot be used at a level; empty when it can.

    Without a root of our own a function runs as a user without rights, who must be able to read
    the interpreter where it lies.
    """
    if level == "L1" or os.geteuid() != 0:
        return ""
    closed = [
        path
        for path in (toolchain.executable, *toolchain.trees)
        if os.path.exists(path) and not open_to_all(path)
    ]
    if not closed:
        return ""
    return (
        f"'{closed[0]}' cannot be read by users without rights, so {toolchain.kind} cannot use it"
        f" at isolation level {level}. Install the toolchain for all users, for example in /usr."
    )


def warning(level: Level, refusals: list[str], forced: bool) -> tuple[str, ...]:
    """What a person should know about a level that is not the strongest."""
    if level == "L1":
        return ()
    reason = "it was asked for" if forced else "; ".join(refusals) or "this is no Linux machine"
    weak = {
        "L0+": "Functions run without namespaces (L0+: Landlock, seccomp and limits)",
        "L0": "Functions run as plain processes without isolation (L0)",
    }[level]
    remedy = (
        f"Run only code that you trust. For L1 {L1_REMEDY}."
        if linux.SUPPORTED
        else "Run only code that you trust, or run the platform on Linux."
    )
    return (f"{weak}, because {reason}. {remedy}",)


def environment(
    settings: ProcessSettings, level: Level, scratch: Path | None = None
) -> dict[str, str]:
    """The whole environment of a zygote, and so the start of every sandbox's.

    Args:
        settings: of the factory.
        level: in force.
        scratch: where sandboxes find what was copied for them at levels without a root of our own.
    """
    result = {"PATH": _SEARCH_PATH, "LANG": "C.UTF-8"}
    if level == "L1":
        result |= {"HOME": "/tmp", "TMPDIR": "/tmp"}
    if settings.authorities is not None:
        # Node would read its own variable for this at every start, 25 ms long; the library's one it
        # reads when it first needs it. Other languages know only the latter.
        inner = _authorities(scratch)
        result |= {"SSL_CERT_FILE": inner, "NODE_OPTIONS": "--use-openssl-ca"}
    return result | dict(settings.environment)


def _authorities(scratch: Path | None) -> str:
    """Where a sandbox finds the authorities that it is to trust."""
    return _INNER_AUTHORITIES if scratch is None else str(scratch / "authorities.pem")


def plan(
    toolchain: Toolchain,
    settings: ProcessSettings,
    level: Level,
    life: Path,
    scratch: Path | None,
    uids: list[int],
    sampled: bool,
) -> codec.Message:
    """What a zygote is told at its start.

    Args:
        toolchain: what it is for.
        settings: of the factory.
        level: to set up.
        life: the private directory of this life.
        scratch: where launchers were copied to at levels without a root of our own.
        uids: the user ids that sandboxes will have; empty for an ordinary user.
        sampled: whether memory is limited by measuring processes.
    """
    outer = toolchain.launcher.parent
    inner = inner_folder(outer.name, scratch)
    binds = [(tree, tree) for tree in toolchain.trees]
    readable = [*view.system_paths(settings.network == "host"), *toolchain.trees]
    host = api_host(settings)
    if isinstance(toolchain.start, Program):
        binds.append((str(outer), inner))
        readable.append(inner)
    if settings.authorities is not None:
        binds.append((str(settings.authorities), _INNER_AUTHORITIES))
        readable.append(_authorities(scratch))
    return {
        "level": level,
        "network": settings.network,
        "names": host.names if host is not None else [],
        "relay": {"addresses": host.addresses, "port": host.port} if host is not None else None,
        "launcher": str(toolchain.launcher) if isinstance(toolchain.start, Forked) else "",
        "inner_launcher": f"{inner}/{toolchain.launcher.name}",
        "root": str(life / "root"),
        "binds": binds,
        "hide": [str(settings.state_dir.resolve())],
        "uids": uids,
        "readable": readable,
        "sampled": sampled,
        "limits": _limits(level),
    }


def inner_folder(name: str, scratch: Path | None) -> str:
    """Where a sandbox finds the folder of a launcher that is started as a program.

    Args:
        name: of the folder.
        scratch: where launchers were copied to at levels without a root of our own.
    """
    return f"{_INNER_RUNTIMES}/{name}" if scratch is None else str(scratch / "runtimes" / name)


def api_host(settings: ProcessSettings) -> ApiHost | None:
    """What sandboxes reach through a relay; None where there is nothing to relay.

    Raises:
        SettingsError: the address of the API cannot be read.
    """
    address = settings.environment.get(apihost.VARIABLE, "")
    return apihost.parse(address) if settings.network == "isolated" and address else None


def copy_launchers(toolchains: list[Toolchain], settings: ProcessSettings, scratch: Path) -> None:
    """Copy what sandboxes start as a program, or trust, to where users without rights read it."""
    if settings.authorities is not None:
        copy = shutil.copyfile(settings.authorities, _authorities(scratch))
        os.chmod(copy, 0o644)
    for folder in {t.launcher.parent for t in toolchains if isinstance(t.start, Program)}:
        target = scratch / "runtimes" / folder.name
        target.parent.mkdir(mode=0o755, exist_ok=True)
        target.parent.chmod(0o755)
        view.copy_readable(str(folder), str(target))


def _refusal(level: Level, settings: ProcessSettings) -> str:
    if level == "L0":
        return ""
    if not linux.SUPPORTED:
        return f"{level} needs Linux on x86_64 or aarch64"
    if level == "L1" and "namespaces" in settings.lacking:
        return "namespaces are switched off in the settings"
    if level == "L0+" and "landlock" in settings.lacking:
        return "Landlock is switched off in the settings"
    if level == "L0+" and landlock.version() == 0:
        return "the kernel has no Landlock"
    return ""


def _limits(level: Level) -> dict[str, int]:
    processes = PIDS
    if level != "L1" and os.geteuid() != 0:
        processes += _own_tasks()  # the limit counts everything that the same user runs
    return {
        "NOFILE": _OPEN_FILES,
        "NPROC": processes,
        "CORE": 0,
        "FSIZE": _LARGEST_FILE,
        "RTPRIO": 0,  # a service manager may have left both open
        "NICE": 0,
    }


def _own_tasks() -> int:
    """How many processes and threads our user has."""
    count = 0
    try:
        names = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
        return max(0, hard - PIDS) if hard != resource.RLIM_INFINITY else PIDS
    for name in names:
        try:
            if os.stat(f"/proc/{name}").st_uid == os.geteuid():
                count += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue
    return count
