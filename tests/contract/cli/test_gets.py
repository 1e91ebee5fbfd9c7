"""What ``get`` prints: the line, then members in a fixed order, whatever order the server used."""

from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok

ACTION: dict[str, Any] = {
    "updated": 1700000000000,
    "annotations": [
        {"value": {"b": 1, "a": 2}, "key": "k"},
        {"key": "exec", "value": "nodejs:20"},
    ],
    "exec": {"binary": False, "kind": "nodejs:20"},
    "limits": {"concurrency": 1, "logs": 0, "memory": 256, "timeout": 60000},
    "name": "foo",
    "namespace": "guest",
    "parameters": [],
    "publish": False,
    "version": "0.0.1",
    "unknown": "not shown",
}
ACTION_TEXT = """{
    "namespace": "guest",
    "name": "foo",
    "version": "0.0.1",
    "exec": {
        "kind": "nodejs:20",
        "binary": false
    },
    "annotations": [
        {
            "key": "k",
            "value": {
                "a": 2,
                "b": 1
            }
        },
        {
            "key": "exec",
            "value": "nodejs:20"
        }
    ],
    "limits": {
        "timeout": 60000,
        "memory": 256,
        "logs": 0,
        "concurrency": 1
    },
    "publish": false,
    "updated": 1700000000000
}
"""

PACKAGE_TEXT = """{
    "namespace": "guest",
    "name": "p",
    "version": "0.0.1",
    "publish": true,
    "parameters": [
        {
            "key": "big",
            "value": 123456789012345678901234567890.10
        }
    ],
    "binding": {},
    "actions": [
        {
            "name": "a",
            "version": "0.0.2"
        }
    ],
    "updated": 1
}
"""
PACKAGE = (
    b'{"binding":{},"name":"p","namespace":"guest","version":"0.0.1","publish":true,'
    b'"annotations":[],"parameters":[{"key":"big","value":123456789012345678901234567890.10}],'
    b'"actions":[{"name":"a","version":"0.0.2","annotations":[]}],"feeds":[],"updated":1}'
)

TRIGGER_TEXT = """{
    "namespace": "guest",
    "name": "t",
    "version": "0.0.1",
    "limits": {},
    "publish": false,
    "rules": {
        "guest/r": {
            "action": {
                "name": "a",
                "path": "guest"
            },
            "status": "active"
        }
    }
}
"""
TRIGGER: dict[str, Any] = {
    "rules": {"guest/r": {"status": "active", "action": {"path": "guest", "name": "a"}}},
    "limits": {},
    "annotations": [],
    "parameters": [],
    "publish": False,
    "version": "0.0.1",
    "name": "t",
    "namespace": "guest",
}

RULE_TEXT = """{
    "namespace": "guest",
    "name": "r",
    "version": "0.0.1",
    "status": "active",
    "trigger": {
        "name": "t",
        "path": "guest"
    },
    "action": {
        "name": "a",
        "path": "guest"
    },
    "publish": false
}
"""
RULE: dict[str, Any] = {
    "action": {"path": "guest", "name": "a"},
    "trigger": {"path": "guest", "name": "t"},
    "status": "active",
    "publish": False,
    "annotations": [],
    "version": "0.0.1",
    "name": "r",
    "namespace": "guest",
}


