"""What a start costs, counted: processes, copies, and control files that are opened."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conformance.containers.actions import Action, start
from tests.conformance.containers.conftest import started
from tests.conformance.containers.levels import at
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.host.sandbox import tree

HELLO = "def main(args):\n    return {}\n"
MOST_OPENED = 8
"""Four hierarchies are joined; who is in them, what memory is charged and what the kernel killed
is asked once at the end."""

_opened: list[str] | None = None


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if _opened is not None and event == "open":
        path = arguments[0]
        if isinstance(path, str) and "/whisk-" in path and "/sys/fs/cgroup" in path:
            _opened.append(path)


sys.addaudithook(_listen)


@contextmanager
def _watching() -> Iterator[list[str]]:
    global _opened
    _opened = []
    try:
        yield _opened
    finally:
        _opened = None


def _keeper(action: Action) -> int:
    pid: int = action.container.sandbox.pid  # type: ignore[attr-defined]
    return pid


def _rights(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: text.strip() for name, _, text in (line.partition(":") for line in lines)}


def _slim(action: Action) -> bool:
    """Whether this machine gives what the small keeper needs."""
    group = action.container.sandbox.group  # type: ignore[attr-defined]
    complete = group is not None and group.is_complete
    return bool(complete and os.geteuid() == 0 and os.uname().machine == "x86_64")


@at("L1")
async def test_the_keeper_is_no_copy_of_an_interpreter(factory: ProcessFactory) -> None:
    """One page of code and a stack: copying the zygote a second time doubled a start's cost."""
    action = await start(factory, HELLO)
    keeper = Path(f"/proc/{_keeper(action)}")
    if _slim(action):
        assert (keeper / "comm").read_text() == "whisk-keeper\n"
        assert int((keeper / "statm").read_text().split()[1]) <= 8
        assert tree.descendants(_keeper(action)) == []
    await action.container.destroy()


@at("L1")
async def test_the_keeper_has_no_rights(factory: ProcessFactory) -> None:
    action = await start(factory, HELLO)
    rights = _rights(_keeper(action))
    assert {rights[name] for name in ("CapEff", "CapPrm", "CapBnd")} == {"0" * 16}
    await action.container.destroy()


async def test_a_start_and_its_end_open_few_control_files(state: Path) -> None:
    none_wait = {"python": 0, "nodejs": 0}
    factory = await started(
        ProcessSettings(state_dir=state, force_level="L1", stem_cells=none_wait)
    )
    for _ in range(8):  # until groups are used again
        action = await start(factory, HELLO)
        await action.container.destroy()
    with _watching() as opened:
        action = await start(factory, HELLO)
        group = action.container.sandbox.group  # type: ignore[attr-defined]
        await action.run()
        await action.container.destroy()
    await factory.close()
    name = f"/{group.name}/" if group is not None else ""
    assert len([path for path in opened if name in path]) <= MOST_OPENED, opened
