"""``python -m whisk_platform.standalone.keys``: print the keys of a state directory's owner.

For the command line, which writes them into the user's profile. Reading them takes the rights of
the directory's owner; they never stand in clear in a file of the platform.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from whisk_platform.common.errors import WhiskError
from whisk_platform.common.settings import state_directory
from whisk_platform.standalone.identities import GUEST, SYSTEM
from whisk_platform.stores.sql.provider import read_all_subjects


def read_keys(directory: Path) -> dict[str, str]:
    """Namespace to ``uuid:key`` of the two identities that every platform has.

    Raises:
        StateDirectoryError: no platform ever used this directory, or its key is missing.
        StoreError: its database cannot be read.
    """
    identities = [each for subject in read_all_subjects(directory) for each in subject.identities]
    wanted = (GUEST, SYSTEM)
    return {each.namespace: str(each.authkey) for each in identities if each.namespace in wanted}


def main() -> None:
    """Print one JSON object, or a sentence and exit code 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state-dir", default="")
    arguments = parser.parse_args()
    try:
        keys = read_keys(state_directory(arguments.state_dir, os.environ))
    except WhiskError as error:
        sys.exit(error.message)
    sys.stdout.write(json.dumps(keys) + "\n")


if __name__ == "__main__":
    main()
