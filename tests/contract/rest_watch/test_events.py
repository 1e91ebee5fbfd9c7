"""What is told: starts, log lines and ends, of actions, sequences and triggers."""

from typing import Any

import pytest

from tests.contract.assembly import GUEST
from tests.contract.rest.caller import Caller
from tests.contract.rest_watch.conftest import Served
from tests.waiting import eventually
from whisk_platform.entities.limits import NamespaceLimits

LOGS = ("2024-02-01T10:11:12.123456789Z stdout: one", "2024-02-01T10:11:13Z       stderr: zwö")


async def _invoke(guest: Caller, name: str = "a", **body: Any) -> str:
    reply = await guest.post(f"actions/{name}", body, blocking=True)
    activation_id: str = reply.json["activationId"]
    return activation_id


async def _listed(guest: Caller, activation_id: str, *, docs: bool) -> Any:
    async def find() -> Any:
        found = (await guest.get("activations", docs=docs)).json
        return next((each for each in found if each["activationId"] == activation_id), None)

    return await eventually(find, "the record")


async def test_the_answer_is_an_event_stream_that_nothing_keeps_back(served: Served) -> None:
    async with served.watch() as viewer:
        assert viewer.status == 200
        assert viewer.headers["content-type"] == "text/event-stream"
        assert viewer.headers["cache-control"] == "no-cache"
        assert viewer.headers["x-accel-buffering"] == "no"
        assert viewer.headers["transfer-encoding"] == "chunked"
        assert len(viewer.headers["x-request-id"]) == 32
        assert (viewer.retry, viewer.told) == (2000, [])


async def test_an_activation_starts_prints_and_ends(served: Served, guest: Caller) -> None:
    await served.platform.action("guest/a", script={"result": {"x": 1}, "logs": LOGS})
    async with served.watch() as viewer:
        activation_id = await _invoke(guest)
        await viewer.until_told("end")
    assert [told.event for told in viewer.told] == ["start", "log", "log", "end"]
    start, one, two, end = (told.data for told in viewer.told)
    listed = await _listed(guest, activation_id, docs=False)
    assert start == {
        "activationId": activation_id,
        "namespace": "guest",
        "name": "a",
        "version": "0.0.1",
        "path": "guest/a",
        "kind": "python:3.11",
        "start": listed["start"],
    }
    assert [one, two] == [{"activationId": activation_id, "line": line} for line in LOGS]
    assert end == {**listed, "status": "success"}


async def test_docs_tells_the_whole_record(served: Served, guest: Caller) -> None:
    await served.platform.action("guest/a", script={"result": {"error": "no"}, "logs": LOGS})
    async with served.watch("&docs=true&events=end") as viewer:
        activation_id = await _invoke(guest)
        (end,) = await viewer.until_told("end")
    assert end.data == await _listed(guest, activation_id, docs=True)
    assert end.data["logs"] == list(LOGS)
    assert end.data["response"]["status"] == "application error"


async def test_a_result_with_line_breaks_arrives_whole(served: Served, guest: Caller) -> None:
    await served.platform.action("guest/a")
    async with served.watch("&docs=true&events=end") as viewer:
        await guest.post("actions/a", b'{"a":\r\n 1.10,\n\n"b": "x\\ny"}', blocking=True)
        (end,) = await viewer.until_told("end")
    assert end.data["response"]["result"] == {"a": 1.10, "b": "x\ny"}


async def test_a_large_record_arrives_whole(served: Served, guest: Caller) -> None:
    await served.platform.action("guest/a")
    async with served.watch("&docs=true&events=end") as viewer:
        await _invoke(guest, text="x" * 900_000)
        (end,) = await viewer.until_told("end")
    assert len(end.data["response"]["result"]["text"]) == 900_000


@pytest.mark.parametrize(
    ("script", "status"),
    [
        ({"result": {}}, "success"),
        ({"result": {"error": "x"}}, "application error"),
        ({"breaks": True}, "action developer error"),
        ({"result": 7}, "action developer error"),
    ],
)
async def test_every_way_to_end_is_told(
    served: Served, guest: Caller, script: object, status: str
) -> None:
    await served.platform.action("guest/a", script=script)
    async with served.watch() as viewer:
        await guest.post("actions/a", {}, blocking=True)
        (end,) = await viewer.until_told("end")
    assert end.data["status"] == status


async def test_a_non_blocking_call_is_told_too(served: Served, guest: Caller) -> None:
    await served.platform.action("guest/a")
    async with served.watch() as viewer:
        activation_id = (await guest.post("actions/a", {})).json["activationId"]
        await viewer.until_told("end")
    assert viewer.ends == [activation_id]


async def test_a_sequence_starts_before_its_components_and_all_of_them_end(
    served: Served, guest: Caller
) -> None:
    await served.platform.action("guest/a")
    await served.platform.package("guest/p")
    await served.platform.action("guest/p/b")
    await served.platform.sequence("guest/s", "/guest/a", "/guest/p/b")
    async with served.watch("&events=start,end") as viewer:
        sequence = await _invoke(guest, "s")
        await viewer.until_told("end", 3)
    starts = {told.data["name"]: told.data for told in viewer.of("start")}
    ends = {told.data["name"]: told.data for told in viewer.of("end")}
    assert list(starts) == ["s", "a", "b"]
    assert set(ends) == {"s", "a", "b"}
    assert starts["s"]["kind"] == "sequence"
    assert "cause" not in starts["s"]
    assert starts["a"]["cause"] == starts["b"]["cause"] == sequence
    assert ends["a"]["cause"] == ends["b"]["cause"] == sequence
    assert starts["b"]["path"] == "guest/p/b"
    assert ends["s"]["activationId"] == sequence


