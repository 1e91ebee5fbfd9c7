"""Fences, each tried on a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import parts
from whisk_platform.host.sandbox import landlock

CODE = """
import os, sys
from whisk_platform.host.sandbox import landlock, linux
linux.forbid_new_privileges()
fence = landlock.bounds_memory(int(sys.argv[1]))
landlock.restricter(fence)()
for folder in ("one", "two"):
    os.mkdir(os.path.join(sys.argv[2], folder))
open(os.path.join(sys.argv[2], "one", "file"), "w").close()
os.rename(os.path.join(sys.argv[2], "one", "file"), os.path.join(sys.argv[2], "two", "file"))
try:
    open(f"/proc/{os.getppid()}/mem", "rb")
except PermissionError:
    print("refused")
"""


@pytest.mark.parametrize("abi", [2, 3, 5, 7])
def test_a_fence_for_memory_forbids_nothing_else(tmp_path: Path, abi: int) -> None:
    """Also as older kernels know it: files are still moved between directories."""
    here = landlock.version()
    parts.require(here >= abi, f"Landlock {abi}", "use a newer kernel, with lsm=landlock")
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(abi), str(tmp_path)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert (done.stdout, done.stderr) == ("refused\n", "")


@pytest.mark.parametrize("abi", [0, 1])
def test_a_kernel_whose_fence_would_forbid_more_gets_none(abi: int) -> None:
    assert landlock.bounds_memory(abi) is None
