"""Real actions, from the message to the record."""

from __future__ import annotations

import asyncio
import json

from tests.integration.invoker.bench import Bench
from tests.waiting import eventually
from whisk_platform.common.counters import COUNTERS
from whisk_platform.entities.activation import Activation, StatusCode

HELLO = """
def main(args):
    print("hello", args.get("name"))
    return {"greeting": "hello " + str(args.get("name"))}
"""
BOUNDLESS = """
import sys, time
def main(args):
    if args.get("sleep"):
        print("going to sleep")
        time.sleep(args["sleep"])
    if args.get("exit"):
        import os
        os._exit(1)
    if args.get("flood"):
        for number in range(args["flood"]):
            print("x" * 99)
    return {"big": "y" * args.get("big", 0)}
"""


def error_of(activation: Activation) -> object:
    error: object = json.loads(bytes(activation.response.result))["error"]
    return error


async def test_a_hello_is_answered_and_recorded_with_its_log(bench: Bench) -> None:
    hello = await bench.put("hello", HELLO)
    cold = await bench.call(hello, b'{"name":"you"}')
    assert json.loads(bytes(cold.response.result)) == {"greeting": "hello you"}
    assert cold.logs == ()
    assert cold.annotations.get("initTime") is not None
    warm = await bench.call(hello, b'{"name":"me"}')
    assert warm.annotations.get("initTime") is None
    record = await bench.record(warm)
    [line] = record.logs
    assert line.endswith("stdout: hello me")
    assert bytes(record.response.result) == bytes(warm.response.result)


async def test_a_warm_call_costs_no_more_than_the_gates_allow(bench: Bench) -> None:
    """The gates of performance.md for one warm blocking call, as far as they begin here."""
    hello = await bench.put("hello", HELLO)
    await bench.record(await bench.call(hello))
    before = COUNTERS.snapshot()
    calls = 50
    for _ in range(calls):
        await bench.call(hello)
    spent = COUNTERS.since(before)
    assert spent.bus_messages == 0
    # The store looks now and then whether its records are within their bounds.
    assert spent.db_reads < calls / 10
    assert spent.db_writes_before_reply == 0
    assert spent.sandbox_operations == 0
    assert spent.cold_starts == 0
    assert spent.payload_codecs <= 2 * calls


async def test_actions_in_two_languages_run_side_by_side(bench: Bench) -> None:
    kinds = [runtime.kind for runtime in bench.factory.manifest.runtimes]
    hello = await bench.put("hello", HELLO)
    futures = [await bench.send(bench.message(hello, b'{"name":"p"}')) for _ in range(4)]
    if any(kind.startswith("nodejs") for kind in kinds):
        code = "function main(args) { console.log('js'); return {greeting: 'js ' + args.name}; }"
        script = await bench.put("script", code, kind="nodejs")
        futures += [await bench.send(bench.message(script, b'{"name":"n"}')) for _ in range(2)]
    answers = await asyncio.gather(*futures)
    assert all(answer.response.success for answer in answers)


async def test_a_call_that_never_returns_is_killed_in_time_with_the_contracts_text(
    bench: Bench,
) -> None:
    slow = await bench.put("slow", BOUNDLESS, timeout=300)
    answer = await bench.call(slow, b'{"sleep":1000}')
    assert error_of(answer) == "The action exceeded its time limits of 300 milliseconds."
    assert answer.annotations.value("timeout") is True
    record = await bench.record(answer)
    assert record.logs[0].endswith("stdout: going to sleep")
    assert record.logs[-1].endswith("Log data might be missing.")
    assert (await bench.call(slow)).response.success


async def test_a_process_that_exits_is_a_developer_error(bench: Bench) -> None:
    answer = await bench.call(await bench.put("exits", BOUNDLESS), b'{"exit":1}')
    assert answer.response.status_code is StatusCode.DEVELOPER_ERROR
    assert (
        error_of(answer) == "The action did not produce a valid response and exited unexpectedly."
    )


async def test_a_huge_result_is_cut_and_a_huge_log_too(bench: Bench) -> None:
    boundless = await bench.put("boundless", BOUNDLESS, logs=1)
    answer = await bench.call(boundless, b'{"big":2000000}')
    assert answer.response.status_code is StatusCode.APPLICATION_ERROR
    text = str(error_of(answer))
    assert "exceeded the allowed length: 2000010 > 1048576 bytes." in text
    assert text.endswith("yyyy")
    record = await bench.record(await bench.call(boundless, b'{"flood":20000}'))
    assert record.response.success
    assert record.logs[-1].endswith(
        "Logs were truncated because the total bytes size exceeds the limit of 1048576 bytes."
    )


async def test_a_syntax_error_is_a_developer_error_of_init(bench: Bench) -> None:
    answer = await bench.call(await bench.put("broken", "def main(:"))
    assert answer.response.status_code is StatusCode.DEVELOPER_ERROR
    assert answer.annotations.get("initTime") is not None


async def test_an_updated_action_answers_with_its_new_code(bench: Bench) -> None:
    await bench.call(await bench.put("changes", "def main(args): return {'v': 1}"))
    newer = await bench.put("changes", "def main(args): return {'v': 2}")
    assert bytes((await bench.call(newer)).response.result).replace(b" ", b"") == b'{"v":2}'


async def test_accepted_work_is_recorded_and_its_journal_closed(bench: Bench) -> None:
    hello = await bench.put("hello", HELLO)
    sent = [bench.message(hello, journaled=True) for _ in range(40)]
    await bench.bus.send_all("invoker0", sent)

    async def all_closed() -> bool:
        return not await bench.stores.activations.pending()

    await eventually(all_closed, "the journal to be empty")
    for message in sent:
        record = await bench.stores.activations.get("guest", message.activation_id)
        assert record is not None
        assert record.response.success


async def test_more_actions_than_memory_take_turns_and_leave_nothing(bench: Bench) -> None:
    names = [f"turn{number}" for number in range(12)]
    actions = [await bench.put(name, HELLO, memory=512) for name in names]
    for _ in range(2):
        futures = [await bench.send(bench.message(of)) for of in actions]
        answers = await asyncio.gather(*futures)
        assert all(answer.response.success for answer in answers)
    await bench.invoker.drain(5)
    assert bench.invoker.status().counts.containers == 0
