"""Activations beside each other in one Node process (contract §3.6, §8.2; ``PROTOCOL.md``)."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import parts
from tests.conformance.runtimes.launcher import Launcher

ALLOWED = {"__OW_ALLOW_CONCURRENT": "true"}
MEETS = """
const here = new Map();
function main({ name, others }) {
  return new Promise((resolve) => {
    here.set(name, resolve);
    console.log(`${name} waits`);
    if (here.size === others) {
      const met = [...here.keys()];
      for (const [each, done] of here) done({ name: each, met });
      here.clear();
    }
  });
}
"""
"""Nobody's run ends before all have come."""


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Launcher]:
    """A Node launcher that may run activations beside each other."""
    parts.node()
    with Launcher("nodejs", tmp_path, ALLOWED) as running:
        yield running


def test_runs_that_wait_for_each_other_all_end(shared: Launcher) -> None:
    """One of them has no number; answers find their runs, and so does what they print."""
    assert shared.init(MEETS).status == 200
    shared.send("R", b'{"value":{"name":"r0","others":5}}')
    for number in range(1, 5):
        shared.begin_beside(number, {"name": f"r{number}", "others": 5})
    answers = shared.beside(0, 1, 2, 3, 4)
    for number, answer in answers.items():
        assert answer.status == 200
        assert answer.json == {"name": f"r{number}", "met": ["r0", "r1", "r2", "r3", "r4"]}
        assert answer.stdout == f"r{number} waits\n"


def test_all_may_have_numbers_and_a_later_one_none(shared: Launcher) -> None:
    shared.init(MEETS)
    shared.begin_beside(7, {"name": "a", "others": 2})
    shared.begin_beside(2**32 - 1, {"name": "b", "others": 2})
    assert set(shared.beside(7, 2**32 - 1)) == {7, 2**32 - 1}
    assert shared.run({"name": "c", "others": 1}).json["met"] == ["c"]


def test_each_sees_its_own_activation_in_the_environment(shared: Launcher) -> None:
    """Also after it has waited, in what it calls, and in what it copies."""
    shared.init(
        "let go; const gate = new Promise((open) => { go = open; });"
        "async function main({ last }) {"
        " const { __OW_ACTIVATION_ID: before } = process.env;"
        " if (last) go(); await gate; await new Promise(setImmediate);"
        " const copy = { ...process.env };"
        " return { before, after: process.env.__OW_ACTIVATION_ID,"
        "  copied: copy.__OW_ACTIVATION_ID, own: process.env.OWN,"
        " key: process.env.__OW_API_KEY }; }",
        env={"OWN": "mine"},
    )
    shared.send("R", b'{"value":{},"activation_id":"a0","api_key":"k"}')
    shared.begin_beside(1, {}, activation_id="a1", api_key="k")
    shared.begin_beside(2, {"last": True}, activation_id="a2", api_key="k")
    for number, answer in shared.beside(0, 1, 2).items():
        mine = f"a{number}"
        expected = {"before": mine, "after": mine, "copied": mine, "own": "mine", "key": "k"}
        assert answer.json == expected


def test_the_environment_can_be_changed_as_ever(shared: Launcher) -> None:
    shared.init(
        "function main() { process.env.PATH = 'elsewhere'; process.env.FRESH = 1;"
        " delete process.env.TMPDIR; return { path: process.env.PATH, fresh: process.env.FRESH,"
        " gone: 'TMPDIR' in process.env }; }"
    )
    assert shared.run().json == {"path": "elsewhere", "fresh": "1", "gone": False}


@pytest.mark.parametrize(
    ("body", "status", "answer"),
    [
        ("throw new Error('wrong')", 502, {"error": "An error has occurred: Error: wrong"}),
        ("return Promise.reject('no')", 200, {"error": "no"}),
        ("return 3", 502, {"error": "The action did not return a dictionary."}),
        (
            "return new Promise(() => setTimeout(() => { throw new Error('late'); }))",
            502,
            {"error": "An error has occurred: Error: late"},
        ),
    ],
)
def test_the_failure_of_one_leaves_the_others_alone(
    shared: Launcher, body: str, status: int, answer: object
) -> None:
    shared.init(
        "let go; const gate = new Promise((open) => { go = open; });"
        "async function waits() { await gate; return { fine: true }; }"
        "function main({ step }) { if (step === 'wait') return waits();"
        f" if (step === 'go') {{ go(); return {{}}; }} {body}; }}"
    )
    shared.send("R", b'{"value":{"step":"wait"}}')
    shared.begin_beside(1, {"step": "wait"})
    shared.begin_beside(2, {"step": "fail"})
    failed = shared.beside(2)[2]
    assert (failed.status, failed.json) == (status, answer)
    assert failed.stderr.startswith("Error: ") or status == 200 or body == "return 3"
    shared.begin_beside(3, {"step": "go"})
    answers = shared.beside(0, 1, 3)
    assert [answers[n].json for n in (0, 1)] == [{"fine": True}] * 2


def test_large_values_and_output_stay_whole(shared: Launcher) -> None:
    shared.init(
        "async function main({ text }) { await null; console.log(text);"
        " console.error('ä'.repeat(9)); return { text }; }"
    )
    texts = {number: chr(96 + number) * 2_500_000 for number in (1, 2, 3)}

    def ask() -> None:
        for number, text in texts.items():
            shared.begin_beside(number, {"text": text})

    asking = threading.Thread(target=ask)
    asking.start()
    for number, answer in shared.beside(1, 2, 3).items():
        assert answer.json == {"text": texts[number]}
        assert answer.stdout == texts[number] + "\n"
        assert answer.stderr == "ä" * 9 + "\n"
    asking.join()


def test_before_init_there_is_no_action(shared: Launcher) -> None:
    shared.begin_beside(1)
    answer = shared.beside(1)[1]
    assert (answer.status, answer.error) == (500, "no action defined yet")


def test_where_it_is_not_allowed_the_frame_is_a_fault(nodejs: Launcher) -> None:
    """So an old platform's promise, one at a time, holds in a sandbox that was not told."""
    nodejs.init("function main() { return {}; }")
    nodejs.begin_beside(1)
    assert nodejs.ended()


def test_python_runs_one_at_a_time(python: Launcher) -> None:
    python.init("def main(args):\n    return {}\n")
    python.begin_beside(1)
    assert python.ended()
