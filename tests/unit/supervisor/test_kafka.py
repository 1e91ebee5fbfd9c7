"""A broker's configuration, and the sentences when there is no Kafka."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from whisk_platform.supervisor.kafka import configuration, jars
from whisk_platform.supervisor.kafka.broker import Broker, BrokerError
from whisk_platform.supervisor.kafka.configuration import BrokerPlan


def _plan(directory: Path) -> BrokerPlan:
    return BrokerPlan(directory=directory, port=9, controller_port=10)


def test_a_broker_listens_on_loopback_only(tmp_path: Path) -> None:
    rows = dict(
        line.split("=", 1) for line in configuration.properties(_plan(tmp_path)).splitlines()
    )
    assert rows["listeners"] == "PLAINTEXT://127.0.0.1:9,CONTROLLER://127.0.0.1:10"
    assert rows["auto.create.topics.enable"] == "false"
    assert rows["log.dirs"] == str(tmp_path / "data")


def test_a_cluster_s_id_is_what_the_storage_tool_takes() -> None:
    names = {configuration.cluster_id() for _ in range(50)}
    assert len(names) == 50
    assert all(len(name) == 22 for name in names)


def test_the_path_of_the_log_may_hold_anything() -> None:
    assert "a&amp;b/broker.log" in configuration.logging(_plan(Path("/a&b")))


def test_what_changes_how_java_starts_is_not_inherited() -> None:
    outer = {"PATH": "/bin", "JAVA_TOOL_OPTIONS": "-verbose", "CLASSPATH": "x"}
    assert configuration.environment(outer) == {"PATH": "/bin"}


@pytest.mark.parametrize("below", ["", "libs"])
def test_jars_are_found_in_a_download_and_in_the_cache(tmp_path: Path, below: str) -> None:
    folder = tmp_path / below
    folder.mkdir(exist_ok=True)
    (folder / "kafka_2.13-4.4.0.jar").touch()
    assert jars.find(tmp_path) == folder


def test_the_cache_is_the_user_s() -> None:
    assert jars.cache({"HOME": "/h"}).parent == Path("/h/.cache/whisk")
    assert jars.cache({"HOME": "/h", "XDG_CACHE_HOME": "/c"}).parent == Path("/c/whisk")


def test_who_has_no_kafka_is_told_three_ways_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(jars.KafkaMissingError) as told:
        jars.find(tmp_path)
    for way in ("wsk platform fetch kafka", "--kafka-home", "--kafka ADDRESS"):
        assert way in told.value.message


def test_who_has_no_maven_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(jars.KafkaMissingError, match="apt-get install maven"):
        jars.fetch(tmp_path / "none")


def test_a_fetch_that_fails_says_why_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maven = tmp_path / "bin" / "mvn"
    maven.parent.mkdir()
    maven.write_text("#!/bin/sh\necho '[ERROR] nobody answers'\nexit 1\n")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", str(maven.parent), prepend=":")
    with pytest.raises(jars.KafkaMissingError, match="nobody answers"):
        jars.fetch(tmp_path / "cache" / "kafka")
    assert list((tmp_path / "cache").iterdir()) == []


async def test_who_has_no_java_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("java") is None
    with pytest.raises(BrokerError, match="needs Java 17"):
        await Broker(_plan(tmp_path / "broker"), tmp_path).start()
