"""Platforms for end-to-end tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machine import Machine


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A running platform that the tests of one module share."""
    machine = Machine(home=tmp_path_factory.mktemp("machine"))
    machine.start()
    yield machine
    machine.stop()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A home directory without any platform yet; what the test leaves running is stopped."""
    machine = Machine(home=tmp_path)
    yield machine
    if not machine.is_free():
        machine.stop("--force")
