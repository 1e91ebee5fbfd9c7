"""What activations add up to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_cli.jsonvalue import JSONObject, JSONValue, Number
from whisk_cli.render.statistics import percentile, tallies


def _activation(
    name: str = "a", *, code: int = 0, took: int = 10, kind: str = "python:3", **more: JSONValue
) -> JSONObject:
    annotations: list[JSONValue] = [{"key": "path", "value": f"ns/{name}"}]
    annotations += [{"key": "kind", "value": kind}] * bool(kind)
    annotations += [{"key": key, "value": value} for key, value in more.items()]
    return {
        "namespace": "ns", "name": name, "statusCode": code, "duration": took,
        "annotations": annotations,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, None),
        ([7], 1, 7),
        ([7], 100, 7),
        ([1, 2], 50, 1),
        ([2, 1, 3], 50, 2),
        (list(range(1, 101)), 95, 95),
        (list(range(1, 101)), 50, 50),
        (list(range(1, 21)), 95, 19),
    ],
)
def test_a_percentile_is_the_nearest_rank(
    values: list[int], percent: int, expected: int | None
) -> None:
    assert percentile(values, percent) == expected


@given(st.lists(st.integers(0, 10**6), min_size=1), st.integers(1, 100))
def test_so_many_per_cent_do_not_exceed_it(values: list[int], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(each <= found for each in values) * 100 >= percent * len(values)
    assert sum(each < found for each in values) * 100 < percent * len(values)


def test_an_action_is_counted_with_its_errors_and_cold_starts() -> None:
    found = tallies(
        [
            _activation(took=100, initTime=80, waitTime=5),
            _activation(took=10, waitTime=1),
            _activation(took=20, code=1),
            _activation(took=Number("30"), code=3),  # type: ignore[arg-type]  # as it is read
        ]
    )
    assert found == [
        {
            "name": "/ns/a",
            "activations": 4,
            "errors": 2,
            "errorShare": Number("0.5"),
            "statuses": {"success": 2, "application error": 1, "internal error": 1},
            "p50": 20,
            "p95": 100,
            "max": 100,
            "cold": 1,
            "coldShare": Number("0.25"),
            "initP50": 80,
            "waitP95": 5,
        }
    ]


def test_the_busiest_comes_first_and_then_the_alphabet() -> None:
    found = tallies([_activation(name) for name in ("c", "b", "a", "b", "p/b")])
    assert [each["name"] for each in found] == ["/ns/b", "/ns/a", "/ns/c", "/ns/p/b"]


def test_what_runs_no_code_is_neither_cold_nor_warm() -> None:
    (sequence,) = tallies([_activation(kind="sequence")])
    assert (sequence["cold"], sequence["coldShare"]) == (0, None)


def test_a_trigger_and_a_record_without_annotations_count() -> None:
    fired: JSONObject = {"namespace": "ns", "name": "t", "start": 5, "end": 0}
    (found,) = tallies([fired])
    assert (found["name"], found["p50"]) == ("/ns/t", 0)
    (found,) = tallies([{**fired, "end": 12}])
    assert found["p50"] == 7
