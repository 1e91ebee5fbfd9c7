"""Actions that attack the machine: they end, their neighbors do not notice, nothing stays."""

from tests import parts
from tests.conformance.containers.actions import Action, is_out_of_memory, start
from tests.conformance.containers.levels import at
from tests.waiting import eventually
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.host.sandbox import tree
from whisk_platform.spi.containers import Reply, TimedOut

HELLO = "def main(args):\n    return {'hello': True}\n"
HOG = {
    "python": "def main(args):\n    kept = []\n    while True:\n"
    "        kept.append(bytearray(b'x' * (4 << 20)))\n",
    "nodejs": "function main(args) { const kept = []; for (;;)"
    " kept.push(Buffer.alloc(4 << 20, 1)); }",
}
HEAP_HOG = "function main(args) { const kept = []; for (;;) kept.push({ a: 'x' + kept.length }); }"
FORK_BOMB = (
    "import os, time\ndef main(args):\n    made = 0\n    while True:\n"
    "        try:\n            if os.fork() == 0:\n                while True:\n"
    "                    time.sleep(60)\n            made += 1\n"
    "        except OSError:\n            if args.get('stay'):\n                continue\n"
    "            return {'made': made}\n"
)
DEAF = (
    "import signal, time\ndef main(args):\n"
    "    for number in range(1, 65):\n"
    "        try:\n            signal.signal(number, signal.SIG_IGN)\n"
    "        except (OSError, ValueError):\n            pass\n"
    "    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
    "    while True:\n        time.sleep(60)\n"
)
ORPHANS = (
    "import os, signal, time\ndef main(args):\n    for _ in range(5):\n"
    "        if os.fork() == 0:\n            os.setsid()\n"
    "            if os.fork() != 0:\n                os._exit(0)\n"
    "            signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "            while True:\n                time.sleep(60)\n"
    "        os.wait()\n"
    "    return {}\n"
)
OPEN_FILES = (
    "def main(args):\n    kept = []\n    try:\n        while True:\n"
    "            kept.append(open('/dev/null'))\n"
    "    except OSError:\n        return {'open': len(kept)}\n"
)
FILLS_TMP = (
    "import tempfile\ndef main(args):\n    with tempfile.TemporaryFile() as file:\n"
    "        while True:\n            file.write(b'x' * (1 << 20))\n"
)


async def _kill_and_check(action: Action) -> None:
    """Destroy a container and see that no process of it is left."""
    keeper = action.container.sandbox.pid  # type: ignore[attr-defined]
    members = [keeper, *tree.descendants(keeper)] if keeper else []  # 0: all have ended
    await action.container.destroy()
    assert [pid for pid in members if tree.is_running(pid)] == []


async def test_a_memory_hog_is_killed_and_called_so(factory: ProcessFactory, kind: str) -> None:
    action = await start(factory, HOG[kind], kind=kind, memory_mb=128)
    neighbor = await start(factory, HELLO)
    ran = await action.run()
    assert is_out_of_memory(ran.outcome), ran
    assert not action.container.alive
    assert (await neighbor.run()).result == {"hello": True}
    await _kill_and_check(action)
    await neighbor.container.destroy()


async def test_an_exhausted_javascript_heap_counts_as_out_of_memory(
    factory: ProcessFactory,
) -> None:
    parts.node()
    action = await start(factory, HEAP_HOG, kind="nodejs", memory_mb=128)
    ran = await action.run()
    assert is_out_of_memory(ran.outcome), ran
    await _kill_and_check(action)


async def test_an_action_within_its_memory_is_left_alone(
    factory: ProcessFactory, kind: str
) -> None:
    code = {
        "python": "def main(args):\n    return {'n': len(bytearray(b'x' * (40 << 20)))}\n",
        "nodejs": "function main(args) { return { n: Buffer.alloc(40 << 20, 1).length }; }",
    }
    action = await start(factory, code[kind], kind=kind, memory_mb=256)
    for _ in range(5):
        assert (await action.run()).result == {"n": 40 << 20}
    await action.container.destroy()


async def test_a_fork_bomb_meets_its_limit_and_leaves_nothing(factory: ProcessFactory) -> None:
    action = await start(factory, FORK_BOMB, memory_mb=2048)
    neighbor = await start(factory, HELLO)
    ran = await action.run()
    assert 0 < ran.result["made"] <= 1024
    assert (await neighbor.run()).result == {"hello": True}
    await _kill_and_check(action)
    await neighbor.container.destroy()


async def test_a_fork_bomb_that_goes_on_dies_by_its_time_limit(factory: ProcessFactory) -> None:
    action = await start(factory, FORK_BOMB, memory_mb=2048)
    assert (await action.run({"stay": True}, timeout_s=1)).outcome == TimedOut()
    await _kill_and_check(action)


async def test_a_fork_bomb_in_little_memory_ends(factory: ProcessFactory) -> None:
    """The kernel refuses the fork or kills, whichever wall is met first."""
    action = await start(factory, FORK_BOMB, memory_mb=128)
    outcome = (await action.run()).outcome
    assert is_out_of_memory(outcome) or isinstance(outcome, Reply)
    await _kill_and_check(action)


async def test_an_action_that_ignores_all_signals_is_killed(factory: ProcessFactory) -> None:
    action = await start(factory, DEAF)
    assert (await action.run(timeout_s=0.3)).outcome == TimedOut()
    await _kill_and_check(action)


async def test_orphans_of_a_double_fork_end_with_the_container(factory: ProcessFactory) -> None:
    action = await start(factory, ORPHANS)
    assert (await action.run()).result == {}
    keeper = action.container.sandbox.pid  # type: ignore[attr-defined]
    below = len(tree.descendants(keeper))
    assert below in (5, 6), "the orphans, and at most levels the action's own process"
    await _kill_and_check(action)


async def test_orphans_end_when_the_action_itself_dies(factory: ProcessFactory) -> None:
    code = ORPHANS.replace("return {}", "os._exit(1)")
    action = await start(factory, code)
    sandbox = action.container.sandbox  # type: ignore[attr-defined]
    await action.run()
    await eventually(sandbox.ended.is_set, "the keeper to end by itself")
    assert tree.descendants(sandbox.pid) == []
    await action.container.destroy()


async def test_about_a_thousand_files_can_be_open(factory: ProcessFactory) -> None:
    """The contract's tests want at least 994 and not 1025."""
    action = await start(factory, OPEN_FILES)
    assert 994 <= (await action.run()).result["open"] < 1024
    await action.container.destroy()


@at("L1")
async def test_filling_tmp_ends_the_action_and_not_the_machine(factory: ProcessFactory) -> None:
    action = await start(factory, FILLS_TMP, memory_mb=128)
    ran = await action.run()
    assert is_out_of_memory(ran.outcome) or isinstance(ran.outcome, Reply), ran
    if isinstance(ran.outcome, Reply):
        assert "No space left on device" in ran.outcome.body.decode()
    await _kill_and_check(action)
