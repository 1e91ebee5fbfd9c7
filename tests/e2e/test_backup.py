"""``wsk platform backup`` and ``restore``: a state goes from one machine to another, whole."""

import json
import sqlite3
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machine import Machine
from tests.waiting import wait_for

CODE = "def main(args):\n    return {'secret': args.get('secret')}\n"
SEALED = {"WHISK_PARAMETERS__ENCRYPTION": "aes-256-gcm"}


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Machine]:
    """A second machine without any platform yet."""
    home = tmp_path / "other"
    home.mkdir()
    made = Machine(home=home, environment=dict(SEALED))
    yield made
    if not made.is_free():
        made.stop("--force")


def _backup(machine: Machine, name: str, *, check: bool = True) -> tuple[int, str, str]:
    outcome = machine.wsk(
        "platform", "backup", name, "--state-dir", str(machine.state), check=check
    )
    return outcome.code, outcome.out, outcome.err


def _restore(machine: Machine, file: Path) -> tuple[int, str, str]:
    outcome = machine.wsk(
        "platform", "restore", str(file), "--state-dir", str(machine.state), check=False
    )
    return outcome.code, outcome.out, outcome.err


def _filled(machine: Machine) -> None:
    machine.environment.update(SEALED)
    machine.start()
    machine.wsk("action", "create", "a", machine.write("a.py", CODE), "-p", "secret", "hidden")
    machine.wsk("trigger", "create", "t")
    machine.wsk("rule", "create", "r", "t", "a")
    assert machine.wsk("action", "invoke", "a", "-r").json() == {"secret": "hidden"}
    wait_for(
        lambda: machine.wsk("activation", "list", "a").out.count("a:"), "the record to be listed"
    )


def test_a_running_platform_moves_to_another_machine(
    machine: Machine, other: Machine, tmp_path: Path
) -> None:
    """Entities, sealed parameters, records and keys are all there, and nothing was interrupted."""
    _filled(machine)
    stop = threading.Event()
    failures: list[str] = []

    def invoke() -> None:
        while not stop.is_set():
            outcome = machine.wsk("action", "invoke", "a", "-r", check=False)
            if outcome.code:
                failures.append(outcome.err)

    load = threading.Thread(target=invoke, name="load")
    load.start()
    try:
        code, out, err = _backup(machine, "one.backup")
    finally:
        stop.set()
        load.join()
    assert failures == []
    file = machine.home / "one.backup"
    assert code == 0
    assert out.startswith("ok: backed up ")
    assert "Who has this file has all keys" in err
    assert file.stat().st_mode & 0o777 == 0o600
    key = machine.auth
    machine.stop()
    code, out, err = _restore(other, file)
    assert code == 0, err
    assert out.startswith("ok: restored ")
    assert "What was there before" not in err
    other.start()
    assert other.auth == key
    assert other.wsk("action", "invoke", "a", "-r").json() == {"secret": "hidden"}
    assert "/guest/r" in other.wsk("rule", "list").out
    assert other.wsk("activation", "list", "a").out.count("a:") >= 2


def test_a_restore_is_refused_while_the_platform_runs_and_keeps_what_was_there(
    machine: Machine,
) -> None:
    _filled(machine)
    _backup(machine, "one.backup")
    file = machine.home / "one.backup"
    machine.wsk("action", "create", "later", machine.write("a.py", CODE))
    code, _, err = _restore(machine, file)
    assert code != 0
    assert "is running, and a restore would pull its state away" in err
    assert "wsk platform stop" in err
    assert machine.wsk("action", "invoke", "later", "-r").json() == {"secret": None}
    machine.stop()
    code, _, err = _restore(machine, file)
    assert code == 0
    (aside,) = machine.state.glob("before-restore-*")
    assert str(aside) in err
    assert {"whisk.db", "master.key"} <= {path.name for path in aside.iterdir()}
    machine.start()
    assert "/guest/a " in machine.wsk("action", "list").out
    assert "later" not in machine.wsk("action", "list").out


def test_a_backup_never_replaces_a_file(machine: Machine) -> None:
    _filled(machine)
    (machine.home / "there").write_text("mine")
    code, _, err = _backup(machine, "there", check=False)
    assert code == 1
    assert "there exists already. Give another name, or move it away." in err
    assert (machine.home / "there").read_text() == "mine"
    assert not list(machine.home.glob(".there*"))


