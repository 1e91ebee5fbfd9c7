"""A full disk: refused with a sentence, nothing lost, and well again once there is room."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import parts
from tests.machine import Machine
from tests.waiting import wait_for

CODE = "def main(args):\n    return {'ok': True}\n"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 12 MB, which takes root to mount."""
    parts.require(os.geteuid() == 0, "The right to mount", "run the tests as root")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "none", str(disk)], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_refuses_new_work_by_name_and_keeps_what_it_has(
    small_disk: Path, tmp_path: Path
) -> None:
    machine = Machine(home=small_disk)
    big = tmp_path / "big.py"
    big.write_text("# " + "x" * 2_500_000 + "\n" + CODE)
    machine.start()
    machine.wsk("action", "create", "small", machine.write("small.py", CODE))
    created: list[str] = []
    while True:
        name = f"big{len(created)}"
        outcome = machine.wsk("action", "create", name, str(big), check=False)
        if outcome.code:
            break
        created.append(name)
        assert len(created) < 10, "the disk is never full"
    assert "The disk that holds the state directory is full. Free some space" in outcome.err
    assert machine.wsk("action", "invoke", "small", "-r").json() == {"ok": True}
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    machine.wsk("action", "create", "later", str(big))
    machine.wsk("action", "invoke", "small", "-r")
    listed = machine.wsk("action", "list").out
    assert all(f"/guest/{name} " in listed for name in (*created, "small", "later"))
    wait_for(
        lambda: machine.wsk("activation", "list", "small").out.count("small:") == 2,
        "both records, the one from the full disk included",
    )
    machine.stop()


def test_a_record_from_a_full_disk_survives_a_kill(small_disk: Path) -> None:
    """It waits in the file that has room of its own, and is written when there is some again."""
    machine = Machine(home=small_disk)
    machine.start()
    machine.wsk("action", "create", "small", machine.write("small.py", CODE))
    machine.wsk("action", "invoke", "small", "-r")
    _fill(small_disk)
    refused = ""
    tried = 0
    blocking: list[str] = []
    while not refused:
        # Writes go on for a while in pages that the database has already.
        outcome = machine.wsk("action", "invoke", "small", check=False)
        refused = outcome.err if outcome.code else ""
        assert tried < 100, "the disk is never full"
        tried += 1
    assert "full" in refused
    for _ in range(5):
        answer = machine.wsk("action", "invoke", "small", "-b").out
        blocking.append(json.loads(answer.partition("\n")[2])["activationId"])
    wait_for(
        lambda: (small_disk / "state" / "records.spill").read_bytes().count(b"small") >= 1,
        "the records to be in the file",
    )
    machine.kill()
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    machine.start()
    for activation_id in blocking:
        machine.wsk("activation", "get", activation_id)
    machine.stop()


def test_a_start_on_a_full_disk_says_so(small_disk: Path) -> None:
    _fill(small_disk)
    outcome = Machine(home=small_disk).start(check=False)
    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    assert "full" in outcome.err or "No space left" in outcome.err


def _fill(disk: Path) -> None:
    with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
