"""The broker's process: formatted once, started, awaited, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
from pathlib import Path

from whisk_platform.common.errors import WhiskError
from whisk_platform.supervisor.kafka.configuration import (
    BrokerPlan,
    arguments,
    cluster_id,
    environment,
    logging,
    properties,
)

READY_S = 60.0
STOP_S = 20.0
_POLL_S = 0.05


class BrokerError(WhiskError):
    """The broker cannot be started."""


class Broker:
    """A Kafka broker as a child process; its data survive in its directory."""

    def __init__(self, plan: BrokerPlan, jars: Path) -> None:
        """Describe it; nothing is started.

        Args:
            plan: where it is and what it listens on.
            jars: directory of the jars.
        """
        self._plan = plan
        self._jars = jars
        self._process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        """What clients connect to."""
        return f"127.0.0.1:{self._plan.port}"

    @property
    def pid(self) -> int | None:
        """Of the process, while it runs."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start it and wait until it takes connections.

        Raises:
            BrokerError: there is no Java, or it ends before it is ready.
        """
        java = shutil.which("java")
        if java is None:
            raise BrokerError("Kafka needs Java 17 or later: apt-get install default-jre-headless.")
        await self._prepare(java)
        self._process = await self._run(java, "kafka.Kafka", str(self._config))
        try:
            async with asyncio.timeout(READY_S):
                while not self._accepts():
                    if self._process.returncode is not None:
                        raise BrokerError(f"Kafka ended while it started: {self._last_words()}")
                    await asyncio.sleep(_POLL_S)
        except TimeoutError as problem:
            await self.stop()
            raise BrokerError(
                f"Kafka was not ready within {READY_S:.0f} s: {self._last_words()}"
            ) from problem

    async def stop(self, *, kill: bool = False) -> None:
        """End it; its data stay.

        Args:
            kill: at once, as a crash would.
        """
        process = self._process
        if process is None:
            return
        self._process = None
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    @property
    def _config(self) -> Path:
        return self._plan.directory / "server.properties"

    async def _prepare(self, java: str) -> None:
        """Write the configuration; format the directory the first time."""
        directory = self._plan.directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._config.write_text(properties(self._plan), encoding="utf-8")
        (directory / "log4j2.xml").write_text(logging(self._plan), encoding="utf-8")
        if (directory / "data" / "meta.properties").exists():
            return
        form = ("format", "-t", cluster_id(), "-c", str(self._config), "--standalone")
        process = await self._run(java, "kafka.tools.StorageTool", *form)
        if await process.wait():
            raise BrokerError(f"Kafka's storage cannot be formatted: {self._last_words()}")

    async def _run(self, java: str, main: str, *rest: str) -> asyncio.subprocess.Process:
        command = arguments(self._plan, java, self._jars, main, *rest)
        with (self._plan.directory / "output.log").open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._plan.directory,
                env=environment(os.environ),
                start_new_session=True,
            )

    def _accepts(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1.0)
            return probe.connect_ex(("127.0.0.1", self._plan.port)) == 0

    def _last_words(self) -> str:
        for name in ("output.log", "broker.log"):
            path = self._plan.directory / name
            if path.is_file():
                lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                if lines:
                    return lines[-1]
        return "it said nothing"
