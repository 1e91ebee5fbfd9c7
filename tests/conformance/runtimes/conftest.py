"""A launcher for each language, started afresh for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import parts
from tests.conformance.runtimes.launcher import Launcher


@pytest.fixture(params=["python", "nodejs"])
def kind(request: pytest.FixtureRequest) -> str:
    """The language, once each."""
    name: str = request.param
    if name == "nodejs":
        parts.node()
    return name


@pytest.fixture
def launcher(kind: str, tmp_path: Path) -> Iterator[Launcher]:
    """A launcher of each language."""
    with Launcher(kind, tmp_path) as running:
        yield running


@pytest.fixture
def python(tmp_path: Path) -> Iterator[Launcher]:
    """The Python launcher."""
    with Launcher("python", tmp_path) as running:
        yield running


@pytest.fixture
def nodejs(tmp_path: Path) -> Iterator[Launcher]:
    """The Node launcher."""
    parts.node()
    with Launcher("nodejs", tmp_path) as running:
        yield running
