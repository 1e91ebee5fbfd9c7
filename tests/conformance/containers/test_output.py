"""What an action prints, and how much of it may cost us memory."""

import asyncio
import json
import re
import tracemalloc

import pytest

from tests.conformance.containers.actions import start
from tests.waiting import DEADLINE_S, eventually
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.spi.containers import TimedOut

BOTH = {
    "python": "import sys\ndef main(args):\n    print('one')\n    print('two', file=sys.stderr)\n"
    "    print('three')\n    sys.stdout.write('no newline ä')\n    return {}\n",
    "nodejs": "function main(args) { console.log('one'); console.error('two');"
    " console.log('three'); process.stdout.write('no newline ä'); return {}; }",
}
CHILD = {
    "python": "import subprocess\ndef main(args):\n"
    "    subprocess.run('echo from a child; echo wrong >&2', shell=True)\n    return {}\n",
    "nodejs": "function main(args) { require('child_process').execSync("
    "'echo from a child; echo wrong >&2', { stdio: 'inherit' }); return {}; }",
}
FLOOD = {
    "python": "def main(args):\n    for _ in range(args['n']):\n        print('x' * 99)\n"
    "    return {}\n",
    "nodejs": "function main(args) { for (let i = 0; i < args.n; i++)"
    " console.log('x'.repeat(99)); return {}; }",
}
RAW_FLOOD = (
    "import os\ndef main(args):\n    block = b'y' * 65536\n"
    "    for _ in range(args['n']):\n        os.write(1, block)\n    return {}\n"
)
LEAVES_A_PROCESS = (
    "import os, subprocess, tempfile\ndef main(args):\n"
    "    place = args.get('place') or tempfile.mkdtemp()\n"
    "    if args.get('step') == 'leave':\n"
    "        subprocess.Popen('while [ ! -e go ]; do sleep 0.01; done; echo stray; touch gone',"
    " shell=True, cwd=place)\n"
    "    if args.get('step') == 'go':\n        open(place + '/go', 'w').close()\n"
    "    return {'place': place, 'gone': os.path.exists(place + '/gone')}\n"
)
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (stdout|stderr): .*")


async def test_lines_carry_time_and_stream_in_order(factory: ProcessFactory, kind: str) -> None:
    action = await start(factory, BOTH[kind], kind=kind)
    ran = await action.run()
    assert ran.texts == ["stdout: one", "stderr: two", "stdout: three", "stdout: no newline ä"]
    assert all(LINE.fullmatch(line) for line in ran.logs.lines)
    assert list(ran.logs.lines) == sorted(ran.logs.lines, key=lambda line: line[:30])
    assert ran.logs.complete
    assert not ran.logs.truncated
    await action.container.destroy()


async def test_what_child_processes_print_is_collected(factory: ProcessFactory, kind: str) -> None:
    action = await start(factory, CHILD[kind], kind=kind)
    ran = await action.run()
    assert sorted(ran.texts) == ["stderr: wrong", "stdout: from a child"]
    assert (await action.run()).texts == ran.texts
    await action.container.destroy()


async def test_a_flood_is_cut_at_the_limit_and_the_answer_arrives(
    factory: ProcessFactory, kind: str
) -> None:
    action = await start(factory, FLOOD[kind], kind=kind)
    ran = await action.run({"n": 20_000}, log_limit=10_000)
    assert ran.result == {}
    assert ran.logs.truncated
    assert sum(len(line) + 1 for line in ran.logs.lines) <= 10_000 + 1
    assert len(ran.logs.lines) >= 10_000 // 140
    assert (await action.run({"n": 1})).texts == ["stdout: " + "x" * 99]
    await action.container.destroy()


async def test_a_flood_past_the_language_is_cut_too(factory: ProcessFactory) -> None:
    action = await start(factory, RAW_FLOOD)
    ran = await action.run({"n": 500}, log_limit=5_000)
    assert ran.result == {}
    assert ran.logs.truncated
    assert [len(line) for line in ran.logs.lines] == [5_000]
    await action.container.destroy()


async def test_a_flood_costs_the_platform_no_memory(factory: ProcessFactory, kind: str) -> None:
    """Ten megabytes of output under a limit of ten thousand bytes."""
    action = await start(factory, FLOOD[kind], kind=kind)
    await action.run({"n": 10}, log_limit=10_000)
    tracemalloc.start()
    try:
        ran = await action.run({"n": 100_000}, log_limit=10_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert ran.logs.truncated
    assert peak < 2 << 20
    await action.container.destroy()


async def test_a_limit_of_zero_collects_nothing(factory: ProcessFactory, kind: str) -> None:
    action = await start(factory, BOTH[kind], kind=kind)
    ran = await action.run(log_limit=0)
    assert ran.logs.lines == ()
    assert not ran.logs.truncated
    await action.container.destroy()


async def test_output_between_activations_belongs_to_none(factory: ProcessFactory) -> None:
    finder = await start(factory, LEAVES_A_PROCESS)
    place = (await finder.run({"step": "leave"})).result["place"]
    await finder.run({"place": place, "step": "go"})

    async with asyncio.timeout(DEADLINE_S):
        while not (await finder.run({"place": place}, log_limit=0)).result["gone"]:
            pass
    assert (await finder.run({"place": place})).texts == []
    await finder.container.destroy()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
async def test_invalid_bytes_become_replacement_characters(
    factory: ProcessFactory, stream: str
) -> None:
    number = 1 if stream == "stdout" else 2
    code = f"import os\ndef main(args):\n    os.write({number}, b'a\\xff\\xc3b')\n    return {{}}\n"
    action = await start(factory, code)
    assert (await action.run()).texts == [f"{stream}: a\ufffd\ufffdb"]
    await action.container.destroy()


ENDLESS = {
    "python": "import time\ndef main(args):\n    print('one')\n    print('two')\n"
    "    while True:\n        time.sleep(1)\n",
    "nodejs": "async function main() { console.log('one'); console.log('two');"
    " while (true) await new Promise(done => setTimeout(done, 1000)); }",
}


async def test_a_tap_sees_lines_while_the_action_runs(factory: ProcessFactory, kind: str) -> None:
    action = await start(factory, ENDLESS[kind], kind=kind)
    seen: list[str] = []
    log = action.container.open_log(1_000, seen.extend)
    body = json.dumps({"value": {}, "activation_id": "a" * 32}).encode()
    running = asyncio.create_task(action.container.run(body, timeout_s=2, log=log, limit_bytes=100))
    await eventually(lambda: len(seen) == 2, "the lines")
    assert not running.done()
    assert await running == TimedOut()
    lines = (await log.read()).lines
    assert [line[31:] for line in lines] == ["stdout: one", "stdout: two"]
    assert seen == list(lines)
    await action.container.destroy()
