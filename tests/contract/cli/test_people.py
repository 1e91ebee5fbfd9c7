"""What only a person at a terminal sees: suggestions, outcomes, how something goes on."""

from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import HINT, Wsk

GONE = "The requested resource does not exist."
ID = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("tokens", "request_line", "kind"),
    [
        (["action", "get", "helo"], "GET namespaces/_/actions/helo?code=false", "actions"),
        (["action", "delete", "/_/helo"], "DELETE namespaces/_/actions/helo", "actions"),
        (["trigger", "fire", "helo"], "POST namespaces/_/triggers/helo", "triggers"),
        (["rule", "enable", "helo"], "POST namespaces/_/rules/helo", "rules"),
    ],
)
def test_a_mistyped_name_brings_up_those_that_are_close(
    wsk: Wsk, controller: Controller, tokens: list[str], request_line: str, kind: str
) -> None:
    wsk.watched = True
    controller.refuse(request_line, 404, GONE)
    listed = [{"namespace": "g", "name": name} for name in ("hello", "other", "help")]
    controller.answer(f"GET namespaces/_/{kind}?limit=200&skip=0", listed)
    outcome = wsk(*tokens)
    assert outcome.code == 148
    assert outcome.err.endswith("\nDid you mean this?\n\thello\n\thelp\n")


def test_a_script_gets_the_error_alone_and_nothing_more_is_asked(
    wsk: Wsk, controller: Controller
) -> None:
    controller.refuse("GET namespaces/_/actions/helo?code=false", 404, GONE)
    outcome = wsk("action", "get", "helo")
    assert outcome.err == f"error: Unable to get action 'helo': {GONE} (code tid)\n{HINT}"
    assert len(controller.lines) == 1


def _failed() -> dict[str, Any]:
    response = {"status": "application error", "success": False, "result": {"error": "no"}}
    return {"activationId": ID, "response": response}


def test_a_failed_result_is_called_so(wsk: Wsk, controller: Controller) -> None:
    line = "POST namespaces/_/actions/a?blocking=true&result=true"
    controller.answer(
        line, {"error": "no"}, status=502, headers=(("x-openwhisk-activation-id", ID),)
    )
    plain = wsk("action", "invoke", "a", "-r")
    assert (plain.code, plain.err) == (246, '{\n    "error": "no"\n}\n')
    wsk.watched = True
    assert wsk("action", "invoke", "a", "-r").err == (
        plain.err + f"error: /_/a failed: wsk activation get {ID}\n"
    )


def test_a_wait_shows_that_it_goes_on_and_leaves_no_trace(wsk: Wsk, controller: Controller) -> None:
    wsk.watched = True
    line = "POST namespaces/_/actions/a?blocking=true&result=false"
    controller.answer(line, {"activationId": ID}, status=202)
    controller.refuse(f"GET namespaces/_/activations/{ID}", 404, GONE)
    controller.answer(f"GET namespaces/_/activations/{ID}", {"response": {"success": True}})
    outcome = wsk("action", "invoke", "a", "--wait")
    assert outcome.code == 0
    assert "\r\x1b[K/_/a … 0 s" in outcome.err
    assert outcome.err.endswith("\r\x1b[K")
