"""Sequences and conductor actions whose steps are real programs of two languages."""

import json
from typing import Any

import pytest

from tests import parts
from tests.machine import Machine
from tests.waiting import wait_for

INCREMENT_PY = "def main(args):\n    return {'n': args['n'] + 1}\n"
INCREMENT_JS = "function main({n}) { return {n: n + 1} }\n"
CONDUCTOR_PY = """
STEPS = ["increment", "/_/incrementjs", "both"]

def main(args):
    step = args.pop("$step", 0)
    if "error" in args:
        return {"error": args["error"]}
    if step == len(STEPS):
        return {"params": args}
    return {"action": STEPS[step], "params": args, "state": {"$step": step + 1}}
"""
CONDUCTOR_JS = """
function main(args) {
  if (args.error) return {params: {caught: args.error}}
  return {action: 'fails', params: {}, method: 'action'}
}
"""


@pytest.fixture
def steps(platform: Machine) -> Machine:
    """A platform with an action of each language and a sequence of both."""
    parts.node()
    platform.wsk("action", "update", "increment", platform.write("increment.py", INCREMENT_PY))
    platform.wsk("action", "update", "incrementjs", platform.write("increment.js", INCREMENT_JS))
    platform.wsk("action", "update", "both", "--sequence", "increment,incrementjs")
    return platform


def _names(platform: Machine, record: dict[str, Any]) -> list[str]:
    """The names of the steps of a record, in order."""

    def name(activation_id: str) -> str:
        found = wait_for(
            lambda: platform.wsk("activation", "get", activation_id, check=False).out,
            f"the record {activation_id}",
        )
        return str(json.loads(found.partition("\n")[2])["name"])

    return [name(activation_id) for activation_id in record["logs"]]


def test_a_python_conductor_runs_actions_of_two_languages_and_a_sequence(steps: Machine) -> None:
    conductor = steps.write("conductor.py", CONDUCTOR_PY)
    steps.wsk("action", "create", "conductor", conductor, "-a", "conductor", "true")
    record = steps.wsk("action", "invoke", "conductor", "-b", "-p", "n", "10").json()
    assert record["response"]["result"] == {"n": 14}
    assert _names(steps, record) == [
        "conductor",
        "increment",
        "conductor",
        "incrementjs",
        "conductor",
        "both",
        "conductor",
    ]


def test_a_javascript_conductor_catches_the_error_of_a_python_action(steps: Machine) -> None:
    fails = steps.write("fails.py", "def main(args):\n    return {'error': {'code': 7}}\n")
    steps.wsk("action", "create", "fails", fails)
    conductor = steps.write("conductor.js", CONDUCTOR_JS)
    # What compositions are deployed with is an object, not true.
    steps.wsk("action", "create", "catches", conductor, "-a", "conductor", '{"type": "try"}')
    assert steps.wsk("action", "invoke", "catches", "-r").json() == {"caught": {"code": 7}}


def test_a_composition_is_a_step_of_a_sequence(steps: Machine) -> None:
    conductor = steps.write("conductor.py", CONDUCTOR_PY)
    steps.wsk("action", "update", "conductor", conductor, "-a", "conductor", "true")
    steps.wsk("action", "create", "chain", "--sequence", "increment,conductor,increment")
    assert steps.wsk("action", "invoke", "chain", "-r", "-p", "n", "1").json() == {"n": 7}
