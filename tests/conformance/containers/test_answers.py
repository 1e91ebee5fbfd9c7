"""Init, run and what comes back."""

import asyncio
import json

from tests.conformance.containers.actions import Action, start
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.spi.containers import Broken, ContainerSpec, Reply, TimedOut

COUNTER = {
    "python": "n = 0\ndef main(args):\n    global n\n    n += 1\n"
    "    return {'n': n, 'got': args}\n",
    "nodejs": "let n = 0; function main(args) { n += 1; return { n, got: args }; }",
}
BIG = {
    "python": "def main(args):\n    return {'text': 'x' * args['size']}\n",
    "nodejs": "function main(args) { return { text: 'x'.repeat(args.size) }; }",
}
FOREVER = {
    "python": "def main(args):\n    while True:\n        pass\n",
    "nodejs": "function main(args) { for (;;); }",
}
EXITS = {
    "python": "import os\ndef main(args):\n    os._exit(3)\n",
    "nodejs": "const exit = process.reallyExit; function main(args) { process.kill(process.pid, 9);"
    " for (;;); }",
}
EXITS_AT_LOAD = {
    "python": "import os\nos._exit(3)\n",
    "nodejs": "process.kill(process.pid, 9); for (;;);",
}
CLOSES_ALL = {
    "python": "import os\ndef main(args):\n    os.closerange(0, 1024)\n    return {}\n",
    "nodejs": "function main(args) { for (let fd = 0; fd < 64; fd++) {"
    " try { require('fs').closeSync(fd); } catch (e) {} } return {}; }",
}


async def test_an_action_keeps_its_process_between_calls(
    factory: ProcessFactory, kind: str
) -> None:
    action = await start(factory, COUNTER[kind], kind=kind)
    first = await action.run({"a": [1, "ä"]})
    second = await action.run()
    assert first.result == {"n": 1, "got": {"a": [1, "ä"]}}
    assert second.result == {"n": 2, "got": {}}
    assert action.container.alive
    await action.container.destroy()
    assert not action.container.alive


async def test_each_container_has_a_process_of_its_own(factory: ProcessFactory, kind: str) -> None:
    one = await start(factory, COUNTER[kind], kind=kind)
    other = await start(factory, COUNTER[kind], kind=kind)
    assert (await one.run()).result["n"] == 1
    assert (await other.run()).result["n"] == 1
    await one.container.destroy()
    await other.container.destroy()


async def test_a_result_of_several_megabytes_arrives_whole(
    factory: ProcessFactory, kind: str
) -> None:
    action = await start(factory, BIG[kind], kind=kind)
    ran = await action.run({"size": 5_000_000}, result_limit=8 << 20)
    assert ran.result == {"text": "x" * 5_000_000}
    await action.container.destroy()


async def test_a_reply_is_cut_at_the_limit_and_its_size_still_counted(
    factory: ProcessFactory, kind: str
) -> None:
    action = await start(factory, BIG[kind], kind=kind)
    ran = await action.run({"size": 3_000_000}, result_limit=1000)
    assert isinstance(ran.outcome, Reply)
    assert len(ran.outcome.body) == 1000
    assert ran.outcome.size == 3_000_000 + len('{"text":""}')
    assert ran.outcome.truncated
    assert (await action.run({"size": 1})).result == {"text": "x"}
    await action.container.destroy()


async def test_a_request_of_several_megabytes_is_delivered(
    factory: ProcessFactory, kind: str
) -> None:
    action = await start(factory, COUNTER[kind], kind=kind)
    ran = await action.run({"text": "y" * 4_000_000}, result_limit=8 << 20)
    assert ran.result["got"] == {"text": "y" * 4_000_000}
    await action.container.destroy()


async def test_bad_code_answers_an_error_and_no_crash(factory: ProcessFactory, kind: str) -> None:
    runtime = factory.manifest.resolve(kind)
    assert runtime is not None
    spec = ContainerSpec(kind=runtime.kind, memory_mb=256, name="bad")
    action = Action(container=await factory.create(spec))
    loaded = await action.init("this is } no code (")
    assert isinstance(loaded.outcome, Reply)
    assert loaded.outcome.status == 502
    assert "error" in json.loads(loaded.outcome.body)
    await action.container.destroy()


async def test_an_action_that_never_returns_times_out_and_is_killed(
    factory: ProcessFactory, kind: str
) -> None:
    action = await start(factory, FOREVER[kind], kind=kind)
    ran = await action.run(timeout_s=0.3)
    assert ran.outcome == TimedOut()
    assert not ran.logs.complete
    assert not action.container.alive
    assert (await action.run()).outcome == Broken(out_of_memory=False)
    await action.container.destroy()


async def test_an_action_that_dies_in_run_is_broken(factory: ProcessFactory, kind: str) -> None:
    action = await start(factory, EXITS[kind], kind=kind)
    assert (await action.run()).outcome == Broken(out_of_memory=False)
    assert not action.container.alive
    await action.container.destroy()


async def test_an_action_that_dies_in_init_is_broken(factory: ProcessFactory, kind: str) -> None:
    runtime = factory.manifest.resolve(kind)
    assert runtime is not None
    spec = ContainerSpec(kind=runtime.kind, memory_mb=256, name="dies")
    action = Action(container=await factory.create(spec))
    assert (await action.init(EXITS_AT_LOAD[kind])).outcome == Broken(out_of_memory=False)
    await action.container.destroy()


async def test_an_action_that_closes_its_sockets_hurts_only_itself(
    factory: ProcessFactory, kind: str
) -> None:
    action = await start(factory, CLOSES_ALL[kind], kind=kind)
    ran = await action.run(timeout_s=3)
    assert isinstance(ran.outcome, Broken | TimedOut)
    neighbor = await start(factory, COUNTER[kind], kind=kind)
    assert (await neighbor.run()).result["n"] == 1
    await action.container.destroy()
    await neighbor.container.destroy()


async def test_a_canceled_call_ends_the_container(factory: ProcessFactory) -> None:
    """Nobody knows what a call that was given up is still doing."""
    action = await start(factory, FOREVER["python"])
    call = asyncio.create_task(action.run())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    call.cancel()
    await asyncio.wait([call])
    assert call.cancelled()
    assert not action.container.alive
    await action.container.destroy()


async def test_garbage_on_the_channel_kills_the_sandbox(factory: ProcessFactory) -> None:
    code = (
        "import os\ndef main(args):\n"
        "    for fd in range(3, 64):\n"
        "        try:\n            os.write(fd, b'?' * 100)\n"
        "        except OSError:\n            pass\n"
        "    return {}\n"
    )
    action = await start(factory, code)
    assert (await action.run()).outcome == Broken(out_of_memory=False)
    assert not action.container.alive
    await action.container.destroy()
