"""Impossible settings are refused with a sentence."""

from pathlib import Path
from typing import Any

import pytest

from whisk_platform.common.errors import SettingsError
from whisk_platform.containers.process import levels
from whisk_platform.containers.process.settings import Network, ProcessSettings


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"network": "lan"}, "'lan' is no network mode. Use one of host, isolated, none"),
        ({"network": "isolated", "force_level": "L0+"}, "needs isolation level L1, but L0\\+ is"),
        ({"force_level": "L9"}, "'L9' is no isolation level. Use one of L1, L0\\+, L0"),
        ({"network": "none", "force_level": "L0"}, "needs isolation level L1, but L0 is forced"),
        ({"stem_cells": {"python": -1}}, "-1 stem cells of 'python'"),
        ({"default_memory_mb": 1}, "A default memory of 1 MB is below 32 MB"),
    ],
)
def test_a_bad_value_is_named(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        ProcessSettings(state_dir=Path("state"), **values)


def test_levels_are_tried_from_the_strongest() -> None:
    settings = ProcessSettings(state_dir=Path("state"))
    assert [candidate.level for candidate in levels.candidates(settings)] == ["L1", "L0+", "L0"]


@pytest.mark.parametrize("network", ["none", "isolated"])
def test_for_a_network_of_its_own_only_namespaces_will_do(network: Network) -> None:
    settings = ProcessSettings(state_dir=Path("state"), network=network)
    assert [candidate.level for candidate in levels.candidates(settings)] == ["L1"]


def test_a_forced_level_is_the_only_one() -> None:
    settings = ProcessSettings(state_dir=Path("state"), force_level="L0")
    assert [candidate.level for candidate in levels.candidates(settings)] == ["L0"]


def test_what_a_machine_lacks_is_not_tried() -> None:
    settings = ProcessSettings(state_dir=Path("s"), lacking=frozenset(("namespaces", "landlock")))
    refused = {one.level: one.refused for one in levels.candidates(settings)}
    assert refused["L1"]
    assert refused["L0+"]
    assert not refused["L0"]


def test_the_strongest_level_needs_no_warning() -> None:
    assert levels.warning("L1", ["something"], forced=False) == ()


def test_a_weaker_level_says_why_and_what_to_do() -> None:
    [text] = levels.warning("L0", ["L1 fails: clone: Operation not permitted"], forced=False)
    assert text.startswith(
        "Functions run as plain processes without isolation (L0),"
        " because L1 fails: clone: Operation not permitted. "
    )
    assert "Run only code that you trust" in text


def test_the_environment_is_clean_and_carries_what_was_asked_for() -> None:
    settings = ProcessSettings(state_dir=Path("s"), environment={"__OW_API_HOST": "http://x"})
    environment = levels.environment(settings, "L1")
    assert set(environment) == {"PATH", "LANG", "HOME", "TMPDIR", "__OW_API_HOST"}
