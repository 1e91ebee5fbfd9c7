"""A machine for each fault, whatever is left of it stopped at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A home directory without any platform yet."""
    machine = Machine(home=tmp_path)
    yield machine
    if not machine.is_free():
        machine.stop("--force")
