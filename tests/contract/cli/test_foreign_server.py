"""A server of another make, without anything of ours: every plain command works against it.

It answers in the words of the contract and nothing else; what it does not know it refuses as its
router does. What only our platform can do says so.
"""

from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Outcome, Wsk, failed

ID = "44794bd6aab74415b4e42a308d880e5b"
NO_ROUTE = "The requested resource could not be found."
EXEC = [{"key": "exec", "value": "nodejs:20"}]
ACTION = {
    "namespace": "guest",
    "name": "a",
    "version": "0.0.1",
    "publish": False,
    "exec": {"kind": "nodejs:20", "code": "x", "binary": False},
    "annotations": EXEC,
    "parameters": [],
    "limits": {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1},
}
RECORD: dict[str, Any] = {
    "namespace": "guest",
    "name": "a",
    "version": "0.0.1",
    "subject": "guest",
    "activationId": ID,
    "start": 1,
    "end": 2,
    "duration": 1,
    "statusCode": 0,
    "response": {"status": "success", "success": True, "result": {"x": 1}},
    "logs": [],
    "annotations": [],
    "publish": False,
}
NAMED = {"namespace": "guest", "name": "n", "version": "0.0.1", "publish": False}
RULE = {**NAMED, "name": "r", "status": "active", "trigger": NAMED, "action": NAMED}

ANSWERS: dict[str, Any] = {
    "GET /api/v1": {"build": "b", "buildno": "1"},
    "GET namespaces": ["guest"],
    "PUT namespaces/_/actions/a?overwrite=false": ACTION,
    "PUT namespaces/_/actions/a?overwrite=true": ACTION,
    "GET namespaces/_/actions/a?code=false": ACTION,
    "GET namespaces/_/actions/a?code=true": ACTION,
    "DELETE namespaces/_/actions/a": ACTION,
    "POST namespaces/_/actions/a?blocking=false&result=false": {"activationId": ID},
    "POST namespaces/_/actions/a?blocking=true&result=false": RECORD,
    "POST namespaces/_/actions/a?blocking=true&result=true": {"x": 1},
    "GET namespaces/_/actions?limit=30&skip=0": [ACTION],
    "GET namespaces/_/actions?limit=0&skip=0": [ACTION],
    "PUT namespaces/_/packages/n?overwrite=false": NAMED,
    "PUT namespaces/_/packages/n?overwrite=true": NAMED,
    "PUT namespaces/_/packages/b?overwrite=false": NAMED,
    "GET namespaces/_/packages/n": NAMED,
    "DELETE namespaces/_/packages/n": NAMED,
    "GET namespaces/_/packages?limit=30&skip=0": [NAMED],
    "GET namespaces/_/packages?limit=0&skip=0": [NAMED],
    "PUT namespaces/_/triggers/n?overwrite=false": NAMED,
    "PUT namespaces/_/triggers/n?overwrite=true": NAMED,
    "GET namespaces/_/triggers/n": NAMED,
    "POST namespaces/_/triggers/n": {"activationId": ID},
    "DELETE namespaces/_/triggers/n": NAMED,
    "GET namespaces/_/triggers?limit=30&skip=0": [NAMED],
    "GET namespaces/_/triggers?limit=0&skip=0": [NAMED],
    "PUT namespaces/_/rules/r?overwrite=false": RULE,
    "PUT namespaces/_/rules/r?overwrite=true": RULE,
    "POST namespaces/_/rules/r": {},
    "GET namespaces/_/rules/r": RULE,
    "DELETE namespaces/_/rules/r": RULE,
    "GET namespaces/_/rules?limit=30&skip=0": [RULE],
    "GET namespaces/_/rules?limit=0&skip=0": [RULE],
    "GET namespaces/_/activations?limit=30&skip=0": [RECORD],
    "GET namespaces/_/activations?limit=1&skip=0": [RECORD],
    f"GET namespaces/_/activations/{ID}": RECORD,
    f"GET namespaces/_/activations/{ID}/logs": {"logs": ["line"]},
    f"GET namespaces/_/activations/{ID}/result": RECORD["response"],
}

PLAIN = f"""
action create a i,j --sequence
action update a i,j --sequence -p k v
action get a
action get a exec
action get a --url
action get a --summary
action get a --save
action invoke a -p k v
action invoke a -b
action invoke a -r
action list
action delete a
package create n -p k v
package update n --shared yes
package bind /whisk.system/x b
package get n
package get n --summary
package list
package delete n
trigger create n -p k v
trigger update n -a k v
trigger get n
trigger fire n -p k v
trigger list
trigger delete n
rule create r n a
rule update r n a
rule enable r
rule disable r
rule status r
rule get r
rule list
rule delete r --disable
activation list
activation get {ID}
activation get --last
activation logs {ID}
activation result {ID}
namespace list
namespace get
list
property get
"""


@pytest.fixture
def foreign(controller: Controller) -> Controller:
    for request, body in ANSWERS.items():
        status = 202 if "blocking=false" in request else 200
        controller.answer(request, body, status=status)
    controller.otherwise = (404, NO_ROUTE)
    return controller


@pytest.mark.parametrize("command", PLAIN.strip().splitlines())
def test_a_plain_command_works(wsk: Wsk, foreign: Controller, command: str) -> None:
    outcome = wsk(*command.split())
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out
    asked = {request.split(" ", 1)[0] + " " + request.split(" ", 1)[1] for request in foreign.lines}
    assert asked <= {each for each in ANSWERS if not each.startswith("GET /")} | {"GET /api/v1"}


@pytest.mark.parametrize(
    "command",
    [
        "admin user list",
        "admin user get alice",
        "admin namespace list",
        "admin namespace limits get guest",
        "admin key rotate guest",
        "admin invoker list",
        "admin container list",
        "admin queue list",
    ],
)
def test_what_only_our_platform_has_says_so(wsk: Wsk, foreign: Controller, command: str) -> None:
    wsk.environment["WHISK_SYSTEM_AUTH"] = "a:b"
    assert wsk(*command.split()) == failed(
        "This server has no operator API: subjects, limits, invokers and containers of another "
        "OpenWhisk are managed with its own tools.",
        148,
    )


@pytest.mark.parametrize("noun", ["api", "project"])
def test_names_that_are_kept_for_later_answer_with_a_sentence(
    wsk: Wsk, foreign: Controller, noun: str
) -> None:
    for tokens in ((noun,), (noun, "list"), (noun, "--help"), ("help", noun)):
        outcome = wsk(*tokens)
        assert (outcome.code, outcome.out, outcome.err.count("\n")) == (1, "", 1)
        assert outcome.err.startswith("error: This wsk does not ")
    assert foreign.asked == []


def test_a_path_that_no_server_has_is_told_in_its_words(wsk: Wsk, foreign: Controller) -> None:
    assert wsk("trigger", "get", "other") == Outcome(
        code=148, err=f"error: Unable to get trigger 'other': {NO_ROUTE} (code tid)\n"
    )
