"""``wsk invoke``, ``wsk version`` and ``--quiet``: less to type, and less to strip."""

import json
import platform

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok
from whisk_cli.version import __version__

ID = "44794bd6aab74415b4e42a308d880e5b"
RESULT = "POST namespaces/_/actions/a?blocking=true&result=true"
RECORD = "POST namespaces/_/actions/a?blocking=true&result=false"


class TestInvoke:
    def test_it_waits_and_shows_the_result(self, wsk: Wsk, controller: Controller) -> None:
        controller.answer(RESULT, {"x": 1})
        assert wsk("invoke", "a", "-p", "n", "1.50") == ok('{\n    "x": 1\n}\n')
        assert controller.asked[0].body == b'{"n":1.50}'

    def test_it_waits_on_when_the_server_does_not(self, wsk: Wsk, controller: Controller) -> None:
        controller.answer(RESULT, {"activationId": ID}, status=202)
        done = {"response": {"success": True, "result": {"x": 2}}}
        controller.answer(f"GET namespaces/_/activations/{ID}", done)
        outcome = wsk("invoke", "a")
        assert (outcome.code, outcome.out) == (0, '{\n    "x": 2\n}\n')
        assert outcome.err == f"/_/a has not yet finished; waiting for activation {ID}\n"

    def test_time_runs_out(self, wsk: Wsk, controller: Controller) -> None:
        controller.answer(RESULT, {"activationId": ID}, status=202)
        controller.refuse(f"GET namespaces/_/activations/{ID}", 404, "not there")
        assert wsk("invoke", "a", "--timeout", "100ms").code == 202

    def test_the_record_can_be_had(self, wsk: Wsk, controller: Controller) -> None:
        controller.answer(RECORD, {"activationId": ID, "response": {"success": True}})
        assert json.loads(wsk("invoke", "a", "--full").out)["activationId"] == ID

    def test_a_failure_is_the_exit_code(self, wsk: Wsk, controller: Controller) -> None:
        controller.answer(RESULT, {"error": "no"}, status=502)
        assert wsk("invoke", "a") == Outcome(code=246, err='{\n    "error": "no"\n}\n')
        controller.refuse(RESULT.replace("/a?", "/b?"), 404, "gone")
        assert wsk("invoke", "b") == failed("Unable to invoke action 'b': gone (code tid)", 148)


class TestVersion:
    OWN = f"wsk:      {__version__}\npython:   {platform.python_version()}\n"

    def test_the_server_is_asked_too(self, wsk: Wsk, controller: Controller) -> None:
        controller.answer("GET /api/v1", {"build": "today", "buildno": "7"})
        server = f"apihost:  {wsk.host}\nbuild:    today\nbuildno:  7\n"
        assert wsk("version") == ok(self.OWN + server)
        assert wsk("version", "-o", "name") == ok(f"{__version__}\n")
        assert json.loads(wsk("version", "-o", "json").out)["buildno"] == "7"

    def test_without_a_server_it_is_asked_nothing(self, wsk: Wsk, controller: Controller) -> None:
        assert wsk("version", "--client") == ok(self.OWN)
        wsk.host = ""
        assert wsk("version") == ok(self.OWN)
        assert controller.lines == []

    def test_a_server_that_does_not_answer_is_a_warning(
        self, wsk: Wsk, controller: Controller
    ) -> None:
        controller.refuse("GET /api/v1", 503, "down")
        outcome = wsk("version")
        assert outcome == Outcome(
            code=0,
            out=f"{self.OWN}apihost:  {wsk.host}\n",
            err="warning: down (code tid)\n",
        )


TRIGGERED = {"activationId": ID}
ACTION = {"name": "a", "namespace": "g"}


@pytest.mark.parametrize(
    ("request_line", "answer", "tokens", "left"),
    [
        ("DELETE namespaces/_/actions/a", ACTION, ["action", "delete", "a"], ""),
        ("POST namespaces/_/triggers/t", TRIGGERED, ["trigger", "fire", "t"], f"{ID}\n"),
        ("GET namespaces/_/rules/r", {"status": "active"}, ["rule", "status", "r"], "active\n"),
        (
            "POST namespaces/_/actions/a?blocking=false&result=false",
            TRIGGERED,
            ["action", "invoke", "a"],
            f"{ID}\n",
        ),
        (
            RECORD,
            TRIGGERED,
            ["action", "invoke", "a", "-b"],
            f'{{\n    "activationId": "{ID}"\n}}\n',
        ),
    ],
)
def test_quiet_leaves_only_what_scripts_need(
    wsk: Wsk,
    controller: Controller,
    request_line: str,
    answer: object,
    tokens: list[str],
    left: str,
) -> None:
    controller.answer(request_line, answer)
    assert wsk(*tokens, "-q") == ok(left)
    assert wsk("--quiet", *tokens) == ok(left)


def test_quiet_does_not_hide_failures(wsk: Wsk, controller: Controller) -> None:
    controller.refuse("DELETE namespaces/_/actions/a", 404, "gone")
    outcome = wsk("-q", "action", "delete", "a")
    assert (outcome.code, outcome.out) == (148, "")
    assert outcome.err.startswith("error: Unable to delete action 'a': gone")


def test_members_of_a_sequence_are_found_by_their_cause(wsk: Wsk, controller: Controller) -> None:
    listed = [{"activationId": "1", "cause": ID}, {"activationId": "2"}]
    controller.answer("GET namespaces/_/activations?limit=30&skip=0", listed)
    query = f"[?cause=='{ID}'].activationId"
    assert wsk("activation", "list", "--query", query) == ok('[\n    "1"\n]\n')


def test_a_binding_is_replaced_on_request(wsk: Wsk, controller: Controller) -> None:
    controller.answer("PUT namespaces/_/packages/b?overwrite=true", {"name": "b"})
    tokens = ("package", "bind", "/whisk.system/utils", "b", "-p", "k", "v")
    assert wsk(*tokens, "--overwrite") == wsk(*tokens, "-o") == ok("ok: created binding b\n")
    assert controller.asked[0].json["parameters"] == [{"key": "k", "value": "v"}]
