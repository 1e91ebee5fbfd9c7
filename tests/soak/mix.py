"""The load: what clients of every sort do, in shares that a seed makes repeatable."""

from __future__ import annotations

import http.client
import random
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.soak.caller import AUTHORIZATION, NAMESPACE, Caller, must

ECHO = "def main(args):\n    return args\n"
TALKATIVE = """
def main(args):
    for number in range(int(args.get('lines', 100))):
        print('line', number)
    return {'lines': args.get('lines')}
"""
FAILING = "def main(args):\n    raise ValueError('as asked')\n"
SLEEPING = "import time\ndef main(args):\n    time.sleep(args['seconds'])\n    return {}\n"
EATING = "def main(args):\n    return {'n': len(bytearray(400 << 20))}\n"
LEAVING = "import os\ndef main(args):\n    os._exit(3)\n"
SPAWNING = """
import subprocess
def main(args):
    subprocess.Popen(['sleep', '600'])
    open('/tmp/left', 'w').write('x' * 100000)
    return {}
"""
NODE = "function main(args) { console.log('from node'); return args }"
PAGE = "def main(args):\n    return {'statusCode': 200, 'body': '<p>here</p>'}\n"


class Ingredient(NamedTuple):
    """Something a client does."""

    share: int
    do: Callable[[Caller, random.Random], None]


def prepare(caller: Caller, *, node: bool) -> None:
    """Create what the load uses."""
    small = {"memory": 128}
    for name, code, limits in (
        ("echo", ECHO, {}),
        ("talkative", TALKATIVE, {}),
        ("failing", FAILING, {}),
        ("sleeping", SLEEPING, {"timeout": 300}),
        ("eating", EATING, small),
        ("leaving", LEAVING, {}),
        ("spawning", SPAWNING, small),
    ):
        _put(caller, f"actions/{name}", _python(code, limits))
    if node:
        _put(caller, "actions/node", {"exec": {"kind": "nodejs:20", "code": NODE}})
    web = [{"key": "web-export", "value": True}]
    _put(caller, "actions/page", {**_python(PAGE, {}), "annotations": web})
    components = ["/_/echo", "/_/talkative", "/_/echo"]
    _put(caller, "actions/chain", {"exec": {"kind": "sequence", "components": components}})
    _put(caller, "triggers/event", {})
    for number in range(3):
        _put(caller, f"rules/rule{number}", {"trigger": "/_/event", "action": "/_/echo"})
    for number in range(30):
        _put(caller, f"actions/many{number}", _python(ECHO, small))


def _python(code: str, limits: dict[str, int]) -> dict[str, object]:
    return {"exec": {"kind": "python:3", "code": code}, "limits": limits}


def _put(caller: Caller, path: str, body: object) -> None:
    caller.ask("PUT", f"{path}?overwrite=true", body)


def _run(caller: Caller, name: str, body: object, *expected: int) -> Any:
    return caller.ask("POST", f"actions/{name}?blocking=true", body, *expected)


def _echo(caller: Caller, chance: random.Random) -> None:
    number = chance.random()
    record = _run(caller, "echo", {"number": number})
    must(record["response"]["result"] == {"number": number}, "the echo changed its argument")


def _large(caller: Caller, chance: random.Random) -> None:
    text = "x" * chance.randrange(1, 900_000)
    record = _run(caller, "echo", {"text": text})
    must(record["response"]["result"]["text"] == text, "a large argument came back changed")


def _node(caller: Caller, chance: random.Random) -> None:
    number = chance.randrange(1_000_000)
    must(_run(caller, "node", {"n": number})["response"]["result"] == {"n": number}, "node")


def _talkative(caller: Caller, chance: random.Random) -> None:
    lines = chance.choice((1, 100, 1_000))
    activation = _run(caller, "talkative", {"lines": lines})
    must(activation["response"]["success"], "the talkative action failed")


def _accepted(caller: Caller, chance: random.Random) -> None:
    caller.accept("actions/echo", {"n": chance.randrange(9)})


