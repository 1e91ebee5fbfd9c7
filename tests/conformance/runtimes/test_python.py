"""What only the Python launcher answers: contract §8.5, the rows of the go-proxy family."""

import pytest

from tests.conformance.runtimes.launcher import Launcher

NOT_A_DICTIONARY = "The action did not return a dictionary or array."


def _source(body: str) -> str:
    return f"def main(args):\n    {body}\n"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("raise ValueError('no such city: Köln')", "no such city: Köln"),
        ("raise ValueError", "ValueError"),
        ("return {'a': args['missing']}", "'missing'"),
        ("return main(args)", "maximum recursion depth exceeded"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise MemoryError('too much')", "too much"),
        ("raise GeneratorExit('odd')", "odd"),
        ("import asyncio; raise asyncio.CancelledError", "CancelledError"),
    ],
)
def test_an_exception_becomes_the_result_and_its_trace_the_log(
    python: Launcher, body: str, error: str
) -> None:
    python.init(_source(body))
    answer = python.run()
    assert answer.status == 200
    assert answer.error.startswith(error)
    assert "Traceback" in answer.stderr
    assert 'File "hello.py", line 2, in main' in answer.stderr
    assert "launcher.py" not in answer.stderr


def test_an_exception_that_cannot_be_shown_is_named(python: Launcher) -> None:
    python.init(
        "class Silent(Exception):\n"
        "    def __str__(self):\n        raise RuntimeError\n"
        "def main(args):\n    raise Silent\n"
    )
    assert python.run().error == "Silent"


def test_a_failed_run_leaves_the_action_usable(python: Launcher) -> None:
    python.init(_source("return {'half': 1 / args['n']}"))
    assert python.run({"n": 0}).error == "division by zero"
    assert python.run({"n": 2}).json == {"half": 0.5}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return None", "NoneType"),
        ("return 'text'", "str"),
        ("return 3", "int"),
        ("return True", "bool"),
        ("return {'s': {1, 2}}", "set is not JSON serializable"),
        ("return {'b': b'bytes'}", "bytes is not JSON serializable"),
        ("return {'n': float('nan')}", "not JSON compliant"),
        ("return {'n': float('inf')}", "not JSON compliant"),
        ("return {(1, 2): 3}", "keys must be"),
        ("d = {}; d['d'] = d; return d", "Circular reference"),
    ],
)
def test_a_result_that_is_no_dictionary_or_array(python: Launcher, body: str, reason: str) -> None:
    python.init(_source(body))
    answer = python.run()
    assert (answer.status, answer.error) == (502, NOT_A_DICTIONARY)
    assert reason in answer.stderr


def test_whole_numbers_of_any_length_come_and_go_exactly(python: Launcher) -> None:
    python.init("def main(args):\n    return {'n': args['n'] + 1}\n")
    answer = python.run_raw('{"n":' + "7" * 5000 + "}")
    assert answer.body == b'{"n":' + b"7" * 4999 + b"8}"


def test_the_guard_of_the_language_stays_for_the_action_itself(python: Launcher) -> None:
    python.init("def main(args):\n    return {'n': int('7' * 5000)}\n")
    assert "4300" in python.run_raw('{"n":' + "7" * 5000 + "}").error


def test_tuples_and_other_mappings_are_what_json_makes_of_them(python: Launcher) -> None:
    python.init(
        "from collections import OrderedDict\n"
        "def main(args):\n    return (1, OrderedDict(a=2)) if args else OrderedDict(b=(3,))\n"
    )
    assert python.run({"x": 1}).json == [1, {"a": 2}]
    assert python.run().json == {"b": [3]}


@pytest.mark.parametrize("call", ["sys.exit()", "sys.exit(3)", "raise SystemExit('bye')"])
def test_sys_exit_in_a_run_is_the_end_of_the_command(python: Launcher, call: str) -> None:
    python.init(f"import sys\n{_source(call)}")
    answer = python.run()
    assert (answer.status, answer.error) == (400, "command exited")
    assert "sys.exit" in answer.stderr


