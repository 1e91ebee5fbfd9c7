"""The filters that lists of activations have beyond the contract: status, kind, minDuration."""

import msgspec
import pytest

from tests.contract.assembly import Assembly
from tests.contract.rest.caller import Caller
from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import RawJSON, dumps
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.parameters import Parameters

OK, APPLICATION, DEVELOPER, INTERNAL = StatusCode
SAMPLES: tuple[tuple[str, str | None, StatusCode, int | None], ...] = (
    ("a", "python:3.11", OK, 5),
    ("a", "python:3.11", APPLICATION, 50),
    ("b", "nodejs:20", DEVELOPER, 500),
    ("b", "nodejs:20", INTERNAL, 5_000),
    ("s", "sequence", OK, 700),
    ("t", None, OK, None),
)
"""Name, kind, status and duration of records 0, 1, 2…, each a second later than the one before."""


def _record(number: int) -> Activation:
    name, kind, status, duration = SAMPLES[number]
    annotations = {} if kind is None else {"path": f"guest/{name}", "kind": kind}
    start = number * 1_000
    return Activation(
        activation_id=ActivationId(f"{number:032x}"),
        namespace="guest",
        name=name,
        version="0.0.1",
        subject="guest-subject",
        start=start,
        end=None if duration is None else start + duration,
        duration=duration,
        response=Response(status_code=status),
        annotations=Parameters.from_members(
            {key: RawJSON(dumps(value)) for key, value in annotations.items()}
        ),
    )


@pytest.fixture
async def records(platform: Assembly) -> None:
    """The samples, stored."""
    for number in range(len(SAMPLES)):
        platform.stores.activations.store(_record(number))
    other = msgspec.structs.replace(_record(0), namespace="stranger")
    platform.stores.activations.store(
        msgspec.structs.replace(other, activation_id=ActivationId("f" * 32))
    )
    await platform.stores.activations.flush()


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"status": "success"}, [5, 4, 0]),
        ({"status": "application error"}, [1]),
        ({"status": "action developer error"}, [2]),
        ({"status": "developer error"}, [2]),
        ({"status": "whisk internal error"}, [3]),
        ({"status": "internal error"}, [3]),
        ({"status": "Application  ERROR, internal error"}, [3, 1]),
        ({"status": " "}, [5, 4, 3, 2, 1, 0]),
        ({"kind": "nodejs:20"}, [3, 2]),
        ({"kind": "sequence,python:3.11"}, [4, 1, 0]),
        ({"kind": "php:8.2"}, []),
        ({"kind": ""}, [5, 4, 3, 2, 1, 0]),
        ({"minDuration": 500}, [4, 3, 2]),
        ({"minDuration": 501}, [4, 3]),
        ({"minDuration": 0}, [4, 3, 2, 1, 0]),
        ({"minDuration": ""}, [5, 4, 3, 2, 1, 0]),
        ({"kind": "nodejs:20", "status": "internal error", "minDuration": 1}, [3]),
        ({"name": "a", "status": "success"}, [0]),
        ({"status": "success", "since": 1000, "upto": 4000}, [4]),
        ({"status": "success", "limit": 1, "skip": 1}, [4]),
    ],
)
async def test_a_list_and_its_count_are_narrowed(
    guest: Caller, query: dict[str, object], numbers: list[int]
) -> None:
    for docs in (False, True):
        listed = (await guest.get("activations", docs=docs, **query)).json
        assert [int(each["activationId"], 16) for each in listed] == numbers
    if "limit" not in query:
        counted = await guest.get("activations", count=True, **query)
        assert counted.json == {"activations": len(numbers)}


@pytest.mark.parametrize("value", ["failed", "success,bad", "0", ",", "application_error"])
async def test_a_status_that_is_none_is_refused(guest: Caller, value: str) -> None:
    status, sentence = (await guest.get("activations", status=value)).refusal
    shown = {"success,bad": "bad", ",": ""}.get(value, value)
    assert (status, sentence) == (
        400,
        f"The query parameter 'status' was malformed:\n'{shown}' is no status. Use one of"
        " 'success', 'application error', 'action developer error', 'whisk internal error'.",
    )


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "9" * 30, "\u0663"])
async def test_a_duration_that_is_none_is_refused(guest: Caller, value: str) -> None:
    assert (await guest.get("activations", minDuration=value)).refusal == (
        400,
        "The query parameter 'minDuration' was malformed:\n"
        f"'{value}' is no number of milliseconds.",
    )