def _fire(caller: Caller, chance: random.Random) -> None:
    caller.accept("triggers/event", {"n": chance.randrange(9)})


def _failing(caller: Caller, chance: random.Random) -> None:
    record = _run(caller, "failing", {}, 502)
    must(record["response"]["status"] == "application error", str(record["response"]))


def _late(caller: Caller, chance: random.Random) -> None:
    record = _run(caller, "sleeping", {"seconds": 60}, 502)
    must("exceeded its time limits" in str(record["response"]["result"]), str(record["response"]))


def _eating(caller: Caller, chance: random.Random) -> None:
    record = _run(caller, "eating", {}, 502)
    must(not record["response"]["success"], "an action got more memory than it may have")


def _leaving(caller: Caller, chance: random.Random) -> None:
    _run(caller, "leaving", {}, 502)


def _spawning(caller: Caller, chance: random.Random) -> None:
    _run(caller, "spawning", {})


def _chain(caller: Caller, chance: random.Random) -> None:
    record = _run(caller, "chain", {"lines": 3})
    must(record["response"]["result"] == {"lines": 3}, "the sequence lost its argument")


def _page(caller: Caller, chance: random.Random) -> None:
    connection = http.client.HTTPConnection(caller.host, caller.port, timeout=60)
    connection.request("GET", "/api/v1/web/guest/default/page.http")
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    must((answer.status, read) == (200, b"<p>here</p>"), f"the page: {answer.status} {read!r}")


def _many(caller: Caller, chance: random.Random) -> None:
    _run(caller, f"many{chance.randrange(30)}", {})


def _lists(caller: Caller, chance: random.Random) -> None:
    caller.ask("GET", f"activations?limit=200&skip={chance.randrange(500)}")
    caller.ask("GET", "actions?limit=200")


def _life(caller: Caller, chance: random.Random) -> None:
    """Create, run, change, run and delete an action."""
    name = f"life{chance.randrange(1 << 40):x}"
    _put(caller, f"actions/{name}", _python("def main(args):\n    return {'v': 1}\n", {}))
    must(_run(caller, name, {})["response"]["result"] == {"v": 1}, "the first version")
    _put(caller, f"actions/{name}", _python("def main(args):\n    return {'v': 2}\n", {}))
    must(_run(caller, name, {})["response"]["result"] == {"v": 2}, "the second version")
    caller.ask("DELETE", f"actions/{name}")
    caller.ask("POST", f"actions/{name}?blocking=true", {}, 404)


def _glance(caller: Caller, chance: random.Random) -> None:
    """Watch the stream for a moment, and go away without a word."""
    connection = http.client.HTTPConnection(caller.host, caller.port, timeout=60)
    headers = {"Accept": "text/event-stream", "Authorization": AUTHORIZATION}
    connection.request("GET", f"{NAMESPACE}/activations?watch=true", headers=headers)
    answer = connection.getresponse()
    must(answer.status == 200, f"the stream answered {answer.status}")
    answer.read(200)
    connection.close()


def ingredients(*, node: bool) -> dict[str, Ingredient]:
    """What is done, by its name."""
    mixed = {
        "blocking": Ingredient(400, _echo),
        "non-blocking": Ingredient(200, _accepted),
        "trigger of three rules": Ingredient(60, _fire),
        "sequence of three": Ingredient(60, _chain),
        "log lines": Ingredient(60, _talkative),
        "up to 900 KB": Ingredient(20, _large),
        "web page": Ingredient(60, _page),
        "thirty actions": Ingredient(100, _many),
        "lists": Ingredient(20, _lists),
        "life of an action": Ingredient(20, _life),
        "watching": Ingredient(20, _glance),
        "exception": Ingredient(20, _failing),
        "time limit": Ingredient(4, _late),
        "out of memory": Ingredient(4, _eating),
        "process ends": Ingredient(4, _leaving),
        "children and files left": Ingredient(10, _spawning),
    }
    return {**mixed, "node": Ingredient(60, _node)} if node else mixed