async def test_a_fired_trigger_is_told_and_what_it_set_off_says_so(
    served: Served, guest: Caller
) -> None:
    await served.platform.action("guest/a")
    await served.platform.action("guest/b")
    await served.platform.sequence("guest/s", "/guest/b")
    await guest.put("triggers/t", {})
    for rule, action in (("r1", "a"), ("r2", "s")):
        await guest.put(f"rules/{rule}", {"trigger": "/guest/t", "action": f"/guest/{action}"})
    async with served.watch() as viewer:
        fired = (await guest.post("triggers/t", {"x": 1})).json["activationId"]
        await viewer.until_told("end", 4)
    starts = {told.data["name"]: told.data for told in viewer.of("start")}
    assert (starts["a"]["trigger"], starts["a"]["rule"]) == ("guest/t", "guest/r1")
    assert (starts["s"]["trigger"], starts["s"]["rule"]) == ("guest/t", "guest/r2")
    assert {"trigger", "rule"}.isdisjoint(starts["b"])
    assert starts["t"]["activationId"] == fired
    assert "kind" not in starts["t"]
    (end,) = [told.data for told in viewer.of("end") if told.data["name"] == "t"]
    assert end == {**await _listed(guest, fired, docs=False), "status": "success"}
    lines = [told.data["line"] for told in viewer.of("log")]
    assert len(lines) == 2
    assert all('"success":true' in line for line in lines)


async def test_an_action_of_a_binding_is_told_with_it(served: Served, guest: Caller) -> None:
    await served.platform.package("stranger/p", publish=True)
    await served.platform.action("stranger/p/a")
    await served.platform.package("guest/mine", binding="stranger/p")
    async with served.watch() as viewer:
        await _invoke(guest, "mine/a")
        await viewer.until_told("end")
    start = viewer.of("start")[0].data
    assert (start["path"], start["binding"]) == ("stranger/p/a", "guest/mine")


async def test_namespaces_that_keep_no_records_are_told_what_happens(
    served: Served, guest: Caller
) -> None:
    services = served.platform.services
    await services.subjects.set_limits(GUEST.namespace, NamespaceLimits(store_activations=False))
    services.authenticator.forget()
    await served.platform.action("guest/a")
    async with served.watch() as viewer:
        activation_id = await _invoke(guest)
        await viewer.until_told("end")
    assert viewer.ends == [activation_id]
    assert (await guest.get("activations")).json == []


async def test_nothing_is_told_of_other_namespaces(
    served: Served, guest: Caller, stranger: Caller
) -> None:
    for namespace in ("guest", "stranger"):
        await served.platform.action(f"{namespace}/a")
    async with served.watch() as viewer:
        other = await _invoke(stranger)
        mine = await _invoke(guest)
        await viewer.until_told("end")
    assert viewer.ends == [mine]
    assert {told.data["activationId"] for told in viewer.told} == {mine} != {other}


FILTERS = [
    ("&name=a", {"a"}, "start end"),
    ("&name=p/b", {"b"}, "start end"),
    ("&name=b", set(), ""),
    ("&kind=sequence", {"s"}, "start end"),
    ("&kind=python:3.11,nodejs:20", {"a", "b", "bad"}, "start end"),
    ("&status=application%20error", {"bad"}, "end"),
    ("&status=success&name=a", {"a"}, "end"),
    ("&minDuration=100000", set(), ""),
    ("&minDuration=0&kind=sequence", {"s"}, "end"),
    ("&events=start", {"a", "b", "bad", "s"}, "start"),
    ("&events=start,%20end&name=s", {"s"}, "start end"),
    ("&limit=1&skip=7&upto=5&name=a", {"a"}, "start end"),
]


@pytest.mark.parametrize(("query", "names", "events"), FILTERS, ids=[each[0] for each in FILTERS])
async def test_a_watch_is_narrowed_as_a_list_is(
    served: Served, guest: Caller, query: str, names: set[str], events: str
) -> None:
    platform = served.platform
    await platform.package("guest/p")
    await platform.action("guest/a")
    await platform.action("guest/p/b")
    await platform.action("guest/bad", script={"result": {"error": 1}})
    await platform.sequence("guest/s", "/guest/a")
    async with served.watch(query) as viewer, served.watch() as everything:
        for name in ("a", "p/b", "bad", "s"):
            await guest.post(f"actions/{name}", {}, blocking=True)
        await everything.until_told("end", 5)
        last = everything.last_id
        # A beat of both: what is not there by now does not come.
        await guest.post("actions/a", {}, blocking=True)
        await everything.until(lambda: len(everything.of("end")) == 6, "one more")
        told = [each for each in viewer.told if each.id is not None and each.id <= last]
    assert {each.data["name"] for each in told} == names
    assert {each.event for each in told} == set(events.split())
