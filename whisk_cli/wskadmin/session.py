"""One run of ``wskadmin``: where it prints, and the operator API it speaks to.

The API host comes from ``--apihost``, ``WHISK_APIHOST`` or the profile, as for ``wsk``; without
any of them it is the platform of this machine. The system key comes from ``WHISK_SYSTEM_AUTH`` or
from that platform.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Self

from whisk_cli import config
from whisk_cli.client.api import Client
from whisk_cli.commands.admin.systemkey import VARIABLE, system_key
from whisk_cli.errors import CliError, ExitCode
from whisk_cli.invocation import Invocation
from whisk_cli.machine.statedir import StateDir, locate
from whisk_cli.render.console import Console


class Session:
    """What the commands of ``wskadmin`` work with.

    Args:
        options: The flags of the connection among the command's own.
        environment: The process environment.
        console: Where to print.
    """

    def __init__(
        self, options: Namespace, environment: Mapping[str, str], console: Console
    ) -> None:
        self.environment = environment
        self.console = console
        self._options = options
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    @property
    def state(self) -> StateDir:
        """The state directory of the platform on this machine."""
        return locate(getattr(self._options, "state_dir", ""), self.environment)

    def client(self) -> Client:
        """Open the operator API; it is closed when the command ends.

        Raises:
            CliError: No API host or no system key is known: exit 2.
        """
        flags = vars(self._options)
        settings = config.resolve(
            {name: flags[name] for name in _SETTINGS if flags.get(name)}, self.environment
        )
        if not settings.api_host:
            settings = replace(settings, api_host=self._local_address())
        run = Invocation(
            settings=settings,
            console=self.console,
            environment=self.environment,
            resources=self._resources,
        )
        key = system_key(run, getattr(self._options, "state_dir", ""))
        if not key:
            raise CliError(
                f"The system key is not known. Give it in {VARIABLE}, or run this on the "
                "platform's own machine (with its --state-dir).",
                ExitCode.MISUSE,
            )
        return replace(run, settings=replace(settings, auth=key)).client()

    def _local_address(self) -> str:
        running = self.state.running()
        if running is None:
            raise CliError(
                "The API host is not known. Give it with --apihost or in WHISK_APIHOST, or start "
                "a platform on this machine.",
                ExitCode.MISUSE,
            )
        return running.address


_SETTINGS = ("api_host", "api_version", "insecure", "cacert", "verbose")
