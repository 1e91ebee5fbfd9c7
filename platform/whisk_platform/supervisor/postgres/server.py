"""The server's process: its cluster made once, started, awaited, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import struct
from pathlib import Path

from whisk_platform.common.errors import WhiskError
from whisk_platform.supervisor.postgres import programs
from whisk_platform.supervisor.postgres.configuration import (
    DATABASE,
    ROLE,
    SOCKET_PATH_MOST,
    ServerPlan,
    environment,
    formatting,
    properties,
    rules,
    serving,
)

READY_S = 60.0
STOP_S = 30.0
_POLL_S = 0.02
_PROTOCOL = 196_608
"""Version 3.0 of the protocol."""


class PostgresError(WhiskError):
    """The database server cannot be started."""


class Server:
    """A PostgreSQL server as a child process; its data survive in its directory."""

    def __init__(self, plan: ServerPlan, home: Path | None = None) -> None:
        """Describe it; nothing is started.

        Args:
            plan: where it is.
            home: directory of PostgreSQL's programs; None = found.
        """
        self._plan = plan
        self._home = home
        self._process: asyncio.subprocess.Process | None = None
        self._account: programs.Account | None = None

    @property
    def dsn(self) -> str:
        """What clients connect with."""
        return self._plan.dsn()

    @property
    def pid(self) -> int | None:
        """Of the process, while it runs."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            PostgresMissingError: its programs are not there.
            PostgresError: its directory cannot be used, or it ends before it is ready.
        """
        found = programs.find(self._home)
        self._account = programs.account()
        self._prepare()
        if not (self._plan.data / "PG_VERSION").exists():
            await self._format(found)
        self._configure()
        setpriv = shutil.which("setpriv")
        self._process = await self._run(*serving(found, self._plan, setpriv))
        try:
            async with asyncio.timeout(READY_S):
                while not await self._answers():
                    if self._process.returncode is not None:
                        raise PostgresError(f"PostgreSQL ended: {self._last_words()}")
                    await asyncio.sleep(_POLL_S)
        except TimeoutError as problem:
            await self.stop()
            raise PostgresError(
                f"PostgreSQL was not ready within {READY_S:.0f} s: {self._last_words()}"
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
            # SIGINT: clients are disconnected, nothing waits for them.
            process.send_signal(signal.SIGKILL if kill else signal.SIGINT)
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _prepare(self) -> None:
        """Make the directories, for the server's user alone."""
        plan = self._plan
        if len(os.fsencode(plan.socket_directory)) > SOCKET_PATH_MOST:
            raise PostgresError(
                f"The path {plan.socket_directory} is too long for a Unix socket: at most"
                f" {SOCKET_PATH_MOST} bytes. Choose a shorter directory."
            )
        try:
            for folder in (plan.directory, plan.data, plan.socket_directory):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)
                self._give(folder)
            plan.log.touch(mode=0o600)
            self._give(plan.log)
        except OSError as problem:
            raise PostgresError(
                f"PostgreSQL's directory {plan.directory} cannot be made: {problem.strerror}."
            ) from problem
        self._check_reachable()

    def _check_reachable(self) -> None:
        """Find out beforehand whether another user gets into the directory."""
        account = self._account
        if account is None:
            return
        for parent in self._plan.directory.absolute().parents:
            status = parent.stat()
            if status.st_uid == account.uid or status.st_mode & 0o001:
                continue
            raise PostgresError(
                f"PostgreSQL runs as user '{account.name}', who cannot enter {parent}. Choose"
                " another directory, or start the platform as a user other than root."
            )

    def _give(self, path: Path) -> None:
        if self._account is not None:
            os.chown(path, self._account.uid, self._account.gid)

    async def _format(self, found: Path) -> None:
        process = await self._run(*formatting(found, self._plan))
        if await process.wait():
            raise PostgresError(f"PostgreSQL's data cannot be made: {self._last_words()}")
        # Single-user mode makes the database before anybody can connect.
        command = (str(found / "postgres"), "--single", "-D", str(self._plan.data), "postgres")
        statement = f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n"
        process = await self._run(*command, feed=statement.encode())
        if await process.wait():
            raise PostgresError(f"PostgreSQL's database cannot be made: {self._last_words()}")

    def _configure(self) -> None:
        us = pwd.getpwuid(os.getuid()).pw_name
        users = [us] if self._account is None else [us, self._account.name]
        hba, ident = rules(users)
        data = self._plan.data
        for name, text in (
            ("postgresql.conf", properties(self._plan)),
            ("pg_hba.conf", hba),
            ("pg_ident.conf", ident),
        ):
            (data / name).write_text(text, encoding="utf-8")
            self._give(data / name)

    async def _run(self, *command: str, feed: bytes = b"") -> asyncio.subprocess.Process:
        account = self._account
        with self._plan.log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE if feed else asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._plan.directory,
                env=environment(os.environ),
                start_new_session=True,
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else [account.gid],
            )
        if feed:
            await process.communicate(feed)
        return process

    async def _answers(self) -> bool:
        """Whether it takes a session, as opposed to a connection only."""
        path = str(self._plan.socket_directory / f".s.PGSQL.{self._plan.port}")
        try:
            reader, writer = await asyncio.open_unix_connection(path)
        except OSError:
            return False
        try:
            body = f"user\0{ROLE}\0database\0{DATABASE}\0\0".encode()
            writer.write(struct.pack("!ii", len(body) + 8, _PROTOCOL) + body)
            # R: authenticated; E: it is still starting, or says why not.
            return await reader.read(1) == b"R"
        except OSError:
            return False
        finally:
            writer.close()

    def _last_words(self) -> str:
        lines = self._plan.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"
