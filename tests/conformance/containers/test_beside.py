"""Several activations in one sandbox: each gets its own end (contract §8.2, Concurrency)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests import parts
from tests.conformance.containers.actions import Action, Ran, start
from tests.conformance.containers.conftest import started
from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.spi.containers import Broken, Reply, TimedOut

STEPS = """
const { execSync } = require('child_process');
const here = [];
let open;
const gate = new Promise((resolve) => { open = resolve; });
async function main({ step, name, size }) {
  here.push(name);
  console.log(`${name} begins`);
  if (step === 'spin') for (;;);
  if (step === 'never') await new Promise(() => {});
  if (step === 'exit') process.exit(3);
  if (step === 'fail') throw new Error(`${name} is wrong`);
  if (step === 'open') open();
  if (step === 'wait') await gate;
  if (step === 'child') execSync(`echo ${name} by a child`, { stdio: 'inherit' });
  console.error(`${name} ends`);
  return size ? { text: 'x'.repeat(size) } : { name, here };
}
"""


@pytest.fixture(scope="module")
async def several(
    tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[ProcessFactory]:
    """A factory whose sandboxes may run several activations at once."""
    parts.node()
    state = tmp_path_factory.mktemp("several")
    environment = {"__OW_ALLOW_CONCURRENT": "true"}
    factory = await started(ProcessSettings(state_dir=state, environment=environment))
    yield factory
    await factory.close()


@pytest.fixture
async def shared(several: ProcessFactory) -> AsyncIterator[Action]:
    """A Node action that does one step in each run."""
    action = await start(several, STEPS, kind="nodejs")
    yield action
    await action.container.destroy()


def _begin(action: Action, step: str, name: str, **more: float) -> asyncio.Task[Ran]:
    arguments = {"step": step, "name": name, "size": more.pop("size", 0)}
    return asyncio.create_task(action.run(arguments, **more), name=name)  # type: ignore[arg-type]


async def _all(*tasks: asyncio.Task[Ran]) -> list[Ran]:
    return list(await asyncio.gather(*tasks))


async def test_runs_that_wait_for_each_other_are_in_one_sandbox(shared: Action) -> None:
    """Each answer, and each line of the log, belongs to its own run."""
    names = ["a", "b", "c", "d", "e"]
    waiting = [_begin(shared, "wait", name) for name in names]
    last = _begin(shared, "open", "last")
    for name, ran in zip([*names, "last"], await _all(*waiting, last), strict=True):
        assert ran.result["name"] == name
        assert ran.texts == [f"stdout: {name} begins", f"stderr: {name} ends"]
        assert ran.logs.complete
    assert (await shared.run({"name": "after"})).result["here"] == [*names, "last", "after"]
    assert shared.container.alive


@pytest.mark.parametrize("late", [0, 1], ids=["the first one", "another one"])
async def test_one_that_takes_too_long_lets_the_others_finish(shared: Action, late: int) -> None:
    steps = ["wait", "wait", "wait"]
    steps[late] = "never"
    tasks = [
        _begin(shared, step, f"r{i}", timeout_s=0.3 if i == late else 20.0)
        for i, step in enumerate(steps)
    ]
    timed_out = await tasks[late]
    assert isinstance(timed_out.outcome, TimedOut)
    assert timed_out.texts == [f"stdout: r{late} begins"]
    assert not timed_out.logs.complete
    assert shared.container.alive
    opened = _begin(shared, "open", "o")
    others = await _all(*(task for i, task in enumerate(tasks) if i != late), opened)
    assert [ran.result["name"] for ran in others] == [
        *(f"r{i}" for i in range(3) if i != late),
        "o",
    ]
    assert not shared.container.alive


async def test_a_late_answer_is_nobodys(shared: Action) -> None:
    """Not even of a run that began after the one that was too late."""
    first = _begin(shared, "wait", "first", timeout_s=0.3)
    second = _begin(shared, "wait", "second", timeout_s=0.3)
    third = _begin(shared, "never", "third")
    for task in (first, second):
        assert isinstance((await task).outcome, TimedOut)
    fourth = await shared.run({"step": "open", "name": "fourth"})
    assert fourth.result["name"] == "fourth"
    fifth = await shared.run({"name": "fifth"})
    assert fifth.result["name"] == "fifth"
    await shared.container.destroy()
    assert isinstance((await third).outcome, Broken)


async def test_when_all_are_too_late_the_sandbox_ends(shared: Action) -> None:
    tasks = [_begin(shared, "spin", f"r{i}", timeout_s=0.3) for i in range(3)]
    assert all(isinstance(ran.outcome, TimedOut) for ran in await _all(*tasks))
    assert not shared.container.alive


async def test_the_end_of_the_sandbox_is_the_end_of_all(shared: Action) -> None:
    tasks = [_begin(shared, "wait", "a"), _begin(shared, "wait", "b")]
    tasks.append(_begin(shared, "exit", "c"))
    for ran in await _all(*tasks):
        assert ran.outcome == Broken(out_of_memory=False)
        assert not ran.logs.complete
    assert not shared.container.alive


async def test_the_failure_of_one_is_its_own(shared: Action) -> None:
    waits = _begin(shared, "wait", "a")
    failed = await shared.run({"step": "fail", "name": "b"})
    assert isinstance(failed.outcome, Reply)
    assert b"b is wrong" in failed.outcome.body
    assert (await shared.run({"step": "open", "name": "c"})).result["name"] == "c"
    assert (await waits).result["name"] == "a"


async def test_answers_are_cut_to_what_each_may_keep(shared: Action) -> None:
    tasks = [
        _begin(shared, "work", f"r{i}", size=2_000_000, result_limit=limit)
        for i, limit in enumerate([10, 1_000_000, 3_000_000, 0])
    ]
    outcomes = [ran.outcome for ran in await _all(*tasks)]
    size = 2_000_000 + len('{"text":""}')
    assert all(isinstance(one, Reply) and one.size == size for one in outcomes)
    kept = [len(one.body) for one in outcomes if isinstance(one, Reply)]
    assert kept == [10, 1_000_000, size, 0]


async def test_large_arguments_go_in_while_large_answers_come_out(several: ProcessFactory) -> None:
    code = "async function main(a) { await null; return a; }"
    echo = await start(several, code, kind="nodejs")
    texts = [chr(97 + i) * 3_000_000 for i in range(4)]
    tasks = [asyncio.create_task(echo.run({"text": text}, result_limit=4 << 20)) for text in texts]
    for text, ran in zip(texts, await _all(*tasks), strict=True):
        assert ran.result == {"text": text}
    await echo.container.destroy()


async def test_what_child_processes_print_is_not_lost(shared: Action) -> None:
    """Nobody can say whose it is, so it is in the log of one that was under way."""
    waits = _begin(shared, "wait", "a")
    child = await shared.run({"step": "child", "name": "b"})
    await shared.run({"step": "open", "name": "c"})
    lines = [*(await waits).texts, *child.texts]
    assert lines.count("stdout: b by a child") == 1


async def test_python_and_a_sandbox_that_may_not_run_one_at_a_time(
    several: ProcessFactory, factory: ProcessFactory
) -> None:
    python = await start(several, "import time\ndef main(a):\n    time.sleep(9)\n", kind="python")
    node = await start(factory, STEPS, kind="nodejs")
    assert several.takes_several(node.container.spec.kind)
    assert not several.takes_several(python.container.spec.kind)
    for action in (python, node):
        assert not factory.takes_several(action.container.spec.kind)
        busy = _begin(action, "wait", "a")
        begun = asyncio.Event()
        asyncio.get_running_loop().call_soon(begun.set)
        await begun.wait()
        with pytest.raises(ContainerError, match="runs one at a time"):
            await action.run({"name": "b"})
        await action.container.destroy()
        assert isinstance((await busy).outcome, Broken)


async def test_the_sandboxs_environment_says_whether_it_may(several: ProcessFactory) -> None:
    code = "function main() { return { may: process.env.__OW_ALLOW_CONCURRENT }; }"
    action = await start(several, code, kind="nodejs")
    assert (await action.run()).result == {"may": "true"}
    await action.container.destroy()
