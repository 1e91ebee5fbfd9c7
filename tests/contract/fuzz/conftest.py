"""One served API for each test; how much is tried."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.contract.fuzz.served import Served, served

hypothesis.settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=4000)
"""For a night: ``pytest tests/contract/fuzz --hypothesis-profile=thorough``."""


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Served]:
    """The served API, as new for every test: what fails can be repeated alone."""
    with served(tmp_path) as running:
        yield running


@pytest.fixture
def budget(pytestconfig: pytest.Config) -> hypothesis.settings:
    """How much is tried: the profile's number of examples, of which a test takes a share.

    The examples are the same in every run, or others with ``--hypothesis-seed``.
    """
    return hypothesis.settings(
        hypothesis.settings.default,
        derandomize=pytestconfig.getoption("hypothesis_seed") is None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
