"""A program that hosts a factory with busy sandboxes and waits to be killed.

Usage: ``python -m tests.conformance.containers.host_program STATE_DIR LEVEL [frozen]``; prints one
line of JSON when everything runs, or stands still.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.conformance.containers.actions import start
from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.containers.process.settings import Level, ProcessSettings
from whisk_platform.host.sandbox import janitor, tree

CANNOT_START = "cannot start: "
BUSY = (
    "import os, signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    "for _ in range(3):\n"
    "    if os.fork() == 0:\n        os.setsid()\n        if os.fork():\n            os._exit(0)\n"
    "        os.closerange(0, 64)\n        while True:\n            time.sleep(60)\n"
    "    os.wait()\n"
    "def main(args):\n    while True:\n        time.sleep(60)\n"
)


async def main(state: Path, level: Level | None, *, frozen: bool) -> None:
    """Start the factory, three busy actions, freeze them if that is wanted, and report."""
    factory = ProcessFactory(ProcessSettings(state_dir=state, force_level=level))
    try:
        await factory.start()
    except ContainerError as error:
        sys.exit(f"{CANNOT_START}{error.message}")
    actions = [await start(factory, BUSY) for _ in range(3)]
    calls = [asyncio.create_task(action.run(timeout_s=600)) for action in actions]
    if frozen:
        for action in actions:
            await action.container.suspend()
    below = tree.descendants(os.getpid())
    [life] = (state / "lives").iterdir()
    manifest = janitor.read_manifest(str(life))
    report = {
        "level": factory.isolation.level,
        "memory": factory.isolation.memory,
        "warnings": factory.isolation.warnings,
        "pids": below,
        "paths": [str(life), *manifest.get("groups", []), *manifest.get("scratch", [])],
    }
    print(json.dumps(report), flush=True)
    await asyncio.gather(*calls)


if __name__ == "__main__":
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    frozen = sys.argv[3:] == ["frozen"]
    asyncio.run(main(Path(sys.argv[1]), wanted or None, frozen=frozen))  # type: ignore[arg-type]
