"""SIGKILL of the platform: what was accepted ends as run once or as lost, never as silence."""

import base64
import http.client
import json
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.witness import Witness
from tests.machine import Machine
from tests.waiting import wait_for

CALLS = 200
CLIENTS = 4
CODE = """
import os, time, urllib.request

def main(args):
    urllib.request.urlopen(f"http://127.0.0.1:{args['port']}/{os.environ['__OW_ACTIVATION_ID']}")
    time.sleep(0.02)
    return {"ran": True}
"""


@pytest.fixture
def witness() -> Iterator[Witness]:
    with Witness() as witness:
        yield witness


class Client:
    """A keep-alive connection with the guest's key."""

    def __init__(self, machine: Machine) -> None:
        address = machine.run_file()
        self._connection = http.client.HTTPConnection(address["host"], address["port"], timeout=30)
        encoded = base64.b64encode(machine.auth.encode()).decode()
        self._headers = {"Authorization": f"Basic {encoded}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        text = None if body is None else json.dumps(body)
        self._connection.request(method, f"/api/v1/namespaces/_/{path}", text, self._headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")

    def close(self) -> None:
        self._connection.close()


def _submit(machine: Machine, port: int, accepted: list[str], kill_after: int) -> None:
    """Send calls from several clients; kill the platform as soon as enough were accepted."""
    pid = int(machine.run_file()["pid"])
    lock = threading.Lock()
    clients = [Client(machine) for _ in range(CLIENTS)]

    def send(client: Client) -> None:
        for _ in range(CALLS // CLIENTS):
            try:
                status, answer = client.call("POST", "actions/witnessed", {"port": port})
            except (OSError, http.client.HTTPException):
                break
            assert status == 202
            with lock:
                accepted.append(answer["activationId"])
                if len(accepted) == kill_after:
                    os.kill(pid, signal.SIGKILL)
        client.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("kill_after", [1, 60, 200])
def test_every_accepted_call_has_a_record_after_the_restart(
    machine: Machine, witness: Witness, kill_after: int
) -> None:
    machine.start()
    machine.wsk("action", "create", "witnessed", machine.write("witnessed.py", CODE))
    accepted: list[str] = []
    _submit(machine, witness.port, accepted, kill_after)
    wait_for(machine.is_free, "the killed platform to let go")
    machine.start()
    client = Client(machine)

    def missing() -> list[str]:
        return [i for i in accepted if client.call("GET", f"activations/{i}")[0] != 200]

    wait_for(lambda: not missing(), "a record for every accepted call", deadline_s=60)
    for activation_id in accepted:
        _, record = client.call("GET", f"activations/{activation_id}")
        runs = witness.seen[activation_id]
        if record["response"]["success"]:
            assert runs == 1
        else:
            assert record["response"]["status"] == "whisk internal error"
            assert "lost" in record["response"]["result"]["error"]
            assert runs <= 1
    client.close()


def test_nothing_is_left_of_a_killed_platform(machine: Machine) -> None:
    code = """
import subprocess, time

def main(args):
    subprocess.Popen(["sleep", "3141"], start_new_session=True)
    if args.get("stay"):
        time.sleep(60)
    return {}
"""
    machine.start()
    machine.wsk("action", "create", "forks", machine.write("forks.py", code))
    machine.wsk("action", "invoke", "forks", "-r")
    machine.wsk("action", "invoke", "forks", "-p", "stay", "true")
    groups_before = _cgroups(machine)
    wait_for(lambda: len(_processes("sleep\x003141")) >= 2, "both children to run")
    machine.kill()
    wait_for(lambda: not _processes("sleep\x003141"), "the children to be gone")
    wait_for(lambda: not _processes(str(machine.state)), "the helpers to be gone")
    wait_for(lambda: not (_cgroups(machine) & groups_before), "the cgroups to be gone")


def test_nothing_is_left_after_a_stop(machine: Machine) -> None:
    machine.start()
    machine.wsk(
        "action", "create", "a", machine.write("a.py", "def main(args):\n    return {'a': 1}\n")
    )
    machine.wsk("action", "invoke", "a", "-r")
    pid = machine.run_file()["pid"]
    groups = _cgroups(machine)
    machine.stop()
    wait_for(lambda: not _processes(str(machine.state)), "every process to be gone")
    wait_for(lambda: not (_cgroups(machine) & groups), "the cgroups to be gone")
    with open("/proc/self/mountinfo") as mounts:
        assert str(machine.state) not in mounts.read()
    assert not os.path.exists(f"/proc/{pid}/exe")


def _processes(words: str) -> list[int]:
    """Processes whose command line holds the words."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    line = file.read().decode("utf-8", "replace")
            except OSError:
                continue
            if words in line and "pytest" not in line:
                found.append(int(name))
    return found


def _cgroups(machine: Machine) -> frozenset[str]:
    """Control groups whose name tells that they belong to this machine's platform."""
    pid = str(machine.run_file()["pid"]) if (machine.state / "run.json").exists() else ""
    found = []
    for root, directories, _ in os.walk("/sys/fs/cgroup"):
        found += [os.path.join(root, name) for name in directories if pid and pid in name]
    return frozenset(found)
