"""Real processes, at once, on a database that has nothing yet."""

import json
import subprocess
import sys

from sqlalchemy import text

from tests import postgres

PROGRAM = """
import asyncio, json, sys
from whisk_platform.stores.sql.postgres.provider import PostgresStores
from whisk_platform.stores.sql.postgres.settings import PostgresSettings

async def main():
    dsn, name = sys.argv[1:]
    stores = PostgresStores(PostgresSettings(dsn=dsn, master_key=bytes(32), owner=name))
    sys.stdin.readline()
    await stores.open()
    ids = [(await stores.membership.join("invoker", f"{name}-{n}", lease_ms=60_000)).id
           for n in range(10)]
    print(json.dumps(ids))
    await stores.close()

asyncio.run(main())
"""


def test_processes_that_start_at_once_make_one_schema_and_get_different_dense_ids(
    databases: postgres.Databases,
) -> None:
    dsn = databases.empty()
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, dsn, f"host{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    ids: list[int] = []
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        said, complained = process.communicate(timeout=60)
        assert process.returncode == 0, complained
        mine = json.loads(said)
        assert mine == sorted(mine)
        ids += mine
    assert sorted(ids) == list(range(30))
    with postgres.engine(dsn).connect() as connection:
        names = connection.execute(text("SELECT count(DISTINCT name) FROM members")).scalar_one()
    assert names == 30
