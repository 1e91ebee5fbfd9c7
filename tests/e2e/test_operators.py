"""A real platform, operated: through ``wsk admin`` and through what machines ask."""

import base64
import json
import urllib.error
import urllib.request
from typing import Any

from tests.machine import Machine, Outcome

CODE = "def main(args):\n    return {'ok': True}\n"
ASK_IT = """
import os
import urllib.error
import urllib.request


def main(args):
    found = {}
    for path in args['paths']:
        try:
            with urllib.request.urlopen(os.environ['__OW_API_HOST'] + path) as answer:
                found[path] = answer.status
        except urllib.error.HTTPError as refused:
            found[path] = refused.code
    return found
"""


def ask(machine: Machine, path: str, *, auth: str = "", post: bool = False) -> tuple[int, str]:
    """Status and body of one request to the platform."""
    request = urllib.request.Request(machine.address + path, method="POST" if post else "GET")
    if auth:
        encoded = base64.b64encode(auth.encode()).decode()
        request.add_header("Authorization", f"Basic {encoded}")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def admin(machine: Machine, *arguments: str) -> Outcome:
    return machine.wsk("admin", *arguments, "--state-dir", str(machine.state))


def test_an_operator_sets_limits_renews_keys_and_drains(machine: Machine) -> None:
    machine.start()
    machine.wsk("action", "create", "a", machine.write("a.py", CODE))
    assert machine.wsk("action", "invoke", "a", "-r").json() == {"ok": True}
    assert "guest/a" in admin(machine, "container", "list").out
    assert "invoker0/0" in admin(machine, "invoker", "list").out

    admin(machine, "namespace", "limits", "set", "guest", "--invocationsPerMinute", "0")
    assert machine.wsk("action", "invoke", "a", "-r", check=False).code == 429 - 256
    shown = admin(machine, "namespace", "limits", "get", "guest").out
    assert shown == "invocationsPerMinute = 0\n"
    admin(machine, "namespace", "limits", "delete", "guest")
    assert machine.wsk("action", "invoke", "a", "-r").json() == {"ok": True}

    renewed = admin(machine, "key", "rotate", "guest").out.strip()
    assert machine.wsk("action", "list", check=False).code == 401 - 256
    assert machine.wsk("action", "list", "--auth", renewed).code == 0

    assert admin(machine, "invoker", "drain", "invoker0").out == '"invoker0/0" drained\n'
    invoke = ("action", "invoke", "a", "-r", "--auth", renewed)
    assert machine.wsk(*invoke, check=False).code == 503 - 256
    status, text = ask(machine, "/health/ready")
    assert (status, json.loads(text)["reasons"]) == (503, ["No invoker takes work."])
    admin(machine, "invoker", "enable", "invoker0")
    assert machine.wsk(*invoke).json() == {"ok": True}


def test_actions_are_on_this_machine_and_yet_no_operators(machine: Machine) -> None:
    """By default they share its network: what loopback peers may do, they may do."""
    machine.start()
    code = machine.write("ask.py", ASK_IT)
    machine.wsk("action", "create", "ask", code)
    paths = ["/ping", "/health/ready", "/invokers", "/activation", "/metrics"]
    body = machine.write("body.json", json.dumps({"paths": paths}))
    found: dict[str, Any] = machine.wsk("action", "invoke", "ask", "-r", "-P", body).json()
    assert found == {
        "/ping": 200,
        "/health/ready": 200,
        "/invokers": 200,
        "/activation": 401,
        "/metrics": 401,
    }
    where = ("--state-dir", str(machine.state))
    system = machine.wsk("admin", "user", "get", "whisk.system", *where).out.strip()
    status, text = ask(machine, "/metrics", auth=system)
    assert status == 200
    assert 'openwhisk_action_activations_total{action="ask"' in text
    assert ask(machine, "/disable", auth=machine.auth, post=True)[0] == 403
    assert ask(machine, "/disable", auth=system, post=True) == (200, "controller disabled")
    assert machine.wsk("action", "invoke", "ask", "-r", check=False).code == 503 - 256
