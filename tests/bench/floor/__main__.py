"""Run the floor rig: ``python -m tests.bench.floor [PROCESSES]``.

Prints one line of JSON with its address, path and key, and serves on loopback until its standard
input ends.
"""

import asyncio
import base64
import json
import sys

import uvloop

from tests.bench.floor.pool import Pool
from tests.bench.floor.server import Connection, Registry

PATH = "/api/v1/namespaces/_/actions/floor"
KEY = "floor:floor"


async def main(processes: int) -> None:
    """Assemble the rig, say where it is, and serve until standard input ends."""
    pool = Pool()
    await pool.start(processes)
    header = b"Basic " + base64.b64encode(KEY.encode())
    registry = Registry(subjects={header: "floor"}, actions={PATH.encode(): pool})
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(registry), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(json.dumps({"address": f"http://127.0.0.1:{port}", "path": PATH, "key": KEY}))
    sys.stdout.write("\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(size))
