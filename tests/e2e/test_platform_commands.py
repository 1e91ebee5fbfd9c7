"""``wsk platform``: start, stop, status, and a sentence for everything that stands in the way."""

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests import parts
from tests.machine import Machine

ORDINARY = 54321
"""A bare user id without an account."""
MARKER = "# Written by 'wsk platform start' for the platform in "


def test_start_is_idempotent_and_stop_leaves_the_state(machine: Machine) -> None:
    first = machine.start()
    address = machine.address
    assert f"ok: started the platform at {address}" in first.out
    again = machine.start()
    assert f"ok: the platform is already running at {address}" in again.out
    key = machine.auth
    assert machine.stop().out == "ok: stopped the platform\n"
    assert machine.stop().out == "ok: no platform is running\n"
    machine.start()
    assert machine.auth == key, "generated keys stay from start to start"


def test_status_shows_address_isolation_and_kinds(machine: Machine) -> None:
    before = machine.wsk("platform", "status", "--state-dir", str(machine.state), check=False)
    assert before.code == 1
    assert "Start it with 'wsk platform start'" in before.err
    machine.start()
    status = machine.wsk("platform", "status", "--state-dir", str(machine.state)).out
    assert f"ok: the platform is running at {machine.address}" in status
    assert "isolation:  L" in status
    assert "python:3." in status


def test_the_profile_is_private_and_marked(machine: Machine) -> None:
    machine.start()
    profile = machine.home / ".wskprops"
    assert profile.stat().st_mode & 0o777 == 0o600
    assert profile.read_text().startswith(f"{MARKER}{machine.state}\n")


def test_beside_a_foreign_profile_the_platform_is_a_context(machine: Machine) -> None:
    """Nothing of the profile is lost, the commands that follow work, and it says how to go back."""
    profile = machine.home / ".wskprops"
    foreign = "APIHOST=https://elsewhere.example\nAUTH=a:b\n"
    profile.write_text(foreign)
    outcome = machine.start()
    assert profile.read_text() == f"{foreign}CONTEXT=local\n"
    assert machine.wsk("namespace", "list").out.splitlines()[-1] == "guest"
    assert "Until now it used the profile (https://elsewhere.example)" in outcome.err
    assert "'wsk context use default' goes back" in outcome.err
    machine.wsk("context", "use", "default")
    assert profile.read_text() == foreign


def test_without_a_profile_it_says_what_to_export(machine: Machine) -> None:
    unread = Machine(home=machine.home, environment={"WSK_CONFIG_FILE": ""})
    (line,) = unread.start().out.splitlines()[1:]
    assert line == f"export WSK_CONFIG_FILE={machine.state / 'wskprops'}"
    own = Machine(home=machine.home, environment={"WSK_CONFIG_FILE": line.partition("=")[2]})
    assert own.wsk("namespace", "list").out.splitlines()[-1] == "guest"


def test_two_platforms_run_side_by_side(machine: Machine, tmp_path: Path) -> None:
    machine.start()
    other = Machine(home=tmp_path / "other")
    other.home.mkdir()
    other.start()
    try:
        assert other.address != machine.address
        assert machine.wsk("list").code == other.wsk("list").code == 0
        assert machine.auth != other.auth
    finally:
        other.stop()


