"""``python -m whisk_platform.standalone.keys``: print the keys of a state directory's owner.

For the command line, which writes them into the user's profile. Reading them takes the rights of
the directory's owner; they never stand in clear in a file of the platform.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

from whisk_platform.common.errors import StateDirectoryError, WhiskError
from whisk_platform.common.settings import state_directory
from whisk_platform.spi.loader import load
from whisk_platform.standalone.identities import GUEST, SYSTEM
from whisk_platform.stores.sql.settings import SqliteSettings


async def read_keys(directory: Path) -> dict[str, str]:
    """Namespace to ``uuid:key``, of a directory that exists.

    Raises:
        StateDirectoryError: it cannot be read.
    """
    stores = load("stores", "sqlite")(SqliteSettings(directory=directory))
    await stores.open()
    try:
        identities = [await stores.subjects.by_namespace(name) for name in (GUEST, SYSTEM)]
    finally:
        await stores.close()
    return {i.namespace: str(i.authkey) for i in identities if i is not None}


def main() -> None:
    """Print one JSON object, or a sentence and exit code 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state-dir", default="")
    arguments = parser.parse_args()
    try:
        directory = state_directory(arguments.state_dir, os.environ)
        if not directory.is_dir():
            raise StateDirectoryError(
                f"There is no state directory {directory}. Start the platform first."
            )
        keys = asyncio.run(read_keys(directory))
    except WhiskError as error:
        sys.exit(error.message)
    sys.stdout.write(json.dumps(keys) + "\n")


if __name__ == "__main__":
    main()
