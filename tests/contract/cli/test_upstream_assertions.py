"""What the tests of the original assert, line by line (contracts/cli.md §3.10).

Blanks are collapsed where those tests collapse them, and the stream is chosen as they choose it:
stdout after success, stderr otherwise.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Wsk

ID = "44794bd6aab74415b4e42a308d880e5b"
NODE = {"kind": "nodejs:20", "code": "x", "binary": False}
LISTED = {
    "namespace": "guest",
    "name": "n",
    "publish": False,
    "annotations": [{"key": "exec", "value": "nodejs:20"}],
}
DESCRIBED: dict[str, Any] = {
    "namespace": "guest",
    "name": "n",
    "parameters": [{"key": "b", "value": 1}],
    "annotations": [
        {"key": "description", "value": "Does it"},
        {"key": "parameters", "value": [{"name": "a"}, {"name": "b"}]},
    ],
}


def _shown(wsk: Wsk, command: str) -> str:
    outcome = wsk(*command.split())
    return outcome.out if outcome.code == 0 else outcome.err


def _collapsed(text: str) -> str:
    return re.sub(r" +", " ", text)


@pytest.mark.parametrize(
    "command", ["bogus", "action bogus", "action create", "action get", "package bind p"]
)
def test_bad_commands_end_with_the_hint(wsk: Wsk, command: str) -> None:
    assert "Run 'wsk --help' for usage." in _shown(wsk, command)


@pytest.mark.parametrize("command", ["--help", "action --help", "help action create", "rule -h"])
def test_help_has_its_sections(wsk: Wsk, command: str) -> None:
    page = _shown(wsk, command)
    assert "usage:" in page.lower()
    assert "Flags:" in page
    assert "--help" in page
    assert ("Available Commands:" in page) == (command != "help action create")


@pytest.mark.parametrize(
    ("command", "request_line", "answer", "expected"),
    [
        (
            "action create n x --sequence",
            "PUT {}/actions/n?overwrite=false",
            {},
            "ok: created action n",
        ),
        ("action get p/a", "GET {}/actions/p/a?code=false", {}, "ok: got action p/a"),
        (
            "action invoke /ns/a",
            "POST namespaces/ns/actions/a?blocking=false&result=false",
            {"activationId": ID},
            "ok: invoked /ns/a",
        ),
        ("package create n", "PUT {}/packages/n?overwrite=false", {}, "ok: created package n"),
        ("package delete n", "DELETE {}/packages/n", {}, "ok: deleted package n"),
        ("trigger create n", "PUT {}/triggers/n?overwrite=false", {}, "ok: created trigger n"),
        ("rule delete n", "DELETE {}/rules/n", {}, "ok: deleted "),
        ("action delete n", "DELETE {}/actions/n", {}, "ok: deleted "),
        (
            "action get n --save",
            "GET {}/actions/n?code=true",
            {"name": "n", "exec": NODE},
            "saved action code to ",
        ),
    ],
)
def test_success_lines(
    wsk: Wsk,
    controller: Controller,
    command: str,
    request_line: str,
    answer: object,
    expected: str,
) -> None:
    controller.answer(request_line.format("namespaces/_"), answer)
    assert expected in _shown(wsk, command)


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("action", "/guest/n private nodejs"),
        ("package", "/guest/n private"),
        ("trigger", "/guest/n private"),
        ("rule", "/guest/n private"),
    ],
)
def test_rows_of_lists(wsk: Wsk, controller: Controller, noun: str, expected: str) -> None:
    controller.answer(f"GET namespaces/_/{noun}s?limit=30&skip=0", [LISTED])
    controller.answer("GET namespaces/_/rules/n", {"status": "active"})
    assert expected in _collapsed(_shown(wsk, f"{noun} list"))


def _pair(wsk: Wsk) -> tuple[str, str]:
    """A client certificate and its key that can be loaded."""
    cert, key = wsk.home / "c.pem", wsk.home / "k.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout {key} -out {cert}".split(),
        check=True,
        capture_output=True,
    )
    return str(cert), str(key)


def test_properties_are_set_saved_and_unset(wsk: Wsk) -> None:
    cert, key = _pair(wsk)
    expected = {
        "--auth testKey": "ok: whisk auth set",
        "--apihost api.example.org": "ok: whisk API host set to api.example.org",
        "--apiversion v1": "ok: whisk API version set",
        f"--cert {cert} --key {key}": "ok: client cert set",
    }
    for flags, line in expected.items():
        assert line in _shown(wsk, f"property set {flags}")
    assert "ok: client key set" in _shown(wsk, f"property set --cert {cert} --key {key}")
    saved = (wsk.home / ".wskprops").read_text().splitlines()
    assert {"AUTH=testKey", "APIHOST=api.example.org", "APIVERSION=v1"} <= set(saved)
    unset = _shown(wsk, "property unset --auth --apihost --apiversion --cert --key")
    for line in ("whisk auth", "whisk API host", "whisk API version", "client cert", "client key"):
        assert f"ok: {line} unset" in unset


def test_saving_refuses_what_it_must(wsk: Wsk, controller: Controller, tmp_path: Path) -> None:
    controller.answer("GET namespaces/_/actions/n?code=true", {"name": "n", "exec": NODE})
    taken = tmp_path / "taken"
    taken.touch()
    assert f"The file '{taken}' already exists" in _shown(wsk, f"action get n --save-as {taken}")
    nowhere = tmp_path / "no" / "x"
    assert f"Cannot create file '{nowhere}'" in _shown(wsk, f"action get n --save-as {nowhere}")
    for name, code, text in (
        ("d", {"kind": "blackbox", "image": "i"}, "Cannot save Docker images"),
        ("s", {"kind": "sequence", "components": []}, "Cannot save action sequences"),
    ):
        controller.answer(
            f"GET namespaces/_/actions/{name}?code=true", {"name": name, "exec": code}
        )
        assert text in _shown(wsk, f"action get {name} --save")


def test_definitions_refuse_what_they_must(wsk: Wsk, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.touch()
    assert "requires specifying the action kind" in _shown(wsk, f"action create n {archive}")
    both = f"action create n {archive} --kind nodejs:20 --docker i"
    assert "Cannot specify both --kind and --docker at the same time" in _shown(wsk, both)


def test_connections_that_cannot_be_made(wsk: Wsk, controller: Controller) -> None:
    controller.refuse("GET namespaces", 401, "The supplied authentication is invalid")
    assert "The supplied authentication is invalid" in _shown(wsk, "namespace list")
    controller.refuse("GET /api/v1", 503, "no")
    assert "Unable to obtain API build information" in wsk("property", "get", "--apibuild").err
    wsk.auth = ""
    assert "--auth is required" in _shown(wsk, "namespace list")
    wsk.host = ""
    expected = "The API host is not valid: An API host must be provided."
    assert expected in _shown(wsk, "namespace list")


def test_summaries_name_parameters_with_their_marks(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/actions/n?code=false", DESCRIBED)
    shown = _shown(wsk, "action get n --summary").lower()
    assert "action /guest/n: does it" in shown
    assert "(parameters: a, *b)" in shown
    final = {**DESCRIBED, "annotations": [{"key": "final", "value": True}]}
    controller.answer("GET namespaces/_/actions/f?code=false", final)
    shown = _shown(wsk, "action get f --summary").lower()
    assert "returns a result based on parameter b" in shown
    assert "(parameters: **b)" in shown


def test_helpers_find_json_ids_and_columns(wsk: Wsk, controller: Controller) -> None:
    """First line dropped, then JSON; the id is the rest of its line, and column three of lists."""
    record = {"activationId": ID, "name": "n", "namespace": "guest", "start": 1, "statusCode": 0}
    controller.answer(f"GET namespaces/_/activations/{ID}", record)
    controller.answer("GET namespaces/_/activations?limit=30&skip=0", [record])
    blocking = "POST namespaces/_/actions/n?blocking=true&result=false"
    controller.answer(blocking, record)
    shown = _shown(wsk, f"activation get {ID}")
    assert shown.splitlines()[0].partition("ok: got activation ")[2] == ID
    assert json.loads(shown.partition("\n")[2])["activationId"] == ID
    shown = _shown(wsk, "action invoke n -b")
    assert shown.splitlines()[0].partition("with id ")[2] == ID
    assert json.loads(shown.partition("\n")[2])["activationId"] == ID
    rows = _shown(wsk, "activation list").splitlines()[1:]
    assert [row.split(" ")[2] for row in rows] == [ID]


def test_an_application_error_is_read_from_stderr(wsk: Wsk, controller: Controller) -> None:
    failed = {"activationId": ID, "response": {"success": False, "status": "application error"}}
    controller.answer("POST namespaces/_/actions/n?blocking=true&result=false", failed, status=502)
    outcome = wsk("action", "invoke", "n", "-b")
    assert (outcome.code, outcome.out) == (246, "")
    assert outcome.err.splitlines()[0].partition("with id ")[2] == ID


def test_an_activation_that_is_not_there_yet_exits_148(wsk: Wsk, controller: Controller) -> None:
    for path in (ID, f"{ID}/logs", f"{ID}/result"):
        controller.refuse(f"GET namespaces/_/activations/{path}", 404, "no")
    for verb in ("get", "logs", "result"):
        assert wsk("activation", verb, ID).code == 148


@pytest.mark.parametrize("language", ["de_DE", "de_DE.UTF-8", "C", ""])
def test_messages_are_english_whatever_the_language(wsk: Wsk, language: str) -> None:
    wsk.environment |= {"LANG": language, "LC_ALL": language}
    assert "An action name is required." in _shown(wsk, "action invoke")
