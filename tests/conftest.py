"""What every test can rely on: a clean environment of its own and the asyncio backend."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from tests.postgres import Databases

FOREIGN_PREFIXES = ("WHISK_", "__OW_", "WSK_", "XDG_")
"""Variables with these prefixes would let the developer's own platform leak into a test."""

hypothesis.settings.register_profile("whisk", deadline=None, print_blob=True)
hypothesis.settings.load_profile("whisk")


def _scrub(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name in list(os.environ):
        if name.startswith(FOREIGN_PREFIXES):
            patch.delenv(name)
    patch.setenv("HOME", str(home))
    patch.setenv("COLUMNS", "80")
    patch.setenv("LINES", "24")
    patch.setenv("TZ", "UTC")
    patch.delenv("NO_COLOR", raising=False)
    patch.delenv("FORCE_COLOR", raising=False)
    time.tzset()


@pytest.fixture(scope="session", autouse=True)
def _clean_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Scrub the environment before any fixture of a wider scope can read it."""
    with pytest.MonkeyPatch.context() as patch:
        _scrub(patch, tmp_path_factory.mktemp("session-home"))
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def _clean_environment(
    _clean_session: None, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Give each test a home directory of its own and nothing of the developer's settings."""
    _scrub(monkeypatch, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def databases(_clean_session: None) -> Iterator["Databases"]:
    """Databases on a PostgreSQL server of the test process's own, started by the first test."""
    # Tests without it run where its client library is not installed.
    from tests import postgres

    with postgres.running() as running:
        yield running


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, the only loop the programs run on."""
    return "asyncio"
