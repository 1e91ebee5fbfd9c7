"""``wsk platform start``: run the platform in the background and wait until it answers."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from whisk_cli import arguments, invocation
from whisk_cli.config import CONFIG_FILE_VARIABLE, CONTEXT_VARIABLE, PLAIN, profile_path
from whisk_cli.errors import CliError, Exit
from whisk_cli.invocation import Invocation
from whisk_cli.machine import ownprofile, process
from whisk_cli.machine.ownprofile import Written
from whisk_cli.machine.statedir import Running, StateDir, locate

if TYPE_CHECKING:
    import typer

    from whisk_cli.commands.platform.options import (
        ApiHostNameOption,
        DevelopmentKeysOption,
        ForegroundOption,
        HostOption,
        HttpPortOption,
        InsecureHttpOption,
        PortOption,
        StateDirOption,
        TlsCaOption,
        TlsCertOption,
        TlsKeyOption,
        TlsOption,
    )


GUEST = "guest"


def start(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    port: PortOption = None,
    host: HostOption = None,
    state_dir: StateDirOption = "",
    development_keys: DevelopmentKeysOption = False,
    insecure_http: InsecureHttpOption = False,
    tls: TlsOption = None,
    tls_cert: TlsCertOption = None,
    tls_key: TlsKeyOption = None,
    tls_ca: TlsCaOption = None,
    http_port: HttpPortOption = None,
    api_host_name: ApiHostNameOption = None,
    foreground: ForegroundOption = False,
) -> None:
    """Start the platform; does nothing if it runs already."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    process.require_platform()
    state = locate(state_dir, run.environment)
    running = state.running()
    if running is not None:
        _check_same(running, port=port, host=host, tls=bool(tls or tls_cert))
        run.console.ok(f"the platform is already running at {running.address}")
        _introduce(run, state, running)
        return
    flags = _flags(
        {
            "--port": port,
            "--host": host,
            "--tls": tls,
            "--tls-cert": _path(tls_cert),
            "--tls-key": _path(tls_key),
            "--tls-ca": _path(tls_ca),
            "--http-port": http_port,
            "--api-host-name": api_host_name,
            "--development-keys": development_keys,
            "--insecure-http": insecure_http,
        }
    )
    if foreground:
        raise Exit(_foreground(run, state, flags))
    running = _background(run, state, flags)
    run.console.ok(f"started the platform at {running.address}")
    _introduce(run, state, running)


def _check_same(running: Running, *, port: int | None, host: str | None, tls: bool) -> None:
    differences = [
        f"not on {what} {wanted}"
        for what, wanted, there in (("port", port, running.port), ("host", host, running.host))
        if wanted not in (None, 0, there)
    ]
    if tls and not running.address.startswith("https://"):
        differences.append("without TLS")
    if differences:
        raise CliError(
            f"The platform is already running at {running.address}, {differences[0]}."
            " Stop it first with 'wsk platform stop', or start a second one with another"
            " --state-dir."
        )


def _path(given: str | None) -> str | None:
    """A file as the platform finds it, whose working directory is another one."""
    return str(Path(given).expanduser().absolute()) if given else given


def _flags(given: Mapping[str, str | int | None]) -> list[str]:
    """The platform's command line; switches are booleans."""
    flags: list[str] = []
    for flag, value in given.items():
        if isinstance(value, bool):
            flags += [flag] if value else []
        elif value is not None:
            flags += [flag, str(value)]
    return flags


def _background(run: Invocation, state: StateDir, flags: list[str]) -> Running:
    child, offset = process.spawn_background(state, flags, run.environment)
    on_terminal = sys.stderr.isatty()

    def tick(waited: float) -> None:
        if on_terminal:
            sys.stderr.write(f"\rstarting the platform … {waited:.1f} s")
            sys.stderr.flush()

    running = process.wait_ready(state, child, tick)
    if on_terminal:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
    if running is None:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        words = process.last_words(state.log_file, offset)
        raise CliError(words or f"The platform did not start. Its log is {state.log_file}.")
    return running


def _foreground(run: Invocation, state: StateDir, flags: list[str]) -> int:
    child = subprocess.Popen(process.command(state, flags), env=dict(run.environment))
    # Ctrl-C reaches the whole foreground group; the platform then drains, and we wait for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: child.send_signal(signal.SIGTERM))
    running = process.wait_ready(state, child, lambda _: None)
    if running is not None:
        run.console.ok(f"started the platform at {running.address}")
        _introduce(run, state, running)
        run.console.flush()
    return child.wait()


def _introduce(run: Invocation, state: StateDir, running: Running) -> None:
    """Write the profile, and say what a person needs to know now."""
    auth = process.keys(state)[GUEST]
    written = ownprofile.write(
        state,
        profile_path(run.environment),
        ownprofile.Connection(address=running.address, auth=auth, authority=running.ca_certificate),
    )
    if running.http_port > 0:
        run.console.note(f"Plain HTTP on port {running.http_port} leads there.")
    for warning in running.warnings:
        run.console.note(f"warning: {warning}")
    if written.export_needed:
        why = written.reason or f"There is no profile: {CONFIG_FILE_VARIABLE} is set to nothing."
        run.console.note(f"{why} To use this platform, run:")
        run.console.line(f"export {CONFIG_FILE_VARIABLE}={shlex.quote(str(written.path))}")
        return
    _tell_profile(run, written)
    _tell_stronger(run, written)


def _tell_profile(run: Invocation, written: Written) -> None:
    """Say what ``wsk`` uses from now on, and how to go back."""
    if written.context == PLAIN:
        run.console.note(f"wsk uses it from now on: address and key are in {written.path}.")
        if written.before != PLAIN:
            run.console.note(
                f"Until now it used the context '{written.before}': "
                f"'wsk context use {written.before}' goes back."
            )
        return
    if written.before == written.context:
        run.console.note(f"wsk uses it: it is the context '{written.context}'.")
        return
    before = written.before if written.before != PLAIN else f"the profile ({written.host_before})"
    run.console.note(
        f"wsk uses it from now on: it is the context '{written.context}'. "
        f"Until now it used {before}: 'wsk context use {written.before}' goes back."
    )


def _tell_stronger(run: Invocation, written: Written) -> None:
    """Say what in the environment leads elsewhere."""
    context = run.environment.get(CONTEXT_VARIABLE, "")
    stronger = [name for name in ("WHISK_APIHOST", "WHISK_AUTH") if run.environment.get(name)]
    if context and context != written.context:
        stronger.append(CONTEXT_VARIABLE)
    if stronger:
        run.console.note(
            f"warning: The environment sets {' and '.join(stronger)}, which wins over that. "
            "Unset it to use this platform."
        )
