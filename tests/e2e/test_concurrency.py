"""An action's concurrency limit, through the real thing (contract rest-api §8.2)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import parts
from tests.machine import Machine
from tests.waiting import wait_for

MEETS = """
const here = [];
function main({ name }) {
  return new Promise((resolve) => {
    console.log(`${name} waits`);
    here.push({ name, resolve, id: process.env.__OW_ACTIVATION_ID });
    if (here.length === 5) {
      const met = here.map((each) => each.name).sort();
      for (const each of here.splice(0)) each.resolve({ name: each.name, id: each.id, met });
    }
  });
}
"""
"""Nobody's run ends before five are in the same process."""


@pytest.fixture(scope="module")
def roomy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A platform where containers may run five activations at once."""
    parts.node()
    environment = {"WHISK_LIMITS__MAX_ACTION_CONCURRENCY": "5"}
    machine = Machine(home=tmp_path_factory.mktemp("roomy"), environment=environment)
    machine.start()
    yield machine
    machine.stop()


def test_five_activations_that_wait_for_each_other_run_in_one_container(roomy: Machine) -> None:
    """Cold and warm; result, log and environment of each are its own."""
    roomy.wsk("action", "create", "meets", roomy.write("meets.js", MEETS), "-c", "5")
    names = ["a", "b", "c", "d", "e"]
    for _ in range(2):
        with ThreadPoolExecutor(5) as pool:
            arguments = [("meets", "-p", "name", name, "-b") for name in names]
            answers = list(pool.map(lambda some: roomy.wsk("action", "invoke", *some), arguments))
        for name, answer in zip(names, answers, strict=True):
            activation = answer.json()
            result = activation["response"]["result"]
            assert result == {"name": name, "id": activation["activationId"], "met": names}
            logs = _logs(roomy, activation["activationId"])
            assert logs.split("stdout: ")[1:] == [f"{name} waits\n"]


def _logs(machine: Machine, activation_id: str) -> str:
    def read() -> str:
        return machine.wsk("activation", "logs", activation_id, check=False).out

    return wait_for(read, "the log")


def test_more_than_the_systems_bound_is_refused_with_the_threshold(roomy: Machine) -> None:
    refused = roomy.wsk(
        "action", "create", "more", roomy.write("more.js", MEETS), "-c", "6", check=False
    )
    assert refused.code == 144
    assert "concurrency 6 exceeds allowed threshold of 5" in refused.err


def test_python_accepts_the_limit_and_runs_one_at_a_time(roomy: Machine) -> None:
    """Its runs overlap all the same, in a sandbox each."""
    source = (
        "seen = []\ndef main(args):\n    seen.append(1)\n    return {'before': len(seen) - 1}\n"
    )
    roomy.wsk("action", "create", "counts", roomy.write("counts.py", source), "-c", "5")
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: roomy.wsk("action", "invoke", "counts", "-b"), range(5)))
    for answer in answers:
        activation = answer.json()
        limits = {pair["key"]: pair["value"] for pair in activation["annotations"]}["limits"]
        assert limits["concurrency"] == 5
        cold = any(pair["key"] == "initTime" for pair in activation["annotations"])
        assert cold == (activation["response"]["result"]["before"] == 0)


def test_the_containers_are_told(roomy: Machine) -> None:
    code = "function main() { return { may: process.env.__OW_ALLOW_CONCURRENT }; }"
    roomy.wsk("action", "create", "may", roomy.write("may.js", code))
    assert roomy.wsk("action", "invoke", "may", "-r").json() == {"may": "true"}
