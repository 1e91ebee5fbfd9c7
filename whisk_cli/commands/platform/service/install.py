"""``wsk platform service install``."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.commands.platform.service import place
from whisk_cli.errors import CliError, UsageError
from whisk_cli.invocation import Invocation
from whisk_cli.machine import process, units
from whisk_cli.machine.statedir import Running, StateDir
from whisk_cli.machine.systemd import Systemd
from whisk_cli.machine.units import LOG_TIMER, SERVICE, Service

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import (
        ApiHostNameOption,
        HostOption,
        InsecureHttpOption,
        PortOption,
        StateDirOption,
        TlsOption,
    )
    from whisk_cli.commands.platform.service.options import (
        DryRunOption,
        LogFilesOption,
        LogMegabytesOption,
        RecordsHoursOption,
        RecordsMegabytesOption,
        SystemOption,
    )

_POLL_SECONDS = 0.1


def install(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    system: SystemOption = False,
    dry_run: DryRunOption = False,
    state_dir: StateDirOption = "",
    port: PortOption = None,
    host: HostOption = None,
    tls: TlsOption = None,
    insecure_http: InsecureHttpOption = False,
    api_host_name: ApiHostNameOption = None,
    log_mb: LogMegabytesOption = 64,
    log_files: LogFilesOption = 5,
    records_mb: RecordsMegabytesOption = None,
    records_hours: RecordsHoursOption = None,
) -> None:
    """Let systemd run the platform, from now on and after every boot."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    process.require_platform()
    _check({"--log-mb": log_mb, "--records-mb": records_mb, "--records-hours": records_hours})
    if log_files < 0:
        raise UsageError(f"--log-files is {log_files}: it has to be 0 or more.")
    manager, state = place.of(run, state_dir, system=system)
    given = {"--port": port, "--host": host, "--tls": tls, "--api-host-name": api_host_name}
    quota = {"RETENTION__MEGABYTES": records_mb, "RETENTION__AGE_HOURS": records_hours}
    service = Service(
        python=PurePosixPath(sys.executable),
        state=PurePosixPath(state.path),
        flags=(*_flags(given), *(["--insecure-http"] if insecure_http else [])),
        environment=_environment(run.environment, quota),
        log_megabytes=log_mb,
        log_files=log_files,
        system=system,
    )
    if dry_run:
        _show(run, manager, units.texts(service))
        return
    _install(run, manager, state, units.texts(service))


def _check(given: Mapping[str, float | None]) -> None:
    for flag, value in given.items():
        if value is not None and value <= 0:
            raise UsageError(f"{flag} is {value:g}: it has to be more than 0.")


def _flags(given: Mapping[str, str | int | None]) -> list[str]:
    return [
        word for flag, value in given.items() if value is not None for word in (flag, str(value))
    ]


def _environment(
    environment: Mapping[str, str], quota: Mapping[str, float | None]
) -> dict[str, str]:
    """What the platform finds: our search path, by which it looks for languages, and the quota."""
    found = {"PATH": environment["PATH"]} if environment.get("PATH") else {}
    bounds = {f"WHISK_{name}": f"{value:g}" for name, value in quota.items() if value is not None}
    return found | bounds


def _show(run: Invocation, manager: Systemd, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        run.console.line(f"# {manager.folder / name}")
        run.console.line(text)


def _install(run: Invocation, manager: Systemd, state: StateDir, texts: Mapping[str, str]) -> None:
    manager.require()
    is_ours = manager.ask("is-active", SERVICE) in ("active", "activating")
    if state.is_held() and not is_ours:
        raise CliError(
            f"A platform is running in {state.path} already, and not as this service: stop it with"
            f" 'wsk platform stop --state-dir {state.path}' first."
        )
    offset = _make_state(state)
    changed = [name for name, text in texts.items() if _put(manager.folder / name, text)]
    manager.tell("daemon-reload")
    manager.tell("enable", "--now", SERVICE, LOG_TIMER)
    if is_ours and changed:
        manager.tell("restart", SERVICE)
    running = _await(manager, state, offset)
    done = "installed" if changed else "already installed"
    run.console.ok(f"the service is {done}; the platform runs at {running.address}")
    run.console.note("Let wsk use it: 'wsk platform start' notes its address and key down.")
    if not manager.system:
        run.console.note("To keep it running while you are not logged in: loginctl enable-linger")


def _make_state(state: StateDir) -> int:
    """Make the state directory; gives the offset in the log where what is new will begin."""
    try:
        # The log is opened by systemd before the platform could make the directory.
        state.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return state.log_file.stat().st_size if state.log_file.exists() else 0
    except OSError as problem:
        raise CliError(
            f"The state directory {state.path} cannot be made: {problem.strerror}."
            " Choose another one with --state-dir."
        ) from problem


def _put(path: Path, text: str) -> bool:
    """Write a unit; tells whether it was another one before."""
    try:
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as problem:
        raise CliError(f"The unit {path} cannot be written: {problem.strerror}.") from problem
    return True


def _await(manager: Systemd, state: StateDir, offset: int) -> Running:
    deadline = time.monotonic() + process.START_SECONDS
    while time.monotonic() < deadline:
        running = state.running()
        if running is not None:
            return running
        restarts = manager.ask("show", SERVICE, "-p", "NRestarts", "--value")
        if manager.ask("is-active", SERVICE) == "failed" or restarts not in ("", "0", "1"):
            break
        time.sleep(_POLL_SECONDS)
    words = process.last_words(state.log_file, offset)
    raise CliError(
        words or f"The service does not start: 'systemctl status {SERVICE}' and {state.log_file}."
    )
