"""``python -m whisk_platform.doctor``: print the findings as one JSON object."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

import msgspec

from whisk_platform.common import settings
from whisk_platform.common.errors import WhiskError
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.doctor import examination
from whisk_platform.spi.loader import load


def main() -> None:
    """Examine, print, and exit 0 whatever was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state-dir", default="")
    arguments = parser.parse_args()
    try:
        checks = asyncio.run(_examine(_directory(arguments.state_dir)))
    except WhiskError as error:
        sys.exit(error.message)
    sys.stdout.buffer.write(msgspec.json.encode({"checks": checks}) + b"\n")


def _directory(given: str) -> Path:
    return settings.state_directory(given, os.environ)


async def _examine(directory: Path) -> list[examination.Check]:
    checks = [
        examination.check_python(),
        examination.check_state_directory(directory),
        examination.check_temporary_directory(),
        examination.check_port(directory),
    ]
    with tempfile.TemporaryDirectory(prefix="whisk-doctor-") as scratch:
        chosen = ProcessSettings(state_dir=Path(scratch))
        factory = load("containers", "process")(chosen)
        checks += await examination.check_sandboxes(factory)
        checks += await examination.check_missing_languages(chosen)
    return checks


if __name__ == "__main__":
    main()
