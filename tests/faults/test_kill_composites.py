"""SIGKILL while sequences and compositions run: each accepted one ends in a record of its kind."""

from typing import Any

from tests.faults.test_kill import Client
from tests.machine import Machine
from tests.waiting import wait_for

SLOW = (
    "import time\n\ndef main(args):\n    time.sleep(0.2)\n    return {'n': args.get('n', 0) + 1}\n"
)
CONDUCTOR = """
def main(args):
    if "n" in args:
        return {"params": args}
    return {"action": "s", "params": {"n": 0}}
"""
CALLS = 20


def _outcome(record: dict[str, Any]) -> tuple[str, Any]:
    response = record["response"]
    return response["status"], response["result"]


def test_accepted_sequences_and_compositions_are_never_silent(machine: Machine) -> None:
    machine.start()
    machine.wsk("action", "create", "slow", machine.write("slow.py", SLOW))
    machine.wsk("action", "create", "s", "--sequence", "slow,slow")
    conductor = machine.write("c.py", CONDUCTOR)
    machine.wsk("action", "create", "c", conductor, "-a", "conductor", "true")
    client = Client(machine)
    accepted: dict[str, str] = {}
    for number in range(CALLS):
        name = "sc"[number % 2]
        status, answer = client.call("POST", f"actions/{name}", {})
        assert status == 202
        accepted[answer["activationId"]] = name
    first = next(iter(accepted))
    wait_for(
        lambda: client.call("GET", f"activations/{first}")[0] == 200, "the first one to have ended"
    )
    client.close()
    machine.kill()
    machine.start()
    client = Client(machine)

    def missing() -> list[str]:
        return [i for i in accepted if client.call("GET", f"activations/{i}")[0] != 200]

    wait_for(lambda: not missing(), "a record for every accepted call")
    lost = "The activation was lost: the platform stopped while it was running."
    for activation_id, name in accepted.items():
        record = client.call("GET", f"activations/{activation_id}")[1]
        notes = {pair["key"]: pair["value"] for pair in record["annotations"]}
        assert (record["name"], notes["kind"], notes["topmost"]) == (name, "sequence", True)
        assert ("conductor" in notes) == (name == "c")
        assert _outcome(record) in (
            ("success", {"n": 2}),
            ("whisk internal error", {"error": lost}),
        )
    client.close()
