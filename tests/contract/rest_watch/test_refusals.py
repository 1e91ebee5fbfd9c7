"""Who may not watch, and what cannot be meant."""

import json
from pathlib import Path

import pytest

from tests.contract.assembly import STRANGER
from tests.contract.rest.caller import Caller
from tests.contract.rest_watch.conftest import Served, serve
from tests.contract.rest_watch.viewer import Viewer, watching
from whisk_platform.controller.activity.hub import Bounds


def _refusal(viewer: Viewer) -> tuple[int, str]:
    document = json.loads(viewer.body)
    assert document["code"] == viewer.headers["x-request-id"]
    return viewer.status, document["error"]


async def test_nobody_watches_without_a_key(served: Served) -> None:
    async with served.watch(user=None) as viewer:
        assert viewer.status == 401


async def test_nobody_watches_a_namespace_of_somebody_else(served: Served) -> None:
    path = "/api/v1/namespaces/guest/activations?watch=true"
    async with served.watch(user=STRANGER, path=path) as viewer:
        assert _refusal(viewer) == (
            403,
            "The supplied authentication is not authorized to access 'guest'.",
        )


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("text/event-stream", 200),
        ("application/json, text/event-stream;q=0.5", 200),
        ("*/*", 200),
        ("text/*", 200),
        ("", 200),
        ("application/json", 406),
        ("application/*", 406),
    ],
)
async def test_the_client_has_to_take_event_streams(
    served: Served, accept: str, status: int
) -> None:
    async with served.watch(headers={"Accept": accept}) as viewer:
        assert viewer.status == status
        if status == 406:
            assert _refusal(viewer)[1] == (
                "Resource representation is only available with these types:\ntext/event-stream"
            )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("&count=true", "The parameter 'count' is not permitted with 'watch'."),
        (
            "&events=start,stop",
            "The query parameter 'events' was malformed:\n"
            "'stop' is no event of a watch. Use one of start, log, end.",
        ),
        (
            "&status=bad",
            "The query parameter 'status' was malformed:\n'bad' is no status. Use one of 'success',"
            " 'application error', 'action developer error', 'whisk internal error'.",
        ),
        (
            "&name=x/y/z",
            "The query parameter 'name' was malformed:\n"
            "Parameter may be a 'simple' name or 'package-name/simple' name: x/y/z",
        ),
        (
            "&since=x",
            "The query parameter 'since' was malformed:\n"
            "Parameter is not a valid value for epoch seconds: x",
        ),
        (
            "&docs=7",
            "The query parameter 'docs' was malformed:\n'7' is not a valid Boolean value",
        ),
    ],
)
async def test_what_cannot_be_meant_is_refused(served: Served, query: str, sentence: str) -> None:
    async with served.watch(query) as viewer:
        assert _refusal(viewer) == (400, sentence)
    assert served.platform.services.activity.hub.counts().watchers == 0


@pytest.mark.parametrize("identifier", ["x", "-1", "1.5", "9" * 19])
async def test_an_id_that_is_none_of_ours_is_refused(served: Served, identifier: str) -> None:
    async with served.watch(headers={"Last-Event-ID": identifier}) as viewer:
        assert _refusal(viewer) == (
            400,
            f"'{identifier}' in the header Last-Event-ID is no id of an event. Send the last one"
            " that was received, or leave the header out to watch from now on.",
        )


async def test_a_list_is_still_a_list(guest: Caller) -> None:
    assert (await guest.get("activations", watch=False)).json == []
    assert (await guest.get("activations", watch="maybe")).refusal == (
        400,
        "The query parameter 'watch' was malformed:\n'maybe' is not a valid Boolean value",
    )


async def test_the_number_of_watchers_is_bounded(tmp_path: Path) -> None:
    bounds = Bounds(watchers_per_namespace=2, watchers=3)
    async with (
        serve(tmp_path, bounds=bounds) as served,
        served.watch() as one,
        served.watch("&name=a") as two,
        served.watch() as three,
        watching(served.host, served.port, user=STRANGER) as other,
        watching(served.host, served.port, user=STRANGER) as beyond,
    ):
        assert (one.status, two.status, other.status) == (200, 200, 200)
        assert _refusal(three) == (
            429,
            "Too many clients watch this namespace (allowed: 2). Close one of them, or try again"
            " later.",
        )
        assert _refusal(beyond) == (
            503,
            "Too many clients watch activations. Try again later.",
        )
