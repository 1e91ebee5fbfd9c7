"""``wsk platform start``: run the platform in the background and wait until it answers."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from typing import Annotated

import typer

from whisk_cli import arguments, invocation
from whisk_cli.commands.platform.options import StateDirOption
from whisk_cli.config import profile_path
from whisk_cli.errors import CliError
from whisk_cli.invocation import Invocation
from whisk_cli.machine import ownprofile, process
from whisk_cli.machine.statedir import Running, StateDir, locate

GUEST = "guest"


def start(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="")] = None,
    *,
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", help="TCP port, 3233 by default, 0 = any")
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDRESS", help="address, 127.0.0.1 by default")
    ] = None,
    state_dir: StateDirOption = "",
    development_keys: Annotated[
        bool,
        typer.Option("--development-keys", help="use the public development keys (loopback only)"),
    ] = False,
    insecure_http: Annotated[
        bool, typer.Option("--insecure-http", help="allow plain HTTP beyond loopback")
    ] = False,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="stay in the foreground, log to the terminal")
    ] = False,
) -> None:
    """Start the platform; does nothing if it runs already."""
    run = invocation.current(ctx)
    arguments.expect(names, 0, 0, arguments.NOTHING)
    process.require_platform()
    state = locate(state_dir, run.environment)
    running = state.running()
    if running is not None:
        _check_same(running, port=port, host=host)
        run.console.ok(f"the platform is already running at {running.address}")
        _introduce(run, state, running)
        return
    flags = _flags(
        port=port, host=host, development_keys=development_keys, insecure_http=insecure_http
    )
    if foreground:
        raise typer.Exit(_foreground(run, state, flags))
    running = _background(run, state, flags)
    run.console.ok(f"started the platform at {running.address}")
    _introduce(run, state, running)


def _check_same(running: Running, *, port: int | None, host: str | None) -> None:
    for what, wanted, there in (("port", port, running.port), ("host", host, running.host)):
        if wanted not in (None, 0, there):
            raise CliError(
                f"The platform is already running at {running.address}, not on {what} {wanted}."
                " Stop it first with 'wsk platform stop', or start a second one with another"
                " --state-dir."
            )


def _flags(
    *, port: int | None, host: str | None, development_keys: bool, insecure_http: bool
) -> list[str]:
    flags: list[str] = []
    if port is not None:
        flags += ["--port", str(port)]
    if host is not None:
        flags += ["--host", host]
    if development_keys:
        flags.append("--development-keys")
    if insecure_http:
        flags.append("--insecure-http")
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
        state, profile_path(run.environment), address=running.address, auth=auth
    )
    for warning in running.warnings:
        run.console.note(f"warning: {warning}")
    if written.export_needed:
        run.console.note("The profile of wsk belongs to another platform. To use this one, run:")
        run.console.line(f"export WSK_CONFIG_FILE={shlex.quote(str(written.path))}")
