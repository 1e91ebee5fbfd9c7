"""The factory itself: levels, kinds, stem cells, bursts, and how it gets over its zygotes' ends."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests import parts
from tests.conformance.containers.actions import Action, is_out_of_memory, start
from tests.conformance.containers.conftest import started
from tests.waiting import DEADLINE_S, eventually
from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.factory import ProcessFactory, provide
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.host.sandbox import tree
from whisk_platform.spi.containers import Broken, ContainerSpec, Reply

HELLO = "def main(args):\n    return {'hello': args.get('n')}\n"
PID = "import os\ndef main(args):\n    return {'pid': os.getpid()}\n"
TICK = (
    "import threading, time\nticks = 0\n"
    "def tick():\n    global ticks\n    while True:\n        time.sleep(0.001)\n"
    "        ticks += 1\n"
    "threading.Thread(target=tick, daemon=True).start()\n"
    "def main(args):\n    return {'ticks': ticks}\n"
)
HOG = "def main(args):\n    kept = []\n    while True:\n        kept.append(b'x' * (1 << 20))\n"


async def test_the_manifest_names_what_was_found(factory: ProcessFactory) -> None:
    families = factory.manifest.families()
    assert "python" in families
    for members in families.values():
        assert sum(runtime.default for runtime in members) == 1
        for runtime in members:
            version = runtime.kind.partition(":")[2]
            assert runtime.version.startswith(version)
            assert runtime.image.startswith("openwhisk/")
            assert runtime.image.endswith(":nightly")
    assert families["python"][0].image.startswith("openwhisk/action-python-v3.")


async def test_an_unknown_kind_is_refused_with_the_known_ones(factory: ProcessFactory) -> None:
    spec = ContainerSpec(kind="cobol:1959", memory_mb=256, name="x")
    with pytest.raises(ContainerError, match=r"'cobol:1959' has no toolchain .* kinds: .*python:"):
        await factory.create(spec)


async def test_a_burst_of_two_hundred_starts(factory: ProcessFactory) -> None:
    runtime = factory.manifest.resolve("python")
    assert runtime is not None
    spec = ContainerSpec(kind=runtime.kind, memory_mb=128, name="burst")
    containers = await asyncio.gather(*(factory.create(spec) for _ in range(200)))
    assert len({container.id for container in containers}) == 200
    actions = [Action(container=container) for container in containers]
    loaded = await asyncio.gather(*(action.init(HELLO) for action in actions))
    assert all(isinstance(ran.outcome, Reply) for ran in loaded)
    answers = await asyncio.gather(*(action.run({"n": n}) for n, action in enumerate(actions)))
    assert [ran.result["hello"] for ran in answers] == list(range(200))
    assert factory.memory_used_mb() > 0
    await asyncio.gather(*(container.destroy() for container in containers))


async def test_suspended_containers_do_not_run_and_resume(factory: ProcessFactory) -> None:
    action = await start(factory, TICK)
    first = (await action.run()).result["ticks"]
    await _ticked_past(action, first)
    await action.container.suspend()
    pids = tree.descendants(action.container.sandbox.pid)  # type: ignore[attr-defined]
    await eventually(lambda: all(_is_stopped(pid) for pid in pids), "every process to stop")
    await action.container.resume()
    later = (await action.run()).result["ticks"]
    await _ticked_past(action, later)
    await action.container.destroy()


async def test_a_suspended_container_can_be_destroyed(factory: ProcessFactory) -> None:
    action = await start(factory, TICK)
    pids = tree.descendants(action.container.sandbox.pid)  # type: ignore[attr-defined]
    await action.container.suspend()
    await action.container.destroy()
    assert [pid for pid in pids if tree.is_running(pid)] == []


async def test_stem_cells_are_refilled(factory: ProcessFactory) -> None:
    runtime = factory.manifest.resolve("python")
    assert runtime is not None
    spec = ContainerSpec(kind=runtime.kind, memory_mb=512, name="x")
    cells = factory._stems.row(runtime.kind)
    await eventually(lambda: len(cells) >= 2, "two stem cells")
    waiting = len(cells)
    container = await factory.create(spec)
    assert container.spec == spec
    assert len(cells) == waiting - 1
    await eventually(lambda: len(cells) >= 2, "the stem cell to be replaced")
    await container.destroy()


async def test_a_dead_stem_cell_is_replaced(factory: ProcessFactory) -> None:
    runtime = factory.manifest.resolve("python")
    assert runtime is not None
    cells = factory._stems.row(runtime.kind)
    await eventually(lambda: len(cells) >= 2, "two stem cells")
    _, victim = cells._ready[-1]
    os.kill(victim.sandbox.pid, signal.SIGKILL)
    await eventually(lambda: not victim.alive, "the killed stem cell to be noticed")
    await eventually(lambda: len(cells) >= 2, "the stem cell to be replaced")
    assert victim not in [container for _, container in cells._ready]


async def test_the_factory_survives_its_zygote(state: Path) -> None:
    factory = await started(ProcessSettings(state_dir=state, stem_cells={}))
    action = await start(factory, HELLO)
    [starter] = [s for s in factory._starters.values() if s.toolchain.family == "python"]
    zygote = await starter.zygote()
    assert zygote._process is not None
    os.kill(zygote._process.pid, signal.SIGKILL)
    await eventually(lambda: not zygote.alive, "the zygote's end to be noticed")
    if factory.isolation.level == "L1":
        await eventually(lambda: not action.container.alive, "its sandboxes to end with it")
        assert (await action.run()).outcome == Broken(out_of_memory=False)
    fresh = await start(factory, HELLO)
    assert (await fresh.run({"n": 1})).result == {"hello": 1}
    await factory.close()


async def test_without_namespaces_a_warning_says_what_to_do(state: Path) -> None:
    factory = await started(
        ProcessSettings(state_dir=state, lacking=frozenset(("namespaces", "landlock")))
    )
    assert factory.isolation.level == "L0"
    [warning, *_] = [text for text in factory.isolation.warnings if "(L0)" in text]
    assert warning.startswith(
        "Functions run as plain processes without isolation (L0), because namespaces are switched"
        " off in the settings; Landlock is switched off in the settings. Run only code that you"
        " trust. For L1 allow user namespaces"
    )
    await factory.close()


async def test_without_control_groups_memory_is_sampled(state: Path) -> None:
    factory = await started(ProcessSettings(state_dir=state, lacking=frozenset(("cgroups",))))
    assert factory.isolation.memory == "sampled"
    action = await start(factory, HOG, memory_mb=128)
    assert is_out_of_memory((await action.run()).outcome)
    await action.container.destroy()
    assert await eventually(factory.memory_used_mb, "the waiting sandboxes to be measured")
    sleeper = await start(factory, TICK)
    pids = tree.descendants(sleeper.container.sandbox.pid)  # type: ignore[attr-defined]
    await sleeper.container.suspend()
    await eventually(lambda: all(_is_stopped(pid) for pid in pids), "every process to stop")
    await sleeper.container.resume()
    assert "ticks" in (await sleeper.run()).result
    await factory.close()


async def test_a_background_process_is_measured_too(state: Path) -> None:
    """Memory that a process takes after the answer counts against the container."""
    factory = await started(ProcessSettings(state_dir=state, lacking=frozenset(("cgroups",))))
    code = (
        "import os, time\ndef main(args):\n    if os.fork() == 0:\n        time.sleep(0.05)\n"
        "        kept = [b'x' * (1 << 20) for _ in range(300)]\n        time.sleep(600)\n"
        "    return {}\n"
    )
    action = await start(factory, code, memory_mb=128)
    assert (await action.run()).result == {}
    await eventually(lambda: not action.container.alive, "the container to be killed")
    await factory.close()


async def test_no_network_is_no_network(state: Path) -> None:
    factory = await started(ProcessSettings(state_dir=state, network="none", force_level="L1"))
    assert factory.isolation.network == "none"
    code = (
        "import socket\ndef main(args):\n"
        "    server = socket.create_server(('127.0.0.1', 0))\n"
        "    socket.create_connection(server.getsockname()).close()\n"
        "    try:\n        socket.create_connection(('192.0.2.1', 80), 1)\n"
        "    except OSError as error:\n        return {'error': error.strerror}\n"
    )
    action = await start(factory, code)
    assert (await action.run()).result == {"error": "Network is unreachable"}
    await factory.close()


async def test_a_missing_node_is_a_warning_with_a_remedy(state: Path) -> None:
    factory = provide(ProcessSettings(state_dir=state, node=Path("/nonexistent/node")))
    await factory.start()
    assert "nodejs" not in factory.manifest.families()
    [warning] = [text for text in factory.isolation.warnings if "Node" in text]
    assert "Install Node.js" in warning
    await factory.close()


async def test_an_unusable_state_directory_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    factory = provide(ProcessSettings(state_dir=blocked / "state"))
    with pytest.raises(ContainerError, match=r"for sandboxes cannot be used: .*choose another"):
        await factory.start()


async def test_a_larger_node_action_gets_a_larger_heap(state: Path) -> None:
    """A stem cell's heap was sized at its start, so a larger action gets a fresh process."""
    parts.node()
    factory = await started(ProcessSettings(state_dir=state))
    code = "function main() { return { heap: require('v8').getHeapStatistics().heap_size_limit }; }"
    small = await start(factory, code, kind="nodejs", memory_mb=256)
    large = await start(factory, code, kind="nodejs", memory_mb=512)
    megabytes = [(await one.run()).result["heap"] >> 20 for one in (small, large)]
    assert megabytes[0] < 256 < megabytes[1] < 512
    await factory.close()


async def _ticked_past(action: Action, since: int) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while (await action.run()).result["ticks"] <= since:
            pass


def _is_stopped(pid: int) -> bool:
    """Whether a process is stopped or frozen: v1's freezer shows as uninterruptible sleep."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return True
    frozen = Path(f"/proc/{pid}/wchan").read_text() if os.geteuid() == 0 else ""
    return fields[0] in (b"T", b"D") or "refrigerator" in frozen or "freez" in frozen