def test_an_async_main_is_awaited(python: Launcher) -> None:
    python.init(
        "import asyncio\n"
        "async def main(args):\n"
        "    await asyncio.sleep(0)\n"
        "    return {'n': await double(args['n'])}\n"
        "async def double(n):\n    return 2 * n\n"
    )
    assert [python.run({"n": n}).json["n"] for n in (1, 2)] == [2, 4]


def test_a_main_that_returns_a_coroutine_is_awaited(python: Launcher) -> None:
    python.init(
        "async def later(args):\n    return args\ndef main(args):\n    return later(args)\n"
    )
    assert python.run({"a": 1}).json == {"a": 1}


def test_an_exception_of_an_async_main_is_the_result(python: Launcher) -> None:
    python.init("async def main(args):\n    raise ValueError('later')\n")
    answer = python.run()
    assert (answer.status, answer.error) == (200, "later")
    assert "asyncio" not in answer.stderr


def test_an_async_main_keeps_its_event_loop_between_runs(python: Launcher) -> None:
    """A client that is bound to the loop of the first run works in the second."""
    python.init(
        "import asyncio\nloops = set()\n"
        "async def main(args):\n"
        "    loops.add(asyncio.get_running_loop())\n"
        "    return {'loops': len(loops)}\n"
    )
    assert [python.run().json["loops"] for _ in range(2)] == [1, 1]


def test_asyncio_run_in_a_plain_main_works(python: Launcher) -> None:
    python.init(
        "import asyncio\n"
        "async def work():\n    return {'done': True}\n"
        "def main(args):\n    return asyncio.run(work())\n"
    )
    assert [python.run().json["done"] for _ in range(2)] == [True, True]


def test_a_thread_that_is_still_running_does_not_hold_the_answer(python: Launcher) -> None:
    python.init(
        "import threading\nforever = threading.Event()\n"
        "def main(args):\n"
        "    threading.Thread(target=forever.wait).start()\n"
        "    return {'threads': threading.active_count()}\n"
    )
    assert python.run().json == {"threads": 2}
    assert python.run().json == {"threads": 3}


def test_a_signal_handler_that_raises_between_runs_does_not_end_the_launcher(
    python: Launcher,
) -> None:
    python.init(
        "import os, signal\n"
        "def handler(*_):\n    raise TimeoutError('too late')\n"
        "signal.signal(signal.SIGUSR1, handler)\n"
        "def main(args):\n    return {'pid': os.getpid()}\n"
    )
    python.run()
    python.process.send_signal(10)
    kind, data = python.receive()
    assert kind == "E"
    assert b"too late" in data
    assert python.run().status == 200


def test_a_signal_that_interrupts_large_output_does_not_tear_its_frames(python: Launcher) -> None:
    python.init(
        "import signal, sys\nticks = 0\n"
        "def tick(*_):\n    global ticks\n    ticks += 1\n    print('tick')\n"
        "signal.signal(signal.SIGALRM, tick)\n"
        "def main(args):\n"
        "    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)\n"
        "    for _ in range(200):\n        sys.stdout.write('x' * 100_000 + '\\n')\n"
        "    signal.setitimer(signal.ITIMER_REAL, 0)\n"
        "    return {'ticks': ticks}\n"
    )
    answer = python.run()
    lines = answer.stdout.splitlines()
    assert lines.count("x" * 100_000) == 200
    assert lines.count("tick") == answer.json["ticks"]


def test_two_threads_do_not_mix_their_frames(python: Launcher) -> None:
    python.init(
        "import sys, threading\n"
        "def shout(letter):\n"
        "    for _ in range(50):\n        sys.stdout.buffer.write(letter * 100_000 + b'\\n')\n"
        "def main(args):\n"
        "    threads = [threading.Thread(target=shout, args=(x,)) for x in (b'a', b'b', b'c')]\n"
        "    [t.start() for t in threads]; [t.join() for t in threads]\n"
        "    return {}\n"
    )
    lines = python.run().stdout.splitlines()
    assert sorted(lines) == [letter * 100_000 for letter in "abc" for _ in range(50)]
