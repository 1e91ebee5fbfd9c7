"""How failures end: sentences, streams, exit codes."""

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import HINT, Outcome, Wsk, failed

ID = "44794bd6aab74415b4e42a308d880e5b"
CREATE = "PUT namespaces/_/actions/foo?overwrite=false"
INVOKE = "POST namespaces/_/actions/foo?blocking=false&result=false"
BLOCKING = "POST namespaces/_/actions/foo?blocking=true&result=false"
RESULT = "POST namespaces/_/actions/foo?blocking=true&result=true"

CODES = {
    400: 144,
    401: 145,
    403: 147,
    404: 148,
    405: 149,
    408: 152,
    409: 153,
    413: 157,
    415: 159,
    429: 173,
    500: 244,
    502: 246,
    503: 247,
    504: 248,
}

REFUSABLE = (
    ("action get foo", "GET namespaces/_/actions/foo?code=false", "get action", True),
    ("action delete foo", "DELETE namespaces/_/actions/foo", "delete action", True),
    (
        "action create foo x --sequence",
        "PUT namespaces/_/actions/foo?overwrite=false",
        "create action",
        True,
    ),
    ("action invoke foo", INVOKE, "invoke action", True),
    ("action invoke foo -b", BLOCKING, "invoke action", True),
    ("trigger fire foo", "POST namespaces/_/triggers/foo", "fire trigger", False),
)


@pytest.mark.parametrize("status", CODES)
@pytest.mark.parametrize(("command", "request_line", "doing", "hint"), REFUSABLE)
def test_an_http_error_is_quoted_and_gives_the_exit_code(
    wsk: Wsk,
    controller: Controller,
    command: str,
    request_line: str,
    doing: str,
    hint: bool,
    status: int,
) -> None:
    controller.refuse(request_line, status, "Because.", "tid42")
    assert wsk(*command.split()) == failed(
        f"Unable to {doing} 'foo': Because. (code tid42)", CODES[status], hint=hint
    )


SENTENCES = """
namespace list | GET namespaces
    Unable to obtain the list of available namespaces
action list | GET namespaces/_/actions?limit=30&skip=0
    Unable to obtain the list of actions for namespace 'default' | hint
package list | GET namespaces/_/packages?limit=30&skip=0
    Unable to obtain the list of packages for namespace 'default'
trigger list | GET namespaces/_/triggers?limit=30&skip=0
    Unable to obtain the list of triggers for namespace 'default'
rule list | GET namespaces/_/rules?limit=30&skip=0
    Unable to obtain the list of rules for namespace 'default'
activation list | GET namespaces/_/activations?limit=30&skip=0
    Unable to obtain the list of activations for namespace 'default'
list | GET namespaces/_/actions?limit=0&skip=0
    Unable to obtain the list of actions for namespace 'default'
package create x | PUT namespaces/_/packages/x?overwrite=false
    Unable to create package 'x'
package update x | PUT namespaces/_/packages/x?overwrite=true
    Package update failed
package bind p x | PUT namespaces/_/packages/x?overwrite=false
    Binding creation failed
package get x | GET namespaces/_/packages/x
    Unable to get package 'x'
package delete x | DELETE namespaces/_/packages/x
    Unable to delete package 'x'
package refresh | POST namespaces/_/packages/refresh
    Package refresh for namespace '_' failed
trigger get x | GET namespaces/_/triggers/x
    Unable to get trigger 'x'
trigger delete x | GET namespaces/_/triggers/x
    Unable to get trigger 'x'
trigger create x | PUT namespaces/_/triggers/x?overwrite=false
    Unable to create trigger 'x'
rule create x t a | PUT namespaces/_/rules/x?overwrite=false
    Unable to create rule 'x'
rule update x t a | PUT namespaces/_/rules/x?overwrite=true
    Unable to update rule 'x'
rule enable x | POST namespaces/_/rules/x
    Unable to enable rule 'x'
rule disable x | POST namespaces/_/rules/x
    Unable to disable rule 'x'
rule status x | GET namespaces/_/rules/x
    Unable to get status of rule 'x' | hint
rule get x | GET namespaces/_/rules/x
    Unable to get rule 'x' | hint
rule delete x | DELETE namespaces/_/rules/x
    Unable to delete rule 'x'
rule delete x --disable | POST namespaces/_/rules/x
    Unable to disable rule 'x'
activation get x | GET namespaces/_/activations/x
    Unable to get activation 'x'
activation logs x | GET namespaces/_/activations/x/logs
    Unable to get logs for activation 'x'
activation result x | GET namespaces/_/activations/x/result
    Unable to get result for activation 'x'
"""
"""Command and request, then the beginning of the sentence and whether the hint follows."""


def _sentences() -> list[tuple[str, str, str, bool]]:
    lines = SENTENCES.strip().splitlines()
    cases = []
    for first, second in zip(lines[::2], lines[1::2], strict=True):
        command, request_line = first.split(" | ")
        doing, _, hint = second.strip().partition(" | ")
        cases.append((command, request_line, doing, hint == "hint"))
    return cases


@pytest.mark.parametrize(("command", "request_line", "doing", "hint"), _sentences())
def test_each_command_says_what_failed(
    wsk: Wsk, controller: Controller, command: str, request_line: str, doing: str, hint: bool
) -> None:
    controller.refuse(request_line, 404, "The requested resource does not exist.")
    assert wsk(*command.split()) == failed(
        f"{doing}: The requested resource does not exist. (code tid)", 148, hint=hint
    )


