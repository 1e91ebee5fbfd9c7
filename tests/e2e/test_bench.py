"""The benchmark's hold on the platform: what it measures is what it says it measures."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests import parts
from tests.bench import census
from tests.bench.comparison import Plan, interleave
from tests.bench.cores import available, divide
from tests.bench.document import write
from tests.bench.findings import Findings
from tests.bench.generator import Generator
from tests.bench.goals import judged
from tests.bench.rig import Floor
from tests.bench.run import series
from tests.bench.scenarios import KINDS, NO_STEM_CELLS
from tests.bench.sizes import TINY
from tests.bench.subject import GUEST, Platform, Remote, SubjectError, free_port, was_cold
from tests.bench.workbench import Foreign, Workbench


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


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A workbench for runs that prove that everything can be measured."""
    divided = divide(available())
    with Generator(divided.generator) as generator, Floor(1, divided.platform) as floor:
        yield Workbench(generator=generator, floor=floor, cores=divided, folder=tmp_path, size=TINY)


@pytest.mark.parametrize(
    ("rows", "plots"), [({1, 24}, ["latency", "size", "overload"]), ({7, 8, 13}, ["latency"])]
)
def test_a_tiny_run_finds_figures_for_its_goals_and_draws_them(
    rows: set[int], plots: list[str], bench: Workbench, tmp_path: Path
) -> None:
    parts.node()
    found = Findings()
    assert not series(bench, frozenset(rows), found), found.missing
    lines = judged(found.readings, frozenset(rows))
    lacking = {line.goal.key for line in lines if line.reading is None}
    assert lacking <= {"warm spread", "refusals", "backlog"}, "too few samples, or none refused"
    assert {reading.isolation for reading in found.readings} <= {"L0", "L0+", "L1"}
    assert [row.note for row in found.rows if row.goal != 24 and row.note] == []
    report = write(tmp_path / "results", found, lines, None, {}).read_text()
    for plot in plots:
        assert f"({plot}.png)" in report


def test_another_server_is_measured_by_the_same_scenarios_and_left_as_it_was(
    bench: Workbench, tmp_path: Path
) -> None:
    with Platform(tmp_path / "elsewhere") as elsewhere:
        there = replace(bench, foreign=Foreign(url=elsewhere.run["address"], key=GUEST))
        found = Findings()
        assert not series(there, frozenset({7, 17, 23}), found), found.missing
        assert {sentence.partition(":")[0] for sentence in found.missing} == {
            "The server's settings were left as they are",
            "Row 7, backlog",
            "Row 23, start to ready",
            "Row 23, idle",
        }
        assert {reading.goal for reading in found.readings} == {"lost", "step", "linear"}
        assert elsewhere.call("GET", "actions") == []


def test_an_address_where_nobody_listens_is_said_before_anything_is_measured() -> None:
    with pytest.raises(SubjectError, match=r"--url http://127\.0\.0\.1:\d+: .*refused"):
        Remote(f"http://127.0.0.1:{free_port()}", GUEST)
    with pytest.raises(SubjectError, match="give an address such as"):
        Remote("somewhere", GUEST)
