"""A platform, and clients of it."""

from pathlib import Path

import pytest

from tests.e2e.sdk.javascript import Client, installed
from tests.machine import Machine


@pytest.fixture(scope="session")
def modules(request: pytest.FixtureRequest) -> Path:
    """The ``node_modules`` with the client in it, kept from one run to the next."""
    cache: pytest.Cache = request.config.cache
    return installed(cache.mkdir("npm"))


@pytest.fixture(scope="module")
def client(modules: Path, platform: Machine) -> Client:
    """The JavaScript client with the guest's key."""
    return Client(modules=modules, apihost=platform.address, api_key=platform.auth)
