"""A platform whose actions reach nothing but its API."""

import json
import socket

import pytest

from tests import parts
from tests.e2e.test_operators import ASK_IT, ask
from tests.machine import Machine

CALL = {
    "py": (
        "import base64, json, os, urllib.request\n"
        "def main(args):\n"
        "    url = os.environ['__OW_API_HOST'] + '/api/v1/namespaces/_/actions/hello'\n"
        "    key = base64.b64encode(os.environ['__OW_API_KEY'].encode()).decode()\n"
        "    request = urllib.request.Request(url + '?blocking=true&result=true',\n"
        "        json.dumps(args).encode(),\n"
        "        {'Authorization': 'Basic ' + key, 'Content-Type': 'application/json'})\n"
        "    with urllib.request.urlopen(request) as answer:\n"
        "        return json.load(answer)\n"
    ),
    "js": (
        "async function main(args) {\n"
        "  const key = Buffer.from(process.env.__OW_API_KEY).toString('base64');\n"
        "  const url = process.env.__OW_API_HOST\n"
        "    + '/api/v1/namespaces/_/actions/hello?blocking=true&result=true';\n"
        "  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(args),\n"
        "    headers: { authorization: `Basic ${key}`, 'content-type': 'application/json' } });\n"
        "  return answer.json();\n"
        "}\n"
    ),
}
HELLO = "def main(args):\n    return {'hello': args['name']}\n"
REACH = (
    "import socket\n"
    "def main(args):\n"
    "    try:\n        socket.create_connection((args['host'], args['port']), 3).close()\n"
    "        return {'reached': True}\n"
    "    except OSError:\n        return {'reached': False}\n"
)


@pytest.mark.parametrize("flags", [(), ("--tls", "self-signed")], ids=["http", "https"])
def test_isolated_actions_call_the_api_and_reach_nothing_else(
    machine: Machine, flags: tuple[str, ...]
) -> None:
    parts.node()
    machine.environment["WHISK_CONTAINERS__NETWORK"] = "isolated"
    outcome = machine.start(*flags, check=False)
    if outcome.code and "needs isolation level L1" in outcome.err:
        parts.missing("Isolation level L1", "run as root or allow user namespaces")
    assert outcome.code == 0, outcome
    machine.wsk("action", "create", "hello", machine.write("hello.py", HELLO))
    for suffix, code in CALL.items():
        file = machine.write(f"call.{suffix}", code)
        machine.wsk("action", "create", f"call-{suffix}", file, "-a", "provide-api-key", "true")
        called = machine.wsk("action", "invoke", f"call-{suffix}", "-r", "-p", "name", suffix)
        assert called.json() == {"hello": suffix}
    machine.wsk("action", "create", "reach", machine.write("reach.py", REACH))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        reach = ("action", "invoke", "reach", "-r", "-p", "host", "127.0.0.1", "-p", "port")
        assert machine.wsk(*reach, port).json() == {"reached": False}
        own = str(machine.run_file()["port"])
        assert machine.wsk(*reach, own).json() == {"reached": not flags or _by_address(machine)}


def _by_address(machine: Machine) -> bool:
    """Whether loopback's address is one of the API's."""
    return "127.0.0.1" in machine.address or "localhost" in machine.address


def test_status_and_metrics_tell_the_isolation_and_actions_stay_no_operators(
    machine: Machine,
) -> None:
    """What comes out of a sandbox's own network looks like a peer on this machine."""
    machine.environment["WHISK_CONTAINERS__NETWORK"] = "isolated"
    if machine.start(check=False).code:
        parts.missing("Isolation level L1", "run as root or allow user namespaces")
    told = machine.run_file()["isolation"]
    status = machine.wsk("platform", "status", "--state-dir", str(machine.state)).out
    assert "isolation:  L1\n" in status
    assert "network:    isolated\n" in status
    assert f"memory:     {told['memory']}\n" in status
    machine.wsk("action", "create", "ask", machine.write("ask.py", ASK_IT))
    body = machine.write("body.json", json.dumps({"paths": ["/ping", "/metrics"]}))
    found = machine.wsk("action", "invoke", "ask", "-r", "-P", body).json()
    assert found == {"/ping": 200, "/metrics": 401}
    system = machine.wsk("admin", "user", "get", "whisk.system", "--state-dir", str(machine.state))
    _, text = ask(machine, "/metrics", auth=system.out.strip())
    labels = f'level="L1",memory="{told["memory"]}",network="isolated"'
    assert f"whisk_isolation_info{{{labels}}} 1" in text
    assert "whisk_relay_carried_total" in text


def test_a_level_that_cannot_isolate_is_refused_in_one_sentence(machine: Machine) -> None:
    machine.environment |= {
        "WHISK_CONTAINERS__NETWORK": "isolated",
        "WHISK_CONTAINERS__LEVEL": "L0+",
    }
    outcome = machine.start(check=False)
    assert outcome.code != 0
    assert "The network 'isolated' needs isolation level L1, but L0+ is forced." in outcome.err
    assert "Traceback" not in outcome.err + machine.last_log()
    assert machine.is_free()
