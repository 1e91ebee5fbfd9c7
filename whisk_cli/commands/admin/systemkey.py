"""The key that opens the operator API, and a client that presents it.

In this order: ``--auth``, the variable ``WHISK_SYSTEM_AUTH``, and the platform of this machine if
it is the one that ``wsk`` talks to; its owner may read the key from the state directory.
"""

from __future__ import annotations

from dataclasses import replace

from whisk_cli.client.api import Client
from whisk_cli.config import Origin
from whisk_cli.errors import CliError, ExitCode
from whisk_cli.invocation import Invocation
from whisk_cli.machine import process
from whisk_cli.machine.statedir import locate

SYSTEM = "whisk.system"
VARIABLE = "WHISK_SYSTEM_AUTH"


def operator_client(run: Invocation, state_dir: str) -> Client:
    """Open the API host with the system key; it is closed when the command ends.

    Raises:
        CliError: No system key is known; the sentence says where it may come from.
    """
    key = system_key(run, state_dir)
    if not key:
        raise CliError(
            f"The system key is not known. Give it with --auth or in {VARIABLE}, or run this on the"
            " platform's own machine (with its --state-dir).",
            ExitCode.MISUSE,
        )
    return replace(run, settings=replace(run.settings, auth=key)).client()


def system_key(run: Invocation, state_dir: str) -> str:
    """Find the system key; empty if none is known."""
    if run.settings.origins.get("auth") is Origin.FLAG:
        return run.settings.auth
    named = run.environment.get(VARIABLE)
    if named:
        return named
    state = locate(state_dir, run.environment)
    running = state.running()
    if running is not None and running.address == run.settings.base_url:
        return process.keys(state)[SYSTEM]
    return ""
