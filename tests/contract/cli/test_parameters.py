"""Where parameters come from, what becomes of stored ones, and how invocations are followed."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cli.controller import KEY, Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok

INVOKE = "POST namespaces/_/actions/a?blocking=false&result=false"
BLOCKING = "POST namespaces/_/actions/a?blocking=true&result=false"
RESULT = "POST namespaces/_/actions/a?blocking=true&result=true"
ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Any:
    def put(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return put


def _sent(wsk: Wsk, controller: Controller, *tokens: str) -> Any:
    controller.answer(INVOKE, {"activationId": ID}, status=202)
    outcome = wsk("action", "invoke", "a", *tokens)
    assert outcome.code == 0, outcome
    return controller.asked[-1].json


def test_parameters_from_the_standard_input(wsk: Wsk, controller: Controller, stdin: Any) -> None:
    stdin('{"a": 1.50, "b": "é"}')
    assert _sent(wsk, controller, "-P", "-", "-p", "b", "2") == {"a": 1.5, "b": 2}
    assert b"1.50" in controller.asked[-1].body


@pytest.mark.parametrize("way", ["text", "file", "stdin", "equals"])
def test_a_whole_body(wsk: Wsk, controller: Controller, stdin: Any, way: str) -> None:
    text = '{"a": [1, {"b": null}]}'
    Path("body.json").write_text(text)
    stdin(text)
    tokens = {
        "text": ["--data", text],
        "file": ["--data", "@body.json"],
        "stdin": ["--data", "-"],
        "equals": [f"--data={text}"],
    }[way]
    assert _sent(wsk, controller, *tokens) == {"a": [1, {"b": None}]}


def test_a_body_takes_its_place_in_the_order(wsk: Wsk, controller: Controller) -> None:
    sent = _sent(wsk, controller, "-p", "a", "1", "--data", '{"a": 2, "b": 2}', "-p", "b", "3")
    assert sent == {"a": 2, "b": 3}


def test_a_value_from_a_file_behind_a_flag_of_its_own(wsk: Wsk, controller: Controller) -> None:
    Path("note.txt").write_text("line 1\nline 2\n")
    Path("list.json").write_text("[1, 2]")
    sent = _sent(
        wsk, controller, "--param-from", "note", "note.txt", "--param-from", "l", "list.json",
        "-p", "plain", "@note.txt",
    )  # fmt: skip
    assert sent == {"note": "line 1\nline 2\n", "l": [1, 2], "plain": "@note.txt"}


def test_a_trigger_is_fired_with_a_whole_body(wsk: Wsk, controller: Controller) -> None:
    controller.answer("POST namespaces/_/triggers/t", {"activationId": ID}, status=202)
    assert wsk("trigger", "fire", "t", "--data", '{"a": 1}').code == 0
    assert controller.asked[-1].json == {"a": 1}


@pytest.mark.parametrize(
    ("tokens", "text", "code"),
    [
        (["--data", "[1]"], "Invalid parameter argument in --data: a JSON object is needed", 1),
        (["--data", "{"], "Invalid parameter argument in --data: ", 1),
        (["--data", "@gone"], "Failed to parse arguments: File 'gone' is not a valid file", 2),
        (["--param-from", "k", "gone"], "Failed to parse arguments: File 'gone' is not", 2),
        (["--param-from", "k"], "Failed to parse arguments: The parameter arguments are inv", 1),
        (["-P", "-", "--data", "-"], "Failed to parse arguments: the standard input ('-')", 1),
    ],
)
def test_a_source_that_cannot_be_read_is_one_sentence(
    wsk: Wsk, controller: Controller, tokens: list[str], text: str, code: int
) -> None:
    outcome = wsk("action", "invoke", "a", *tokens)
    assert outcome.code == code
    assert outcome.err.startswith(f"error: {text}")
    assert controller.lines == []


PUT = "PUT namespaces/_/actions/a?overwrite={}"


def test_environment_variables_are_parameters_for_the_start(
    wsk: Wsk, controller: Controller
) -> None:
    Path("a.py").write_text("x")
    Path(".env").write_text("# comment\nexport PATH_TO='/a b'\n\nEMPTY=\nEQ=a=b\n")
    Path("more.json").write_text('{"FROM_JSON": "1"}')
    controller.answer(PUT.format("false"), {})
    tokens = ["--env", "MODE", "1", "--env-file", ".env", "--env-file", "more.json", "-p", "p", "1"]
    assert wsk("action", "create", "a", "a.py", *tokens).code == 0
    assert controller.asked[-1].json["parameters"] == [
        {"key": "p", "value": 1},
        {"key": "MODE", "value": "1", "init": True},
        {"key": "PATH_TO", "value": "/a b", "init": True},
        {"key": "EMPTY", "value": "", "init": True},
        {"key": "EQ", "value": "a=b", "init": True},
        {"key": "FROM_JSON", "value": "1", "init": True},
    ]


def test_a_line_of_an_environment_file_that_cannot_be_read_is_named(wsk: Wsk) -> None:
    Path("a.py").write_text("x")
    Path(".env").write_text("A=1\nnonsense\n")
    outcome = wsk("action", "create", "a", "a.py", "--env-file", ".env")
    assert outcome.code == 1
    assert "in the file '.env', line 2: a line is KEY=VALUE" in outcome.err


STORED = [
    {"key": "keep", "value": 1},
    {"key": "ENV", "value": "x", "init": True},
    {"key": "sealed", "value": "cipher", "encryption": "aes-256"},
    {"key": "old", "value": 1},
]


@pytest.mark.parametrize("noun", ["action", "package", "trigger"])
def test_stored_parameters_are_merged_on_request(
    wsk: Wsk, controller: Controller, noun: str
) -> None:
    get = "?code=false" if noun == "action" else ""
    controller.answer(f"GET namespaces/_/{noun}s/a{get}", {"name": "a", "parameters": STORED})
    controller.answer(f"PUT namespaces/_/{noun}s/a?overwrite=true", {})
    tokens = ["-p", "old", "2", "-p", "new", "3", "--merge-params"]
    assert wsk(noun, "update", "a", *tokens) == ok(f"ok: updated {noun} a\n")
    assert controller.asked[-1].json["parameters"] == [
        *STORED[:3],
        {"key": "old", "value": 2},
        {"key": "new", "value": 3},
    ]


@pytest.mark.parametrize("noun", ["action", "package", "trigger"])
def test_one_parameter_is_removed_and_the_others_stay(
    wsk: Wsk, controller: Controller, noun: str
) -> None:
    get = "?code=false" if noun == "action" else ""
    controller.answer(f"GET namespaces/_/{noun}s/a{get}", {"name": "a", "parameters": STORED[:1]})
    controller.answer(f"PUT namespaces/_/{noun}s/a?overwrite=true", {})
    outcome = wsk(noun, "update", "a", "--del-param", "keep", "--del-param", "gone")
    assert outcome.code == 0
    assert outcome.err == f"warning: the {noun} has no parameter 'gone' to remove\n"
    assert controller.asked[-1].json["parameters"] == []


def test_parameters_of_a_feed_are_not_merged(wsk: Wsk, controller: Controller) -> None:
    annotations = [{"key": "feed", "value": "/_/f"}]
    controller.answer("GET namespaces/_/triggers/a", {"name": "a", "annotations": annotations})
    outcome = wsk("trigger", "update", "a", "-p", "x", "1", "--merge-params")
    assert outcome.code == 1
    assert "belong to its feed" in outcome.err
    assert len(controller.lines) == 1


def _record(success: bool) -> dict[str, Any]:
    status = "success" if success else "application error"
    result = {"r": 1} if success else {"error": "no"}
    response = {"status": status, "success": success, "result": result}
    return {"activationId": ID, "response": response}


@pytest.mark.parametrize("success", [True, False])
@pytest.mark.parametrize("bare", [True, False])
def test_waiting_goes_on_where_the_server_stops(
    wsk: Wsk, controller: Controller, success: bool, bare: bool
) -> None:
    controller.answer(RESULT if bare else BLOCKING, {"activationId": ID}, status=202)
    controller.refuse(f"GET namespaces/_/activations/{ID}", 404, "The requested resource")
    controller.answer(f"GET namespaces/_/activations/{ID}", _record(success))
    outcome = wsk("action", "invoke", "a", "--wait", *(["-r"] if bare else []))
    assert outcome.code == (0 if success else 246)
    shown = outcome.out if success else outcome.err.partition("\n")[2]
    if not bare:
        first, _, shown = shown.partition("\n")
        assert first == f"ok: invoked /_/a with id {ID}"
    record: Any = _record(success)
    assert json.loads(shown) == (record["response"]["result"] if bare else record)
    assert outcome.err.startswith(f"/_/a has not yet finished; waiting for activation {ID}\n")


def test_a_wait_may_be_limited(wsk: Wsk, controller: Controller) -> None:
    controller.answer(BLOCKING, {"activationId": ID}, status=202)
    controller.refuse(f"GET namespaces/_/activations/{ID}", 404, "The requested resource")
    outcome = wsk("action", "invoke", "a", "--wait-limit", "0.3")
    assert outcome.code == 202
    assert outcome.err.endswith(
        f"ok: invoked /_/a, but the request has not yet finished, with id {ID}\n"
    )


def test_with_a_format_the_document_is_on_stdout_and_how_it_ended_on_stderr(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(BLOCKING, _record(False), status=502)
    outcome = wsk("action", "invoke", "a", "-b", "-o", "json")
    assert outcome.code == 246
    assert json.loads(outcome.out) == _record(False)
    assert outcome.err == (
        f"ok: invoked /_/a with id {ID}\n"
        f"error: /_/a failed with an application error: wsk activation get {ID}\n"
    )
    controller.answer(INVOKE, {"activationId": ID}, status=202)
    assert wsk("action", "invoke", "a", "-o", "name") == Outcome(
        code=0, out=f"{ID}\n", err=f"ok: invoked /_/a with id {ID}\n"
    )


def _web(*annotations: tuple[str, Any], name: str = "a") -> dict[str, Any]:
    pairs = [{"key": key, "value": value} for key, value in annotations]
    return {"namespace": "guest", "name": name, "annotations": pairs}


GET = "GET namespaces/_/actions/a?code=false"


def test_the_public_url_of_a_web_action(wsk: Wsk, controller: Controller) -> None:
    controller.answer(GET, _web(("web-export", True)))
    assert wsk("action", "open", "a") == ok(f"{wsk.host}/api/v1/web/guest/default/a\n")


def test_an_action_that_is_not_public_has_no_such_url(wsk: Wsk, controller: Controller) -> None:
    controller.answer(GET, _web())
    assert wsk("action", "open", "a") == failed(
        "The action 'a' has no public URL: it is not a web action. Make it one with "
        "'wsk action update a --web true', or see 'wsk action curl a'."
    )


def test_a_curl_command_holds_the_key_only_on_request(wsk: Wsk, controller: Controller) -> None:
    controller.answer(GET, _web())
    url = f"{wsk.host}/api/v1/namespaces/guest/actions/a?blocking=true&result=true"
    tail = f" -X POST -H 'Content-Type: application/json' -d '{{\"n\":\"it'\"'\"'s\"}}' '{url}'\n"
    tokens = ["action", "curl", "a", "-p", "n", "it's"]
    assert wsk(*tokens) == ok('curl -u "$(wsk property get --auth -o raw)"' + tail)
    assert wsk(*tokens, "--show-secrets") == ok(f"curl -u {KEY}" + tail)


def test_a_curl_command_for_a_protected_web_action(wsk: Wsk, controller: Controller) -> None:
    controller.answer(GET, _web(("web-export", True), ("require-whisk-auth", "s3")))
    url = f"{wsk.host}/api/v1/web/guest/default/a.json"
    hidden = wsk("action", "curl", "a")
    assert hidden.out == f'curl -H "X-Require-Whisk-Auth: $SECRET" {url}\n'
    assert "put it into the variable SECRET" in hidden.err
    assert wsk("action", "curl", "a", "--show-secrets") == ok(
        f"curl -H 'X-Require-Whisk-Auth: s3' {url}\n"
    )


def test_a_package_is_emptied_first_on_request(wsk: Wsk, controller: Controller) -> None:
    controller.answer(
        "GET namespaces/_/packages/p",
        {"name": "p", "binding": {}, "actions": [{"name": "a"}], "feeds": [{"name": "f"}]},
    )
    for path in ("actions/p/a", "actions/p/f", "packages/p"):
        controller.answer(f"DELETE namespaces/_/{path}", {})
    assert wsk("package", "delete", "p", "--recursive", "--yes") == ok(
        "ok: deleted action p/a\nok: deleted action p/f\nok: deleted package p\n"
    )


def test_emptying_a_package_has_to_be_confirmed(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/packages/p", {"name": "p", "actions": [{"name": "a"}]})
    assert wsk("package", "delete", "p", "--recursive") == failed(
        "Deleting the package 'p' and its 1 action has to be confirmed with --yes.", hint=True
    )
    assert controller.lines == ["GET namespaces/_/packages/p"]


def test_deleting_a_binding_leaves_the_actions_of_the_bound_package(
    wsk: Wsk, controller: Controller
) -> None:
    bound = {"name": "p", "binding": {"namespace": "x", "name": "q"}, "actions": [{"name": "a"}]}
    controller.answer("GET namespaces/_/packages/p", bound)
    controller.answer("DELETE namespaces/_/packages/p", {})
    assert wsk("package", "delete", "p", "--recursive") == ok("ok: deleted package p\n")
