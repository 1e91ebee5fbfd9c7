"""A Python action that prints in a flood: gathered, but whole, in order and soon."""

import pytest

from tests.conformance.runtimes.launcher import Launcher

FLOOD = "for n in range(args['n']):\n        print(n)"


def _source(body: str) -> str:
    return f"import os, sys, threading, time\ndef main(args):\n    {body}\n"


def _numbers(text: str) -> list[int]:
    return [int(line) for line in text.split()]


def test_a_flood_comes_whole_in_order_and_in_few_frames(python: Launcher) -> None:
    python.init(_source(f"{FLOOD}\n    return {{}}"))
    for _ in range(3):
        answer = python.run({"n": 5000})
        assert _numbers(answer.stdout) == list(range(5000))
        assert len(answer.output) < 500


@pytest.mark.parametrize("wait", ["threading.Event().wait()", "while True: pass"])
def test_what_is_printed_in_a_flood_is_seen_while_the_action_goes_on(
    python: Launcher, wait: str
) -> None:
    """Nothing has to be printed after it, and the action need not let go of the processor."""
    python.init(_source(f"{FLOOD}\n    {wait}"))
    python.send("R", b'{"value":{"n":3000}}')
    seen = b""
    while not seen.endswith(b"2999\n"):
        kind, payload = python.receive()
        assert kind == "O"
        seen += payload
    assert _numbers(seen.decode()) == list(range(3000))


def test_standard_error_stays_in_its_place_in_a_flood(python: Launcher) -> None:
    python.init(
        _source(
            "for n in range(3000):\n        print(n, file=sys.stderr if n % 500 == 7 else None)\n"
            "    return {}"
        )
    )
    output = python.run().output
    assert _numbers(b"".join(text for _, text in output).decode()) == list(range(3000))


def test_what_an_exception_says_comes_after_a_flood(python: Launcher) -> None:
    python.init(_source(f"{FLOOD}\n    raise ValueError('end')"))
    output = python.run({"n": 1000}).output
    text = b"".join(text for _, text in output).decode()
    assert text.index("999\n") < text.index("Traceback")


def test_a_process_that_ends_itself_has_said_everything(python: Launcher) -> None:
    python.init(_source(f"{FLOOD}\n    os._exit(3)"))
    python.send("R", b'{"value":{"n":3000}}')
    seen = b""
    while not seen.endswith(b"2999\n"):
        kind, payload = python.receive()
        assert kind == "O"
        seen += payload
    assert python.ended()


def test_a_fork_in_a_flood_repeats_nothing(python: Launcher) -> None:
    python.init(
        _source(
            f"{FLOOD}\n    child = os.fork()\n    if not child:\n        print('child')\n"
            "        sys.stdout.flush()\n        os._exit(0)\n    os.waitpid(child, 0)\n"
            "    print(args['n'])\n    return {}"
        )
    )
    assert _numbers(python.run({"n": 1000}).stdout) == list(range(1001))
    assert python.pipes()[0] == "child\n"


def test_a_line_by_itself_is_seen_after_a_flood(python: Launcher) -> None:
    """The activation before may have ended in the middle of it."""
    wait = "if args['n'] == 1:\n        threading.Event().wait()"
    python.init(_source(f"{FLOOD}\n    {wait}\n    return {{}}"))
    for _ in range(50):
        assert _numbers(python.run({"n": 200}).stdout) == list(range(200))
    python.send("R", b'{"value":{"n":1}}')
    assert python.receive() == ("O", b"0\n")
