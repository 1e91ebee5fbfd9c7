"""A full disk refuses new work and costs no record."""

import json
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.parts import missing, program

MOUNTED = 'mount -t tmpfs -o size=4m none "$1" && exec "$2" -m "$3" "$1"'


def test_a_full_disk_refuses_work_keeps_records_and_recovers(tmp_path: Path) -> None:
    """On a real file system of four megabytes, in a mount namespace of its own."""
    unshare = str(program("unshare", "apt-get install util-linux"))
    inside = [unshare, "--user", "--map-root-user", "--mount", "sh", "-c"]
    if subprocess.run([*inside, "mount -t tmpfs none /mnt"], capture_output=True).returncode:
        missing("Permission for user namespaces", "sysctl kernel.unprivileged_userns_clone=1")
    name = "tests.integration.stores.full_disk_program"
    ended = subprocess.run(
        [*inside, MOUNTED, "sh", str(tmp_path), sys.executable, name],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout) == {
        "refusal": "StoreFullError 507 The disk that holds the state directory is full."
        " Free some space and repeat the request.",
        "accept": "StoreFullError",
        "put": "StoreFullError",
        "room before the bound": True,
        "accept beyond the bound": "StoreFullError",
        "the last one is found": True,
        "room afterwards": True,
        "accept afterwards": "done",
        "every record is there": True,
        "pending": 2,
    }