def test_a_port_in_use_is_named_with_the_remedy(machine: Machine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = machine.wsk(
            "platform", "start", "--state-dir", str(machine.state), "--port", str(port), check=False
        )
    assert outcome.code == 1
    assert outcome.err == (
        f"error: Port {port} on 127.0.0.1 is in use. Choose another one with --port.\n"
    )


def test_development_keys_refuse_other_addresses_than_loopback(machine: Machine) -> None:
    outcome = machine.start("--development-keys", "--host", "0.0.0.0", check=False)
    assert outcome.code == 1
    assert "The development keys are known to everybody" in outcome.err


def test_development_keys_do_not_outlive_their_flag(machine: Machine) -> None:
    machine.start("--development-keys")
    public = machine.auth
    assert public.startswith("23bc46b1-71f6-4ed5-8c54-816aa4f8c502:")
    machine.stop()
    machine.start()
    assert machine.auth != public


def test_an_unwritable_state_directory_is_refused(machine: Machine) -> None:
    blocked = machine.home / "file"
    blocked.write_text("")
    outcome = machine.wsk(
        "platform", "start", "--state-dir", str(blocked / "state"), "--port", "0", check=False
    )
    assert outcome.code == 1
    assert "Choose one that this user may write with --state-dir." in outcome.err


def test_a_corrupt_database_is_named_and_left_as_it_is(machine: Machine) -> None:
    machine.start()
    machine.stop()
    (database,) = machine.state.glob("*.db")
    for extra in machine.state.glob("*.db-*"):
        extra.unlink()
    garbage = b"not a database at all" * 1000
    database.write_bytes(garbage)
    outcome = machine.start(check=False)
    assert outcome.code == 1
    assert database.name in outcome.err or str(machine.state) in outcome.err
    assert "Traceback" not in outcome.err
    assert database.read_bytes() == garbage


def test_a_state_of_a_newer_version_is_refused_by_name(machine: Machine) -> None:
    machine.start()
    machine.stop()
    (database,) = machine.state.glob("*.db")
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 999999")
    outcome = machine.start(check=False)
    assert outcome.code == 1
    assert "newer" in outcome.err


def test_a_stale_lock_does_not_matter(machine: Machine) -> None:
    machine.start()
    machine.kill()
    assert (machine.state / "run.json").exists()
    machine.start()


def test_without_node_the_platform_runs_python_and_says_what_is_missing(machine: Machine) -> None:
    machine.environment["PATH"] = str(machine.home)
    machine.start()
    doctor = machine.wsk("platform", "doctor", "--state-dir", str(machine.state)).out
    assert "warn  nodejs: Node.js was not found" in doctor
    assert "apt install nodejs" in doctor
    script = machine.write("a.js", "function main() { return {} }")
    outcome = machine.wsk("action", "create", "a", script, check=False)
    assert outcome.code == 144
    assert "The specified runtime 'nodejs:default' is not supported" in outcome.err
    code = "def main(args):\n    return {'a': 1}\n"
    machine.wsk("action", "create", "b", machine.write("b.py", code))
    assert machine.wsk("action", "invoke", "b", "-r").json() == {"a": 1}


def test_an_unknown_setting_is_named(machine: Machine) -> None:
    machine.environment["WHISK_SERVER__PROT"] = "1"
    outcome = machine.start(check=False)
    assert outcome.code == 1
    assert "There is no setting 'server.prot'" in outcome.err


def test_secrets_stand_in_no_log_no_argument_list_and_no_readable_file(machine: Machine) -> None:
    machine.start()
    key = machine.auth.partition(":")[2]
    code = "def main(args):\n    return {}\n"
    machine.wsk("action", "create", "a", machine.write("a.py", code), "-p", "pw", "s3cret-planted")
    machine.wsk("action", "invoke", "a", "-r")
    log = (machine.state / "platform.log").read_text()
    assert key not in log
    assert "s3cret-planted" not in log
    arguments = b"".join(
        path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _readable(path)
    )
    assert key.encode() not in arguments
    for path in machine.state.rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0, f"{path} is readable by others"
            assert key.encode() not in path.read_bytes(), f"{path} holds a key in clear"


def _readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False


def test_subjects_are_created_blocked_and_deleted(machine: Machine) -> None:
    machine.start()
    where = ("--state-dir", str(machine.state))
    created = machine.wsk("admin", "user", "create", "somebody", *where)
    auth = created.out.strip()
    assert created.out == f"{auth}\n"
    assert machine.wsk("admin", "user", "get", "somebody", *where).out.strip() == auth
    assert "somebody" in machine.wsk("admin", "user", "list", *where).out
    assert machine.wsk("namespace", "list", "--auth", auth).out.splitlines()[-1] == "somebody"
    machine.wsk("admin", "user", "block", "somebody", *where)
    assert machine.wsk("namespace", "list", "--auth", auth, check=False).code == 145
    machine.wsk("admin", "user", "unblock", "somebody", *where)
    assert machine.wsk("namespace", "list", "--auth", auth).code == 0
    machine.wsk("admin", "user", "delete", "somebody", *where)
    assert machine.wsk("namespace", "list", "--auth", auth, check=False).code == 145


def test_a_guest_may_not_administer(machine: Machine) -> None:
    machine.start()
    outcome = machine.wsk("admin", "user", "list", "--auth", machine.auth, check=False)
    assert outcome.code == 147


@pytest.mark.parametrize("level", ["L0+", "L0"])
def test_a_machine_without_namespaces_runs_with_a_warning(machine: Machine, level: str) -> None:
    machine.environment["WHISK_CONTAINERS__LEVEL"] = level
    outcome = machine.start()
    assert "warning: " in outcome.err
    machine.wsk(
        "action", "create", "a", machine.write("a.py", "def main(args):\n    return {'a': 1}\n")
    )
    assert machine.wsk("action", "invoke", "a", "-r").json() == {"a": 1}
    status = machine.wsk("platform", "status", "--state-dir", str(machine.state)).out
    assert f"isolation:  {level}\n" in status


def test_an_ordinary_user_gets_an_isolated_platform(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("these tests run as an ordinary user already")
    setpriv = parts.program("setpriv", "apt-get install util-linux")
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, ORDINARY, ORDINARY)
    for parent in home.parents:
        parent.chmod(parent.stat().st_mode | 0o011)
    drop = (str(setpriv), f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups", "--")
    machine = Machine(home=home, prefix=drop, python=_open_interpreter(drop))
    machine.environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    machine.start()
    try:
        code = "import os\ndef main(args):\n    return {'uid': os.getuid()}\n"
        machine.wsk("action", "create", "who", machine.write("who.py", code))
        assert machine.wsk("action", "invoke", "who", "-r").json()["uid"] != 0
        assert machine.run_file()["isolation"]["level"] == "L1"
    finally:
        machine.stop()


def _open_interpreter(drop: tuple[str, ...]) -> str:
    """An interpreter of this version that ordinary users may run."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{version}"):
        # Through a shell: the first program after the drop still has root's capabilities.
        try_it = [*drop, "/bin/sh", "-c", f"{candidate} -c 'import ssl'; exit $?"]
        if subprocess.run(try_it, capture_output=True, check=False).returncode == 0:
            return candidate
    parts.missing(f"A {version} that every user may run", f"apt-get install {version}")
