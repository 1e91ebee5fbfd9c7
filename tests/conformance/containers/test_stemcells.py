"""Sandboxes that wait: after many starts at once more of them, within their memory."""

from pathlib import Path

from tests.conformance.containers.actions import start
from tests.conformance.containers.conftest import started
from tests.waiting import eventually
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.entities.runtimes import StemCell
from whisk_platform.spi.containers import ContainerSpec

ECHO = "def main(args):\n    return args\n"


def _kind(factory: ProcessFactory) -> str:
    runtime = factory.manifest.resolve("python")
    assert runtime is not None
    return runtime.kind


async def _burst(factory: ProcessFactory, count: int) -> None:
    """Take that many within a second at most, and let them go."""
    spec = ContainerSpec(kind=_kind(factory), memory_mb=256, name="burst")
    containers = [await factory.create(spec) for _ in range(count)]
    for container in containers:
        await container.destroy()


async def test_more_wait_after_a_burst(state: Path) -> None:
    factory = await started(ProcessSettings(state_dir=state))
    row = factory._stems.row(_kind(factory))
    await eventually(lambda: len(row) == 2, "two stem cells")
    await _burst(factory, 8)
    await eventually(lambda: len(row) > 2, "more stem cells than before")
    await factory.close()


async def test_a_burst_adds_none_beyond_the_memory_for_those_that_wait(state: Path) -> None:
    factory = await started(ProcessSettings(state_dir=state, stem_memory_mb=1))
    row = factory._stems.row(_kind(factory))
    await eventually(lambda: len(row) == 2, "two stem cells")
    await _burst(factory, 8)
    await eventually(lambda: len(row) == 2, "two stem cells")
    action = await start(factory, ECHO)
    assert (await action.run({"a": 1})).result == {"a": 1}
    await eventually(lambda: len(row) == 2, "two stem cells")
    await factory.close()


async def test_the_rule_of_the_manifest_goes_before_the_rest(state: Path) -> None:
    probe = await started(ProcessSettings(state_dir=state))
    kind = _kind(probe)
    await probe.close()
    rule = StemCell(memory_mb=256, initial_count=1)
    factory = await started(ProcessSettings(state_dir=state, stem_rules={kind: rule}))
    row = factory._stems.row(kind)
    await eventually(lambda: len(row) == 1, "one stem cell")
    await _burst(factory, 8)
    await eventually(lambda: len(row) == 1, "one stem cell")
    await factory.close()


async def test_memory_of_control_groups_that_were_used_before_is_counted_from_their_new_use(
    state: Path,
) -> None:
    """An end for want of memory in one sandbox explains no end in the next one of the group."""
    none = {"python": 0, "nodejs": 0}
    factory = await started(ProcessSettings(state_dir=state, stem_cells=none))
    hungry = "def main(args):\n    x = []\n    while True:\n        x.append(bytearray(1 << 22))\n"
    crash = "import os\ndef main(args):\n    os._exit(1)\n"
    for code, out_of_memory in ((hungry, True), (crash, False)) * 3:
        action = await start(factory, code, memory_mb=64)
        ran = await action.run()
        assert getattr(ran.outcome, "out_of_memory", None) is out_of_memory, ran
        await action.container.destroy()
    await factory.close()
