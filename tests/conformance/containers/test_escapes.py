"""Whatever an action tries, it stays in its sandbox."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import parts
from tests.conformance.containers.conftest import REMEDIES
from tests.conformance.containers.escapes import ATTEMPTS, BOTH, ROOT, Attempt, outcome, planted
from tests.conformance.containers.levels import at
from whisk_platform.containers.process.factory import ProcessFactory

SYSTEM_PYTHON = "/usr/bin/python3"
ORDINARY = 54_322


@pytest.fixture(scope="module")
async def facts(
    factory: ProcessFactory, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[dict[str, object]]:
    """What an attacker may know beforehand: where everything is that he must not reach."""
    async with planted(factory, tmp_path_factory.mktemp("platform")) as found:
        yield found


@at(*BOTH)
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[one.name for one in ATTEMPTS])
async def test_no_attempt_leads_out(
    factory: ProcessFactory, facts: dict[str, object], attempt: Attempt
) -> None:
    if factory.isolation.level in attempt.levels:
        assert await outcome(factory, attempt, facts) == "", attempt.claim


def test_no_attempt_leads_out_of_an_ordinary_users_sandbox() -> None:
    """There the platform and all functions are the same user: only the walls keep them apart."""
    parts.require(os.geteuid() == 0, "Root", "run as root, so that the test can become a bare user")
    setpriv = parts.program("setpriv", "apt-get install util-linux")
    parts.require(Path(SYSTEM_PYTHON).exists(), "A Python for all users", "apt-get install python3")
    if not all(folder.stat().st_mode & 0o005 for folder in (ROOT, *ROOT.parents)):
        parts.missing("A checkout that all users can read", "chmod o+rx the folders above it")
    state = Path("/tmp") / f"whisk-escape-{os.getpid()}"  # a user cannot enter our tmp_path
    state.mkdir(mode=0o700)
    os.chown(state, ORDINARY, ORDINARY)
    bare = (str(setpriv), f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups")
    module = "tests.conformance.containers.escape_program"
    try:
        done = subprocess.run(
            [*bare, SYSTEM_PYTHON, "-m", module, str(state)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}:{sysconfig.get_path('purelib')}",
                "PYTHONDONTWRITEBYTECODE": "1",
                "HOME": str(state),
                "TMPDIR": str(state),
            },
            check=False,
        )
    finally:
        shutil.rmtree(state)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    if "refused" in report:
        parts.missing(f"Isolation level L1 ({report['refused']})", REMEDIES["L1"])
    assert report == {"level": "L1", "memory": "sampled", "escaped": {}}


def test_every_attempt_is_documented() -> None:
    """And nothing is documented that is not tried."""
    text = (ROOT / "docs" / "sandbox.md").read_text()
    head = "| Attempt | What holds | Levels | Stopped by |\n|---|---|---|---|\n"
    rows = text.partition(head)[2].partition("\n\n")[0].splitlines()
    expected = [
        f"| {one.name} | {one.claim} | {', '.join(one.levels)} | {one.stopped_by} |"
        for one in ATTEMPTS
    ]
    assert rows == expected