def test_a_directory_without_a_state_and_a_file_that_is_none_are_told_by_name(
    machine: Machine,
) -> None:
    code, _, err = _backup(machine, "one.backup", check=False)
    assert code == 1
    assert "holds no state of a platform" in err
    code, _, err = _restore(machine, machine.home / "none")
    assert code == 1
    assert "There is no file" in err
    junk = machine.home / "junk"
    junk.write_bytes(b"no archive" * 100)
    code, _, err = _restore(machine, junk)
    assert code == 1
    assert "junk is no backup of this platform" in err
    assert not (machine.state / "whisk.db").exists()


def test_a_backup_of_a_newer_version_is_refused_by_name_and_nothing_changes(
    machine: Machine, tmp_path: Path
) -> None:
    _filled(machine)
    _backup(machine, "one.backup")
    machine.stop()
    newer = _with_schema(machine.home / "one.backup", tmp_path / "newer.backup", 99)
    before = (machine.state / "whisk.db").read_bytes()
    code, _, err = _restore(machine, newer)
    assert code == 1
    assert "newer version of the platform (schema 99; this one knows up to" in err
    assert (machine.state / "whisk.db").read_bytes() == before
    assert not list(machine.state.glob("*restore*"))


def _with_schema(file: Path, to: Path, schema: int) -> Path:
    """The same backup of a database with another stamp."""
    import hashlib  # only here

    folder = to.with_suffix(".folder")
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    with sqlite3.connect(folder / "whisk.db") as connection:
        connection.execute(f"PRAGMA user_version = {schema}")
    connection.close()
    manifest = json.loads((folder / "manifest.json").read_text())
    digest = hashlib.sha256((folder / "whisk.db").read_bytes()).hexdigest()
    manifest["members"]["whisk.db"] = digest
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(to, "w") as archive:
        for name in ("manifest.json", *manifest["members"]):
            archive.add(folder / name, arcname=name)
    return to


def test_a_changed_byte_is_noticed(machine: Machine) -> None:
    _filled(machine)
    _backup(machine, "one.backup")
    machine.stop()
    file = machine.home / "one.backup"
    data = bytearray(file.read_bytes())
    with tarfile.open(file) as archive:
        data[archive.getmember("whisk.db").offset_data + 5_000] ^= 1
    file.write_bytes(data)
    code, _, err = _restore(machine, file)
    assert code == 1
    assert "is damaged: whisk.db is not what was backed up" in err


def test_a_new_master_key_under_way_of_a_kill_loses_nothing(machine: Machine) -> None:
    """The platform is killed somewhere in a rotation, and starts with everything readable."""
    _filled(machine)
    for number in range(20):
        arguments = (f"b{number}", machine.write("a.py", CODE), "-p", "secret", f"hidden{number}")
        machine.wsk("action", "create", *arguments)
    before = (machine.state / "master.key").read_bytes()
    rotation = machine.begin("admin", "key", "rotate-master", "--state-dir", str(machine.state))
    wait_for(
        lambda: (
            (machine.state / "master.key").read_bytes() != before
            or (machine.state / "master.key.next").exists()
        ),
        "the rotation to begin",
    )
    machine.kill()
    rotation.communicate()
    key = machine.auth
    machine.start()
    assert machine.auth == key
    assert machine.wsk("action", "invoke", "a", "-r").json() == {"secret": "hidden"}
    assert machine.wsk("action", "invoke", "b7", "-r").json() == {"secret": "hidden7"}
    outcome = machine.wsk("admin", "key", "rotate-master", "--state-dir", str(machine.state))
    assert outcome.out.startswith("ok: sealed ")
    assert machine.wsk("action", "invoke", "b8", "-r").json() == {"secret": "hidden8"}
    _backup(machine, "after.backup")
    machine.stop()
    assert not (machine.state / "master.key.next").exists()
    machine.start()
    assert machine.wsk("action", "invoke", "b9", "-r").json() == {"secret": "hidden9"}
    assert not (machine.state / "master.key.retired").exists()