def test_a_refresh_that_is_not_implemented_says_so(wsk: Wsk, controller: Controller) -> None:
    controller.refuse("POST namespaces/_/packages/refresh", 501, "no")
    assert wsk("package", "refresh") == failed(
        "The package refresh feature is not implemented in the target deployment", 3
    )


@pytest.mark.parametrize("body", [b"", b"<html>bad gateway</html>", {"error": "x"}, {"code": 1}])
def test_an_error_without_text_and_code_shows_only_the_status(
    wsk: Wsk, controller: Controller, body: object
) -> None:
    controller.answer("GET namespaces/_/actions/foo?code=false", body, status=503)
    assert wsk("action", "get", "foo") == failed(
        "Unable to get action 'foo': The connection failed, or timed out. (HTTP status code 503)",
        247,
        hint=True,
    )


RECORD = {"activationId": ID, "response": {"status": "application error", "success": False}}
RECORD_TEXT = (
    f'{{\n    "activationId": "{ID}",\n    "response": {{\n'
    '        "status": "application error",\n        "success": false\n    }\n}\n'
)


def test_an_application_error_prints_line_and_record_on_stderr(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(BLOCKING, RECORD, status=502)
    assert wsk("action", "invoke", "foo", "-b") == Outcome(
        code=246, err=f"ok: invoked /_/foo with id {ID}\n{RECORD_TEXT}"
    )


def test_an_application_error_with_result_prints_only_the_result_on_stderr(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(RESULT, {"error": {"b": 1, "a": 2}}, status=502)
    assert wsk("action", "invoke", "foo", "-r") == Outcome(
        code=246, err='{\n    "error": {\n        "a": 2,\n        "b": 1\n    }\n}\n'
    )


def test_a_platform_error_with_a_record_shows_only_the_status(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(BLOCKING, RECORD, status=500)
    assert wsk("action", "invoke", "foo", "-b") == failed(
        "Unable to invoke action 'foo': "
        "The connection failed, or timed out. (HTTP status code 500)",
        244,
        hint=True,
    )


@pytest.mark.parametrize(("flag", "request_line"), [("-b", BLOCKING), ("-r", RESULT)])
def test_a_wait_that_elapses_exits_202(
    wsk: Wsk, controller: Controller, flag: str, request_line: str
) -> None:
    controller.answer(request_line, {"activationId": ID}, status=202)
    assert wsk("action", "invoke", "foo", flag) == Outcome(
        code=202,
        err=f"ok: invoked /_/foo, but the request has not yet finished, with id {ID}\n",
    )


def test_a_result_with_a_member_called_response_is_no_failure(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(RESULT, {"response": {"success": False}})
    outcome = wsk("action", "invoke", "foo", "-r")
    assert (outcome.code, outcome.err) == (0, "")


def test_the_id_of_a_bare_array_comes_from_the_header(wsk: Wsk, controller: Controller) -> None:
    controller.answer(BLOCKING, [1], headers=(("x-openwhisk-activation-id", ID),))
    assert wsk("action", "invoke", "foo", "-b") == Outcome(
        code=0, out=f"ok: invoked /_/foo with id {ID}\n[\n    1\n]\n"
    )


def test_without_a_host_nothing_is_tried(wsk: Wsk) -> None:
    wsk.host = ""
    assert wsk("action", "list") == Outcome(
        code=1,
        err=f"error: The API host is not valid: An API host must be provided.\n\n{HINT}",
    )


def test_without_a_key_nothing_is_sent(wsk: Wsk, controller: Controller) -> None:
    wsk.auth = ""
    outcome = wsk("trigger", "list")
    assert outcome == failed(
        "Unable to obtain the list of triggers for namespace 'default': "
        "Authorization key is not configured (--auth is required)",
        2,
        hint=True,
    )
    assert controller.asked == []


@pytest.mark.parametrize("name", ["", ".", "/", "/ns/", "/ns/p/a/b", "/ns//a", "//a"])
def test_names_out_of_rules_are_refused(wsk: Wsk, controller: Controller, name: str) -> None:
    assert wsk("action", "get", name) == failed(
        f"'{name}' is not a valid qualified name: A valid qualified name must be specified.",
        hint=True,
    )
    assert controller.asked == []


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("a/b/c", "namespaces/a/actions/b/c"),
        ("a/b/c/d", "namespaces/_/actions/a/b/c/d"),
        ("pkg/", "namespaces/_/actions/pkg/"),
        ("/ns", "namespaces/ns/actions/"),
    ],
)
def test_odd_names_that_the_reference_sends(
    wsk: Wsk, controller: Controller, name: str, target: str
) -> None:
    controller.answer(f"GET {target}?code=false", {})
    assert wsk("action", "get", name).code == 0


def test_stdout_comes_before_stderr(wsk: Wsk, controller: Controller) -> None:
    """With both streams on one terminal the order is that of writing."""
    controller.refuse("GET /api/v1", 500, "no")
    controller.answer("GET namespaces", ["guest"])
    outcome = wsk("property", "get", "--apibuild")
    assert outcome.out == "whisk API build\tUnknown\n"
    assert outcome.err == "error: Unable to obtain API build information: no (code tid)\n"