def test_an_action_is_shown_without_its_code_and_in_a_fixed_order(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer("GET namespaces/_/actions/foo?code=false", ACTION)
    assert wsk("action", "get", "foo") == ok("ok: got action foo\n" + ACTION_TEXT)


def test_a_package_is_shown_with_its_numbers_as_they_came(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/packages/p", PACKAGE)
    assert wsk("package", "get", "p") == ok("ok: got package p\n" + PACKAGE_TEXT)


def test_a_trigger_is_shown_with_its_rules(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/triggers/t", TRIGGER)
    assert wsk("trigger", "get", "t") == ok("ok: got trigger t\n" + TRIGGER_TEXT)


def test_a_rule_is_shown_with_its_status(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/rules/r", RULE)
    assert wsk("rule", "get", "r") == ok("ok: got rule r\n" + RULE_TEXT)


@pytest.mark.parametrize(
    ("noun", "request_line", "answer", "field", "shown"),
    [
        ("action", "GET namespaces/_/actions/foo?code=false", ACTION, "VERSION", '"0.0.1"'),
        ("action", "GET namespaces/_/actions/foo?code=false", {}, "exec", "null"),
        ("action", "GET namespaces/_/actions/foo?code=false", ACTION, "publish", "false"),
        ("package", "GET namespaces/_/packages/foo", PACKAGE, "name", '"p"'),
        ("trigger", "GET namespaces/_/triggers/foo", TRIGGER, "parameters", "[]"),
        ("rule", "GET namespaces/_/rules/foo", RULE, "status", '"active"'),
    ],
)
def test_one_field_is_shown_alone(
    wsk: Wsk,
    controller: Controller,
    noun: str,
    request_line: str,
    answer: object,
    field: str,
    shown: str,
) -> None:
    controller.answer(request_line, answer)
    assert wsk(noun, "get", "foo", field) == ok(
        f"ok: got {noun} foo, displaying field {field}\n{shown}\n"
    )


@pytest.mark.parametrize(
    ("noun", "code", "hint"),
    [
        ("action", 2, True),
        ("package", 1, False),
        ("trigger", 1, False),
        ("rule", 1, False),
        ("activation", 1, False),
    ],
)
def test_a_field_that_does_not_exist_is_refused_before_any_request(
    wsk: Wsk, controller: Controller, noun: str, code: int, hint: bool
) -> None:
    assert wsk(noun, "get", "foo", "bogus") == failed(
        "Invalid field filter 'bogus'.", code, hint=hint
    )
    assert controller.asked == []


def test_an_answer_that_is_not_json_counts_as_empty(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/actions/foo?code=false", b"<html>")
    assert wsk("action", "get", "foo") == ok("ok: got action foo\n{}\n")


SUMMARIES: tuple[tuple[dict[str, Any], str], ...] = (
    (
        {"annotations": [{"key": "description", "value": "Says hello"}]},
        "action /guest/foo: Says hello\n   (parameters: none defined)\n",
    ),
    ({}, "action /guest/foo\n   (parameters: none defined)\n"),
    (
        {"annotations": [{"key": "parameters", "value": [{"name": "a"}]}]},
        "action /guest/foo: Returns a result based on parameter a\n   (parameters: a)\n",
    ),
    (
        {
            "annotations": [{"key": "parameters", "value": [{"name": "c"}, {"name": "a"}]}],
            "parameters": [{"key": "b", "value": 1}, {"key": "a", "value": 2}],
        },
        "action /guest/foo: Returns a result based on parameters a, b and c\n"
        "   (parameters: *a, *b, c)\n",
    ),
    (
        {
            "annotations": [{"key": "final", "value": True}],
            "parameters": [{"key": "b", "value": 1}],
        },
        "action /guest/foo: Returns a result based on parameter b\n   (parameters: **b)\n",
    ),
)


@pytest.mark.parametrize(("members", "text"), SUMMARIES)
def test_the_summary_of_an_action_names_its_parameters(
    wsk: Wsk, controller: Controller, members: dict[str, Any], text: str
) -> None:
    entity = {"namespace": "guest", "name": "foo", **members}
    controller.answer("GET namespaces/_/actions/foo?code=false", entity)
    assert wsk("action", "get", "foo", "-s") == ok(text)


def test_the_summary_of_a_package_has_a_block_per_action_and_feed(
    wsk: Wsk, controller: Controller
) -> None:
    entity = {
        "namespace": "guest",
        "name": "p",
        "annotations": [{"key": "description", "value": "Tools"}],
        "actions": [{"name": "a", "annotations": [{"key": "description", "value": "Acts"}]}],
        "feeds": [{"name": "f"}],
    }
    controller.answer("GET namespaces/_/packages/p", entity)
    assert wsk("package", "get", "p", "--summary") == ok(
        "package /guest/p: Tools\n   (parameters: none defined)\n"
        " action /guest/p/a: Acts\n   (parameters: none defined)\n"
        " feed   /guest/p/f\n   (parameters: none defined)\n"
    )


def test_the_summaries_of_trigger_and_rule(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/triggers/t", TRIGGER)
    controller.answer("GET namespaces/_/rules/r", RULE)
    assert wsk("trigger", "get", "t", "-s") == ok(
        "trigger /guest/t\n   (parameters: none defined)\n"
    )
    assert wsk("rule", "get", "r", "-s") == ok("rule /guest/r\n   (status: active)\n")


WEB = [{"key": "web-export", "value": True}]


@pytest.mark.parametrize(
    ("typed", "request_line", "entity", "path"),
    [
        (
            "foo",
            "GET namespaces/_/actions/foo?code=false",
            {"namespace": "guest", "name": "foo"},
            "/api/v1/namespaces/guest/actions/foo",
        ),
        (
            "p/foo",
            "GET namespaces/_/actions/p/foo?code=false",
            {"namespace": "guest/p", "name": "foo"},
            "/api/v1/namespaces/guest/actions/p/foo",
        ),
        (
            "foo",
            "GET namespaces/_/actions/foo?code=false",
            {"namespace": "my space", "name": "foo", "annotations": WEB},
            "/api/v1/web/my%20space/default/foo",
        ),
        (
            "/guest/p/foo",
            "GET namespaces/guest/actions/p/foo?code=false",
            {"namespace": "guest/p", "name": "foo", "annotations": WEB},
            "/api/v1/web/guest/p/foo",
        ),
    ],
)
def test_the_url_of_an_action_wins_over_summary_and_field(
    wsk: Wsk,
    controller: Controller,
    typed: str,
    request_line: str,
    entity: dict[str, Any],
    path: str,
) -> None:
    controller.answer(request_line, entity)
    outcome = wsk("action", "get", typed, "bogus", "--url", "--summary")
    assert outcome == ok(f"ok: got action foo\n{controller.address}{path}\n")


def test_a_host_without_scheme_is_shown_with_https(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/actions/foo?code=false", {"namespace": "g", "name": "foo"})
    wsk.host = controller.address + "/"
    assert wsk("action", "get", "foo", "-r").out.endswith(
        f"{controller.address}/api/v1/namespaces/g/actions/foo\n"
    )


def test_text_that_looks_like_markup_is_left_alone(wsk: Wsk, controller: Controller) -> None:
    answer = {"t": "[bold]x[/bold]\u2028é", "c": "\x01\n"}
    controller.answer("POST namespaces/_/actions/f?blocking=true&result=true", answer)
    assert wsk("action", "invoke", "f", "-r") == Outcome(
        code=0, out='{\n    "c": "\\u0001\\n",\n    "t": "[bold]x[/bold]\\u2028é"\n}\n'
    )
