"""``wsk activation watch``, ``stats`` and ``wait``."""

import json
from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import HINT, Outcome, Wsk, failed, ok
from tests.contract.cli.streamer import OPENING, STAYS, event, told

START = 4_102_444_800_000
ID = "44794bd6aab74415b4e42a308d880e5b"
WATCH = "activations?watch=true&events=start%2Cend&limit=1"
HEADER = (
    "Datetime            Activation ID                    Status                 Duration   "
    "Start Init       Wait       Entity\n"
)


def _summary(number: int, *, name: str = "a", code: int = 0, **more: int) -> dict[str, Any]:
    annotations = {"path": f"guest/{name}", "kind": "python:3", **more}
    return {
        "namespace": "guest",
        "name": name,
        "activationId": f"{number:032x}",
        "start": START + number,
        "duration": number,
        "statusCode": code,
        "annotations": [{"key": key, "value": value} for key, value in annotations.items()],
    }


def _begun(number: int, name: str = "a") -> bytes:
    data = {
        "activationId": f"{number:032x}", "namespace": "guest", "name": name,
        "path": f"guest/{name}", "kind": "python:3", "start": START + number,
    }  # fmt: skip
    return event("start", data, 100 + number)


def _end(record: dict[str, Any]) -> bytes:
    return event("end", record, 200 + record["duration"])


def _row(number: int, cells: str, name: str = "a") -> str:
    return f"2100-01-01 00:00:00 {number:032x} {cells}{name}\n"


class TestWatch:
    def _watch(self, wsk: Wsk, *tokens: str) -> Outcome:
        return wsk("activation", "watch", "--exit", "1", "--interval", "0.05", *tokens)

    def test_starts_and_ends_are_lines(self, wsk: Wsk) -> None:
        end = _summary(1, code=1, initTime=45, waitTime=3)
        with told(wsk, OPENING + _begun(1) + _end(end) + _end(end) + STAYS) as streamer:
            outcome = self._watch(wsk)
        started = _row(1, f"{'started':<22} {'-':<10} {'-':<5} {'-':<10} {'-':<10} ")
        ended = f"{'application error':<22} {'1ms':<10} {'cold':<5} {'45ms':<10} {'3ms':<10} "
        assert outcome == ok(HEADER + started + _row(1, ended))
        assert streamer.asked == [(WATCH, None)]

    def test_names_and_statuses_choose(self, wsk: Wsk) -> None:
        ends = _begun(1) + _begun(2, "b") + _begun(3, "c") + _end(_summary(3, name="c"))
        with told(wsk, OPENING + ends + STAYS):
            outcome = self._watch(wsk, "a", "b", "-o", "name")
        assert outcome == ok(f"{1:032x}\n{2:032x}\n")
        ends = _end(_summary(1)) + _end(_summary(2, code=2))
        with told(wsk, OPENING + ends + STAYS) as streamer:
            outcome = self._watch(wsk, "a", "--status", "developer", "-o", "name")
        assert outcome == ok(f"{2:032x}\n")
        assert streamer.asked == [
            (
                "activations?watch=true&events=end&limit=1&name=a"
                "&status=action%20developer%20error",
                None,
            )
        ]

    def test_programs_get_documents(self, wsk: Wsk) -> None:
        with told(wsk, OPENING + _begun(1) + _end(_summary(1, initTime=4)) + STAYS):
            outcome = self._watch(wsk, "-o", "jsonl")
        begun, ended = map(json.loads, outcome.out.splitlines())
        assert (begun["event"], begun["status"]) == ("start", None)
        assert ended == {
            "event": "end", "time": START + 2, "activationId": f"{1:032x}", "name": "a",
            "status": "success", "duration": 1, "temperature": "cold", "initTime": 4,
            "waitTime": None,
        }  # fmt: skip

    def test_another_server_tells_of_ends(self, wsk: Wsk, controller: Controller) -> None:
        controller.answer(f"GET namespaces/_/{WATCH}", [])
        controller.answer("GET namespaces/_/activations?limit=1&skip=0", [])
        controller.answer("GET namespaces/_/activations?limit=0&skip=0", [_summary(1)])
        since = START + 1 - 310_000
        controller.answer(
            f"GET namespaces/_/activations?limit=0&since={since}&skip=0", [_summary(1)]
        )
        wsk.watched = True
        outcome = self._watch(wsk, "-o", "name")
        assert outcome == Outcome(
            code=0,
            out=f"{1:032x}\n",
            err="This server tells of activations only when they have ended.\n",
        )

    def test_a_format_that_needs_all_rows_is_refused(self, wsk: Wsk) -> None:
        outcome = self._watch(wsk, "-o", "json")
        assert outcome == failed(
            "'json' needs all rows before it writes the first one. Use one of jsonl, tsv, name.",
            hint=True,
        )


PAGE = "GET namespaces/_/activations?limit=200&since=5&skip={}"


