"""A Kafka broker of the test process's own."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.bench.subject import free_port
from tests.parts import program, require
from whisk_platform.messaging.kafka.client import Connection
from whisk_platform.supervisor.kafka import jars
from whisk_platform.supervisor.kafka.broker import Broker
from whisk_platform.supervisor.kafka.configuration import BrokerPlan


@pytest.fixture(scope="session")
def kafka_jars() -> Path:
    """The directory of Kafka's jars, fetched if need be."""
    program("java", "apt-get install default-jre-headless")
    home = jars.cache(os.environ)
    require(
        home.is_dir() or shutil.which("mvn") is not None,
        "Kafka",
        "apt-get install maven, then: wsk platform fetch kafka",
    )
    return jars.fetch(home)


@pytest.fixture(scope="session")
def bootstrap(kafka_jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running broker; tests use topics of their own."""
    with asyncio.Runner() as runner:
        broker = Broker(_plan(tmp_path_factory.mktemp("kafka")), kafka_jars)
        runner.run(broker.start())
        yield broker.address
        runner.run(broker.stop(kill=True))


@pytest.fixture
def connection(bootstrap: str) -> Connection:
    """How the broker is reached."""
    return Connection(bootstrap=bootstrap)


@pytest.fixture
async def own_broker(kafka_jars: Path, tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker that a test may stop and start."""
    broker = Broker(_plan(tmp_path / "broker"), kafka_jars)
    await broker.start()
    yield broker
    await broker.stop(kill=True)


def _plan(directory: Path) -> BrokerPlan:
    return BrokerPlan(directory=directory, port=free_port(), controller_port=free_port(), fast=True)
