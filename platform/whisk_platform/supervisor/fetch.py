"""``python -m whisk_platform.supervisor.fetch kafka``: get what a cluster needs, once."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from whisk_platform.common.errors import WhiskError
from whisk_platform.supervisor.kafka import jars


def main() -> None:
    """Fetch it unless it is there, and print where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["kafka"])
    parser.add_argument("--to", type=Path, default=None, help="the directory; the cache by default")
    chosen = parser.parse_args()
    try:
        folder = jars.fetch(chosen.to or jars.cache(os.environ))
    except WhiskError as error:
        sys.exit(error.message)
    sys.stdout.write(f"{folder}\n")


if __name__ == "__main__":
    main()