class TestStats:
    @pytest.fixture(autouse=True)
    def _many(self, controller: Controller) -> None:
        first = [_summary(n, initTime=7) if n <= 10 else _summary(n) for n in range(1, 201)]
        last = [_summary(500, name="p/b", code=1, waitTime=2)]
        controller.answer(PAGE.format(0), first)
        # A page that overlaps, because something ended meanwhile.
        controller.answer(PAGE.format(200), [first[-1], *last])

    def test_a_table_for_people(self, wsk: Wsk) -> None:
        assert wsk("activation", "stats", "--since", "5") == ok(
            "action      count    errors    p50    p95    max  cold\n"
            "/guest/a      200         0  100ms  190ms  200ms  10 (5%)\n"
            "/guest/p/b      1  1 (100%)  500ms  500ms  500ms  0 (0%)\n"
        )

    def test_every_format_and_queries(self, wsk: Wsk) -> None:
        def stats(*tokens: str) -> str:
            outcome = wsk("activation", "stats", "--since", "5", *tokens)
            assert (outcome.code, outcome.err) == (0, "")
            return outcome.out

        busiest, failing = json.loads(stats("-o", "json"))
        assert (busiest["coldShare"], busiest["p95"], busiest["statuses"]) == (
            0.05, 190, {"success": 200},
        )  # fmt: skip
        assert (failing["errorShare"], failing["waitP95"]) == (1, 2)
        assert stats("-o", "name") == "/guest/a\n/guest/p/b\n"
        assert stats("--query", "[?errors > `0`].name", "-o", "tsv", "--no-header") == (
            "/guest/p/b\n"
        )
        assert stats("-o", "tsv").splitlines()[1].split("\t")[:5] == [
            "/guest/a", "200", "0", "100", "190",
        ]  # fmt: skip
        assert len(stats("-o", "jsonl").splitlines()) == 2
        assert "p95: 190" in stats("-o", "yaml")
        assert stats("-o", "table", "--columns", "action,cold").splitlines()[1:] == [
            "/guest/a    10",
            "/guest/p/b  0",
        ]

    def test_actions_are_chosen(self, wsk: Wsk, controller: Controller) -> None:
        named = "GET namespaces/_/activations?limit=200&name=p%2Fb&since=5&skip=0"
        controller.answer(named, [_summary(500, name="p/b", code=1)])
        outcome = wsk("activation", "stats", "/guest/p/b", "--since", "5", "-o", "name")
        assert outcome == ok("/guest/p/b\n")
        assert controller.lines == [named]

    def test_a_refusal_is_a_sentence(self, wsk: Wsk, controller: Controller) -> None:
        controller.otherwise = (503, "down")
        outcome = wsk("activation", "stats", "--since", "7")
        assert (outcome.code, outcome.out) == (247, "")
        assert outcome.err.startswith("error: Unable to add up activations: ")


def _record(status: str) -> dict[str, Any]:
    success = status == "success"
    response = {"status": status, "success": success, "result": {"x": 1}}
    return {"activationId": ID, "name": "a", "duration": 1234, "response": response}


RECORD = f"GET namespaces/_/activations/{ID}"


class TestWait:
    def test_it_asks_until_there_is_a_record(self, wsk: Wsk, controller: Controller) -> None:
        controller.refuse(RECORD, 404, "not there")
        controller.refuse(RECORD, 404, "not there")
        controller.answer(RECORD, _record("success"))
        assert wsk("activation", "wait", ID) == ok(
            f"ok: activation {ID} ended after 1.234s: success\n"
        )
        assert controller.lines == [RECORD] * 3

    @pytest.mark.parametrize(
        "status", ["application error", "action developer error", "whisk internal error"]
    )
    def test_the_exit_code_tells_a_failure(
        self, wsk: Wsk, controller: Controller, status: str
    ) -> None:
        controller.answer(RECORD, _record(status))
        assert wsk("activation", "wait", ID) == failed(
            f"activation {ID} ended after 1.234s: {status}", 246
        )

    def test_the_result_or_the_record_can_be_had(self, wsk: Wsk, controller: Controller) -> None:
        controller.answer(RECORD, _record("success"))
        assert wsk("activation", "wait", ID, "-r") == ok('{\n    "x": 1\n}\n')
        shown = wsk("activation", "wait", ID, "--query", "response.result.x")
        assert shown == ok("1\n")
        assert wsk("activation", "wait", ID, "-o", "name") == ok(f"{ID}\n")

    def test_time_runs_out(self, wsk: Wsk, controller: Controller) -> None:
        controller.refuse(RECORD, 404, "not there")
        assert wsk("activation", "wait", ID, "--timeout", "100ms") == Outcome(
            code=202, err=f"ok: activation {ID} has not ended within 100ms\n"
        )

    def test_what_cannot_be_waited_for_is_a_sentence(
        self, wsk: Wsk, controller: Controller
    ) -> None:
        controller.refuse("GET namespaces/_/activations/short", 400, "too short")
        assert wsk("activation", "wait", "short") == failed(
            "Unable to wait for activation 'short': too short (code tid)", 144
        )
        assert wsk("activation", "wait").err == (
            f"error: Invalid argument(s). An activation ID is required.\n{HINT}"
        )
        assert wsk("activation", "wait", ID, "--timeout", "soon").err.startswith(
            'invalid argument "soon" for "--timeout" flag: use seconds, or a time such as 90s or 5m'
        )
