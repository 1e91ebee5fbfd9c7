"""One served API for each test; how much is tried."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.contract.fuzz.served import Served, served

hypothesis.settings.register_profile(
    "thorough", deadline=None, print_blob=True, max_examples=4000, stateful_step_count=100
)
"""For a night: ``pytest tests/contract/fuzz --hypothesis-profile=thorough``."""


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Served]:
    """The served API, as new for every test: what fails can be repeated alone."""
    with served(tmp_path) as running:
        yield running
