"""Contract §1.7, §2.6: records, lists, filters and projections."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from tests.contract.assembly import Assembly
from tests.contract.rest.caller import Caller
from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import RawJSON, dumps
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.parameters import Parameters

ZEROS = "0" * 32
NOT_FOUND = (404, "The requested resource does not exist.")
NO_ROUTE = (404, "The requested resource could not be found.")


@dataclass(frozen=True, slots=True)
class Sample:
    """One record to be stored."""

    number: int
    name: str
    start: int
    path: str | None = None
    binding: str | None = None
    trigger: bool = False


SAMPLES = (
    Sample(1, "plain", 1000, "guest/plain"),
    Sample(2, "packaged", 2000, "guest/pkg/packaged"),
    Sample(3, "bound", 3000, "stranger/tools/bound", "guest/mine"),
    Sample(4, "tick", 4000, trigger=True),
    Sample(5, "plain", 5000, "guest/pkg/plain"),
)


def _id(number: int) -> ActivationId:
    return ActivationId(f"{number:032x}")


def _activation(sample: Sample) -> Activation:
    annotations: dict[str, object] = {}
    if sample.path is not None:
        annotations = {"path": sample.path, "kind": "python:3.11"}
    if sample.binding is not None:
        annotations["binding"] = sample.binding
    members = {key: RawJSON(dumps(value)) for key, value in annotations.items()}
    return Activation(
        activation_id=_id(sample.number),
        namespace="guest",
        name=sample.name,
        version="0.0.1",
        subject="guest-subject",
        start=sample.start,
        end=None if sample.trigger else sample.start + 5,
        duration=None if sample.trigger else 5,
        response=Response(
            status_code=StatusCode.SUCCESS if sample.trigger else StatusCode.APPLICATION_ERROR,
            result=RawJSON(b'{"error":1.10}'),
            size=None if sample.trigger else 14,
        ),
        logs=("2024-02-01T10:11:12.123456789Z stdout: grüß",),
        annotations=Parameters.from_members(members),
        cause=_id(9) if sample.number == 1 else None,
    )


@pytest.fixture
async def records(platform: Assembly) -> None:
    """The samples, stored."""
    activations = platform.stores.activations
    for sample in SAMPLES:
        activations.store(_activation(sample))
    await activations.flush()


FULL = {
    "namespace": "guest",
    "name": "plain",
    "version": "0.0.1",
    "subject": "guest-subject",
    "activationId": _id(1),
    "cause": _id(9),
    "start": 1000,
    "end": 1005,
    "duration": 5,
    "response": {
        "status": "application error",
        "success": False,
        "result": {"error": 1.10},
        "size": 14,
    },
    "logs": ["2024-02-01T10:11:12.123456789Z stdout: grüß"],
    "annotations": [
        {"key": "path", "value": "guest/plain"},
        {"key": "kind", "value": "python:3.11"},
    ],
    "publish": False,
}


@pytest.mark.usefixtures("records")
class TestRecord:
    async def test_a_record_in_full(self, guest: Caller) -> None:
        reply = await guest.get(f"activations/{_id(1)}")
        assert (reply.status, reply.json) == (200, FULL)
        assert '"result":{"error":1.10}' in reply.text
        assert (await guest.get(f"activations/{_id(1)}/")).json == FULL

    async def test_the_projections(self, guest: Caller) -> None:
        result = await guest.get(f"activations/{_id(1)}/result")
        assert (result.status, result.json) == (200, FULL["response"])
        logs = await guest.get(f"activations/{_id(1)}/logs")
        assert (logs.status, logs.json) == (200, {"logs": FULL["logs"]})

    async def test_the_record_of_a_trigger_has_no_end(self, guest: Caller) -> None:
        record = (await guest.get(f"activations/{_id(4)}")).json
        assert {"end", "duration", "cause"}.isdisjoint(record)

    async def test_an_id_may_come_in_capitals_and_goes_out_in_small_letters(
        self, guest: Caller, platform: Assembly
    ) -> None:
        platform.stores.activations.store(_activation(Sample(0xABC, "x", 6000, "guest/x")))
        record = (await guest.get(f"activations/{_id(0xABC).upper()}")).json
        assert record["activationId"] == _id(0xABC)

    @pytest.mark.parametrize("part", ["", "/result", "/logs"])
    async def test_an_unknown_id_is_not_found(self, guest: Caller, part: str) -> None:
        assert (await guest.get(f"activations/{ZEROS}{part}")).refusal == NOT_FOUND

    @pytest.mark.parametrize("part", ["", "/result", "/logs"])
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("12345", "Activation id length is 5 but must be 32."),
            ("a" * 33, "Activation id length is 33 but must be 32."),
            ("x" * 32, "The activation id is not valid."),
        ],
    )
    async def test_an_id_that_is_none_is_refused(
        self, guest: Caller, text: str, sentence: str, part: str
    ) -> None:
        assert (await guest.get(f"activations/{text}{part}")).refusal == (400, sentence)

    async def test_a_stranger_may_read_nothing(self, stranger: Caller) -> None:
        path = "/api/v1/namespaces/guest/activations"
        sentence = "The supplied authentication is not authorized to access"
        for part in ("", "/result", "/logs"):
            reply = await stranger.get(f"{path}/{_id(1)}{part}")
            assert reply.refusal == (403, f"{sentence} 'guest/{_id(1)}'.")
        assert (await stranger.get(path)).refusal == (403, f"{sentence} 'guest'.")
        assert (await stranger.get(f"activations/{_id(1)}")).refusal == NOT_FOUND

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("PUT", f"activations/{ZEROS}"),
            ("POST", f"activations/{ZEROS}"),
            ("DELETE", f"activations/{ZEROS}"),
            ("POST", "activations"),
            ("DELETE", "activations"),
            ("PUT", f"activations/{ZEROS}/logs"),
            ("GET", f"activations/{ZEROS}/other"),
        ],
    )
    async def test_other_verbs_and_parts_lead_nowhere(
        self, guest: Caller, method: str, path: str
    ) -> None:
        assert (await guest.call(method, path)).refusal == NO_ROUTE


def _numbers(listed: Any) -> list[int]:
    return [int(each["activationId"], 16) for each in listed]


@pytest.mark.usefixtures("records")
class TestList:
    async def test_summaries_newest_first(self, guest: Caller) -> None:
        listed = (await guest.get("activations")).json
        assert _numbers(listed) == [5, 4, 3, 2, 1]
        assert listed[4] == {
            **{key: value for key, value in FULL.items()
               if key not in ("subject", "response", "logs")},
            "statusCode": 1,
        }  # fmt: skip
        assert (await guest.get("activations/")).json == listed

    async def test_the_summary_of_a_trigger_has_a_status_but_no_end(self, guest: Caller) -> None:
        assert (await guest.get("activations")).json[1] == {
            "namespace": "guest",
            "name": "tick",
            "version": "0.0.1",
            "activationId": _id(4),
            "start": 4000,
            "publish": False,
            "annotations": [],
            "statusCode": 0,
        }

    async def test_docs_shows_whole_records(self, guest: Caller) -> None:
        listed = (await guest.get("activations", docs=True)).json
        assert listed[4] == FULL
        assert "statusCode" not in listed[4]["response"]

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ({"limit": 2}, [5, 4]),
            ({"limit": 2, "skip": 3}, [2, 1]),
            ({"limit": 0}, [5, 4, 3, 2, 1]),
            ({"since": 3000}, [5, 4, 3]),
            ({"upto": 3000}, [3, 2, 1]),
            ({"since": 2000, "upto": 4000}, [4, 3, 2]),
            ({"since": 6000}, []),
            ({"name": "plain"}, [1]),
            ({"name": "pkg/plain"}, [5]),
            ({"name": "pkg/packaged"}, [2]),
            ({"name": "packaged"}, []),
            ({"name": "mine/bound"}, [3]),
            ({"name": "tools/bound"}, [3]),
            ({"name": "tick"}, [4]),
            ({"name": ""}, [5, 4, 3, 2, 1]),
            ({"name": "  "}, [5, 4, 3, 2, 1]),
            ({"name": "plain", "since": 1001}, []),
            ({"name": "none"}, []),
        ],
    )
    async def test_filters(
        self, guest: Caller, query: dict[str, object], numbers: list[int]
    ) -> None:
        assert _numbers((await guest.get("activations", **query)).json) == numbers

    @pytest.mark.parametrize(
        ("query", "total"),
        [
            ({}, 5),
            ({"limit": 1}, 5),
            ({"skip": 2}, 3),
            ({"skip": 9}, 0),
            ({"since": 3000}, 3),
            ({"upto": 1000}, 1),
            ({"name": "pkg/plain"}, 1),
        ],
    )
    async def test_count_honors_the_filters(
        self, guest: Caller, query: dict[str, object], total: int
    ) -> None:
        reply = await guest.get("activations", count=True, **query)
        assert reply.json == {"activations": total}

    async def test_count_and_docs_exclude_each_other(self, guest: Caller) -> None:
        assert (await guest.get("activations", count=True, docs=True)).refusal == (
            400,
            "The parameter 'docs' is not permitted with 'count'.",
        )

    @pytest.mark.parametrize("name", ["x/y/z", "$x", "pkg/$x", "/", "a//b"])
    async def test_a_name_that_is_none_is_refused(self, guest: Caller, name: str) -> None:
        assert (await guest.get("activations", name=name)).refusal == (
            400,
            "The query parameter 'name' was malformed:\n"
            f"Parameter may be a 'simple' name or 'package-name/simple' name: {name}",
        )

    @pytest.mark.parametrize("parameter", ["since", "upto"])
    @pytest.mark.parametrize("value", ["x", "", "1.5", "9" * 30])
    async def test_a_time_that_is_none_is_refused(
        self, guest: Caller, parameter: str, value: str
    ) -> None:
        assert (await guest.get("activations", **{parameter: value})).refusal == (
            400,
            f"The query parameter '{parameter}' was malformed:\n"
            f"Parameter is not a valid value for epoch seconds: {value}",
        )

    @pytest.mark.parametrize(
        ("query", "detail"),
        [
            ({"limit": 201}, "The value '201' is not in the range of 0 to 200 for activations."),
            ({"limit": "x"}, "The value 'x' is not an integer for activations."),
            ({"skip": -1},
             "The value '-1' is not greater than or equal to 0 for activations."),
        ],
    )  # fmt: skip
    async def test_a_page_out_of_bounds_is_refused(
        self, guest: Caller, query: dict[str, object], detail: str
    ) -> None:
        (parameter,) = query
        assert (await guest.get("activations", **query)).refusal == (
            400,
            f"The query parameter '{parameter}' was malformed:\n{detail}",
        )

    async def test_unknown_parameters_are_ignored(self, guest: Caller) -> None:
        assert len((await guest.get("activations", public=True)).json) == 5


async def test_an_empty_list(guest: Caller) -> None:
    reply = await guest.get("activations")
    assert (reply.status, reply.text) == (200, "[]")


async def test_a_record_is_found_as_soon_as_the_blocking_call_is_answered(
    platform: Assembly, guest: Caller
) -> None:
    await platform.action("guest/a")
    reply = await guest.post("actions/a", {"x": 1}, blocking=True)
    assert reply.status == 200
    activation_id = reply.json["activationId"]
    result = await guest.get(f"activations/{activation_id}/result")
    if result.status == 200:
        assert result.json["result"] == {"x": 1}
    else:
        assert result.refusal == NOT_FOUND


async def test_large_records_are_shown_whole(platform: Assembly, guest: Caller) -> None:
    lines = tuple(f"2024-02-01T10:11:12.123456789Z stdout: {number}" for number in range(3000))
    record = _activation(SAMPLES[0])
    platform.stores.activations.store(msgspec.structs.replace(record, logs=lines))
    await platform.stores.activations.flush()
    listed = (await guest.get("activations", docs=True)).json
    assert listed == [{**FULL, "logs": list(lines)}]
    assert (await guest.get(f"activations/{_id(1)}/logs")).json == {"logs": list(lines)}
