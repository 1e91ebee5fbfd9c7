"""Looking on while things happen: ``wsk activation poll``, and the stream below it."""

import base64
import json
import signal
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from tests.machine import Machine
from tests.waiting import DEADLINE_S

SLOW = (
    "import time\ndef main(args):\n    print('begun')\n    time.sleep(args.get('seconds', 0))\n"
    "    print('done')\n    return args\n"
)


def _watch(platform: Machine, query: str = "") -> Any:
    """Open the stream of the guest's activations."""
    token = base64.b64encode(platform.auth.encode()).decode()
    return urllib.request.urlopen(
        urllib.request.Request(
            f"{platform.address}/api/v1/namespaces/_/activations?watch=true{query}",
            headers={"Authorization": f"Basic {token}", "Accept": "text/event-stream"},
        ),
        timeout=DEADLINE_S,
    )


def _events(stream: Any) -> Iterator[tuple[str, Any]]:
    """Name and data of each event."""
    name = ""
    for line in stream:
        key, _, value = line.decode().rstrip("\n").partition(": ")
        if key == "event":
            name = value
        elif key == "data":
            yield name, json.loads(value)


def test_a_poll_shows_an_activation_as_soon_as_it_has_ended(platform: Machine) -> None:
    platform.wsk("action", "create", "polled", platform.write("polled.py", SLOW))
    with platform.begin("activation", "poll") as poll:
        try:
            assert poll.stdout is not None
            lines = iter(poll.stdout.readline, "")
            assert next(lines) == "Enter Ctrl-c to exit.\n"
            assert next(lines) == "Polling for activation logs\n"
            invoked = platform.wsk("action", "invoke", "polled", "-b").json()
            shown = [next(lines) for _ in range(6)]
            poll.send_signal(signal.SIGINT)
            assert next(lines) == "Poll terminated\n"
            assert poll.wait(DEADLINE_S) == 1
        finally:
            poll.kill()
    assert shown[:3] == ["\n", f"Activation: 'polled' ({invoked['activationId']})\n", "[\n"]
    assert [line.strip().strip('",')[-13:] for line in shown[3:5]] == [
        "stdout: begun",
        " stdout: done",
    ]
    assert shown[5] == "]\n"


def test_a_poll_ends_when_its_time_is_up(platform: Machine) -> None:
    outcome = platform.wsk("activation", "poll", "--exit", "1")
    assert outcome.out == "Enter Ctrl-c to exit.\nPolling for activation logs\n"
    assert (outcome.code, outcome.err) == (0, "")


def test_a_line_is_told_while_the_action_still_runs(platform: Machine) -> None:
    platform.wsk("action", "create", "slow", platform.write("slow.py", SLOW))
    with (
        closing(_watch(platform)) as stream,
        platform.begin("action", "invoke", "slow", "-r", "-p", "seconds", "3") as invoking,
    ):
        events = _events(stream)
        name, start = next(events)
        assert (name, start["name"], start["path"]) == ("start", "slow", "guest/slow")
        name, log = next(events)
        assert (name, log["line"][31:]) == ("log", "stdout: begun")
        assert invoking.poll() is None, "the action has not answered yet"
        (name, log), (last, end) = next(events), next(events)
        assert (name, log["line"][31:]) == ("log", "stdout: done")
        assert (last, end["status"], end["activationId"]) == (
            "end",
            "success",
            start["activationId"],
        )


def test_filters_of_the_list_reach_the_store(platform: Machine) -> None:
    platform.wsk("action", "create", "failing", platform.write("f.py", "def main(a): return 1/0"))
    platform.wsk("action", "invoke", "failing", "-b", check=False)
    query = "&since=0&events=end&status=action%20developer%20error,application%20error"
    with closing(_watch(platform, query)) as stream:
        _, end = next(_events(stream))
    assert end["name"] == "failing"


def test_who_watches_does_not_hold_up_the_end_of_the_platform(machine: Machine) -> None:
    machine.start()
    with closing(_watch(machine)) as stream:
        machine.stop()
        assert [name for name, _ in _events(stream)] == ["bye"]
    assert machine.is_free()
