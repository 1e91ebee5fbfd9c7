"""The benchmark's hold on the platform: what it measures is what it says it measures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import parts
from tests.bench import census
from tests.bench.comparison import Plan, interleave
from tests.bench.generator import Generator
from tests.bench.rig import Floor
from tests.bench.scenarios import KINDS, NO_STEM_CELLS
from tests.bench.subject import Platform, SubjectError, was_cold


@pytest.fixture(scope="module", params=[{}, NO_STEM_CELLS], ids=["stem cells", "none"])
def platform(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    with Platform(tmp_path_factory.mktemp("subject"), request.param) as running:
        yield running


@pytest.mark.parametrize(("family", "kind", "code"), KINDS)
def test_a_new_action_is_cold_once_and_then_warm(
    platform: Platform, family: str, kind: str, code: str
) -> None:
    if family == "node":
        parts.node()
    platform.deploy(f"cold-{family}", kind, code)
    assert was_cold(platform.invoke(f"cold-{family}")[0])
    assert not was_cold(platform.invoke(f"cold-{family}")[0])


def test_warm_calls_and_the_floor_are_measured_alike(platform: Platform) -> None:
    platform.deploy("warm", "python:default", KINDS[0][2])
    plan = Plan(rounds=1, requests=50, warmup=5)
    with Generator() as generator, Floor() as floor:
        pair = interleave(generator, platform.target("warm"), floor.target, plan)
    assert (pair.subject.first_error, pair.floor.first_error) == ("", "")
    assert len(pair.subject.samples_ns) == len(pair.floor.samples_ns) == 100


def test_the_report_can_name_the_isolation_and_count_the_whole_tree(platform: Platform) -> None:
    assert platform.isolation in {"L0", "L0+", "L1"}
    assert census.count(platform.pid).processes > 1


def test_an_action_that_fails_is_no_measurement(platform: Platform) -> None:
    platform.deploy("fails", "python:default", "def main(args):\n    return {'error': 'no'}\n")
    with pytest.raises(SubjectError, match=r"actions/fails\S*: 502"):
        platform.invoke("fails")


def test_a_platform_that_does_not_start_is_said_with_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(SubjectError, match="no settings group 'no'"):
        Platform(tmp_path, {"WHISK_NO__SUCH": "setting"})
