"""The units of systemd that run the platform as a service: their text. Pure.

``whisk.service`` is the platform, ``whisk-log.timer`` has its log rotated by ``whisk-log.service``.
The platform holds a lock on its state directory, so it never runs twice whoever starts it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

SERVICE = "whisk.service"
LOG_SERVICE = "whisk-log.service"
LOG_TIMER = "whisk-log.timer"

_ROTATE_EVERY = "5min"
_STOP_SECONDS = 45
"""More than the platform's own time to end its work."""
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the service is to be.

    Attributes:
        python: The interpreter in which the platform is installed.
        state: The state directory.
        flags: Of ``whisk_platform.standalone``, beside the state directory.
        environment: Of the platform; the search path decides which languages it finds.
        log_megabytes: How long its log may become.
        log_files: How many older logs are kept.
        system: Whether it belongs to the machine rather than to a user.
    """

    python: PurePosixPath
    state: PurePosixPath
    flags: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    log_megabytes: int = 64
    log_files: int = 5
    system: bool = False

    @property
    def log(self) -> PurePosixPath:
        """Where the platform writes its log."""
        return self.state / "platform.log"


def texts(service: Service) -> dict[str, str]:
    """Write the units: file name to text."""
    return {
        SERVICE: _platform(service),
        LOG_SERVICE: _rotation(service),
        LOG_TIMER: _timer(),
    }


def _platform(service: Service) -> str:
    module = (str(service.python), "-m", "whisk_platform.standalone")
    command = (*module, "--state-dir", str(service.state), *service.flags)
    network = ["Wants=network-online.target", "After=network-online.target"]
    lines = [
        "[Unit]",
        f"Description=whisk, a serverless platform ({_percent(str(service.state))})",
        "Documentation=man:wsk(1)",
        *(network if service.system else []),
        # A platform that cannot start is not started for ever.
        "StartLimitIntervalSec=300",
        "StartLimitBurst=5",
        "",
        "[Service]",
        "Type=exec",
        f"ExecStart={_command(command)}",
        *(f"Environment={quoted(f'{name}={text}')}" for name, text in service.environment.items()),
        "WorkingDirectory=/",
        "UMask=0077",
        f"StandardOutput=append:{_percent(str(service.log))}",
        "StandardError=inherit",
        "Restart=on-failure",
        "RestartSec=2",
        # The platform ends its own sandboxes; what it leaves after that is killed.
        "KillMode=mixed",
        f"TimeoutStopSec={_STOP_SECONDS}",
        "LimitNOFILE=65536",
        "TasksMax=infinity",
        # Sandboxes get groups of their own below, and one that runs out of memory ends alone.
        "Delegate=yes",
        "OOMPolicy=continue",
        "",
        "[Install]",
        f"WantedBy={'multi-user' if service.system else 'default'}.target",
    ]
    return "\n".join(lines) + "\n"


def _rotation(service: Service) -> str:
    rotate = (str(service.python), "-m", "whisk_cli.machine.rotation", "--file", str(service.log))
    bounds = ("--megabytes", str(service.log_megabytes), "--keep", str(service.log_files))
    lines = [
        "[Unit]",
        f"Description=Keep the log of {SERVICE} small",
        "",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={_command((*rotate, *bounds))}",
        "WorkingDirectory=/",
        "UMask=0077",
        "Nice=10",
    ]
    return "\n".join(lines) + "\n"


def _timer() -> str:
    lines = [
        "[Unit]",
        f"Description=Look after the log of {SERVICE}",
        "",
        "[Timer]",
        f"OnActiveSec={_ROTATE_EVERY}",
        f"OnUnitActiveSec={_ROTATE_EVERY}",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"


def _command(words: tuple[str, ...]) -> str:
    """A command line in which nothing is special to systemd."""
    return " ".join(quoted(word).replace("$", "$$") for word in words)


def quoted(word: str) -> str:
    """One word, in quotes where it needs them."""
    word = _percent(word)
    if _PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _percent(text: str) -> str:
    return text.replace("%", "%%")
