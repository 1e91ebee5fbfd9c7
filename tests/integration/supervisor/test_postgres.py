"""A PostgreSQL server of our own: private, durable, and clear about what it lacks."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests import postgres
from tests.parts import program, require
from tests.waiting import wait_for
from whisk_platform.supervisor.postgres.configuration import ServerPlan
from whisk_platform.supervisor.postgres.server import PostgresError, Server


@pytest.fixture
def folder() -> Iterator[Path]:
    with postgres.directory() as made:
        yield made


async def test_it_listens_on_a_private_socket_alone(folder: Path) -> None:
    plan = postgres.plan(folder)
    server = Server(plan)
    await server.start()
    try:
        for private in (plan.directory, plan.data, plan.socket_directory):
            assert stat.S_IMODE(private.stat().st_mode) == 0o700
        socket = plan.socket_directory / ".s.PGSQL.5432"
        assert stat.S_IMODE(socket.stat().st_mode) == 0o600
        with postgres.engine(server.dsn).connect() as connection:
            asked = {
                name: connection.execute(text(f"SHOW {name}")).scalar_one()
                for name in ("listen_addresses", "lc_collate", "data_checksums")
            }
            assert asked == {"listen_addresses": "", "lc_collate": "C", "data_checksums": "on"}
            rules = connection.execute(
                text("SELECT type, auth_method FROM pg_hba_file_rules")
            ).all()
            assert [tuple(rule) for rule in rules] == [("local", "peer")]
    finally:
        await server.stop()


async def test_data_survive_a_crash_and_a_restart(folder: Path) -> None:
    server = Server(postgres.plan(folder))
    for kill in (True, False):
        await server.start()
        with postgres.engine(server.dsn).begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS kept (n int)")
            connection.exec_driver_sql("INSERT INTO kept VALUES (1)")
        await server.stop(kill=kill)
    await server.start()
    with postgres.engine(server.dsn).connect() as connection:
        assert connection.execute(text("SELECT sum(n) FROM kept")).scalar_one() == 2
    await server.stop()
    assert server.pid is None
    await server.stop()


async def test_a_path_that_no_socket_fits_in_is_refused(folder: Path) -> None:
    with pytest.raises(PostgresError, match="too long for a Unix socket"):
        await Server(ServerPlan(directory=folder / ("long" * 25))).start()


async def test_a_directory_that_its_user_cannot_enter_is_refused(folder: Path) -> None:
    require(os.getuid() == 0, "A root user", "run it as root")
    private = folder / "private"
    private.mkdir(mode=0o700)
    with pytest.raises(PostgresError, match=f"who cannot enter {private}"):
        await Server(postgres.plan(private)).start()


async def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    plan = postgres.plan(folder)
    server = Server(plan)
    await server.start()
    await server.stop()
    (plan.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresError, match="PostgreSQL ended: "):
        await server.start()


PROGRAM = """
import asyncio, sys
from pathlib import Path
from whisk_platform.supervisor.postgres.configuration import ServerPlan
from whisk_platform.supervisor.postgres.server import Server

async def main():
    server = Server(ServerPlan(directory=Path(sys.argv[1]), fast=True))
    await server.start()
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_it_ends_with_whoever_started_it(folder: Path) -> None:
    """Also where that one is killed."""
    program("setpriv", "apt-get install util-linux")
    directory = postgres.plan(folder).directory
    command = [sys.executable, "-c", PROGRAM, str(directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        starter.kill()
    wait_for(lambda: not (directory / "data" / "postmaster.pid").exists(), "the server to end")
