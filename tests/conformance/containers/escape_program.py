"""Makes every attempt to escape from a factory of its own: for the sandboxes of an ordinary user.

Usage: ``python -m tests.conformance.containers.escape_program STATE_DIR``; prints one line of JSON:
the level, how memory is limited, and what came of each attempt.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.conformance.containers.escapes import ATTEMPTS, SECRET, outcome, planted
from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.containers.process.settings import ProcessSettings


async def main(state: Path) -> None:
    """Start the factory, attack it, report."""
    os.environ["WHISK_TEST_SECRET"] = SECRET
    factory = ProcessFactory(ProcessSettings(state_dir=state / "state", force_level="L1"))
    try:
        await factory.start()
    except ContainerError as error:
        print(json.dumps({"refused": error.message}))
        return
    place = state / "platform"
    place.mkdir(mode=0o700)
    async with planted(factory, place) as facts:
        escaped = {one.name: await outcome(factory, one, facts) for one in ATTEMPTS}
    report = {"level": factory.isolation.level, "memory": factory.isolation.memory}
    await factory.close()
    print(json.dumps({**report, "escaped": {n: got for n, got in escaped.items() if got}}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
