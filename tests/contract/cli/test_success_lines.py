"""Every success line that needs one request, byte for byte, with the request that it took."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Wsk, ok

ID = "44794bd6aab74415b4e42a308d880e5b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    command: str
    request: str
    out: str
    answer: Any = None
    status: int = 200
    sent: Any = None


CASES = (
    Case(
        command="action delete foo",
        request="DELETE namespaces/_/actions/foo",
        out="ok: deleted action foo\n",
    ),
    Case(
        command="action delete /ns/pkg/foo",
        request="DELETE namespaces/ns/actions/pkg/foo",
        out="ok: deleted action pkg/foo\n",
    ),
    Case(
        command="action create s a,/ns/p/b --sequence",
        request="PUT namespaces/_/actions/s?overwrite=false",
        sent={
            "namespace": "_",
            "name": "s",
            "exec": {"kind": "sequence", "components": ["/_/a", "/ns/p/b"]},
        },
        out="ok: created action s\n",
    ),
    Case(
        command="action invoke foo -p name Bob -p n 1.50",
        request="POST namespaces/_/actions/foo?blocking=false&result=false",
        status=202,
        answer={"activationId": ID},
        sent={"name": "Bob", "n": 1.50},
        out=f"ok: invoked /_/foo with id {ID}\n",
    ),
    Case(
        command="action invoke /ns/pkg/foo",
        request="POST namespaces/ns/actions/pkg/foo?blocking=false&result=false",
        status=202,
        answer={"activationId": ID},
        sent={},
        out=f"ok: invoked /ns/pkg/foo with id {ID}\n",
    ),
    Case(
        command="action invoke foo -b",
        request="POST namespaces/_/actions/foo?blocking=true&result=false",
        answer={"response": {"success": True, "result": {"b": 1, "a": []}}, "activationId": ID},
        out=f"ok: invoked /_/foo with id {ID}\n"
        "{\n"
        f'    "activationId": "{ID}",\n'
        '    "response": {\n'
        '        "result": {\n'
        '            "a": [],\n'
        '            "b": 1\n'
        "        },\n"
        '        "success": true\n'
        "    }\n"
        "}\n",
    ),
    Case(
        command="action invoke foo -r",
        request="POST namespaces/_/actions/foo?blocking=true&result=true",
        answer={"z": {}, "activationId": "mine"},
        out='{\n    "activationId": "mine",\n    "z": {}\n}\n',
    ),
    Case(
        command="action invoke foo --result",
        request="POST namespaces/_/actions/foo?blocking=true&result=true",
        answer=[1, "two"],
        out='[\n    1,\n    "two"\n]\n',
    ),
    Case(
        command="package create p --shared yes",
        request="PUT namespaces/_/packages/p?overwrite=false",
        sent={"namespace": "_", "name": "p", "publish": True},
        out="ok: created package p\n",
    ),
    Case(
        command="package create p -p a 1 -a b text",
        request="PUT namespaces/_/packages/p?overwrite=false",
        sent={
            "namespace": "_",
            "name": "p",
            "annotations": [{"key": "b", "value": "text"}],
            "parameters": [{"key": "a", "value": 1}],
        },
        out="ok: created package p\n",
    ),
    Case(
        command="package update p --shared NO",
        request="PUT namespaces/_/packages/p?overwrite=true",
        sent={"namespace": "_", "name": "p", "publish": False},
        out="ok: updated package p\n",
    ),
    Case(
        command="package delete p",
        request="DELETE namespaces/_/packages/p",
        out="ok: deleted package p\n",
    ),
    Case(
        command="package bind /whisk.system/utils b",
        request="PUT namespaces/_/packages/b?overwrite=false",
        sent={"binding": {"namespace": "whisk.system", "name": "utils"}},
        out="ok: created binding b\n",
    ),
    Case(
        command="package bind utils b -o -p k v",
        request="PUT namespaces/_/packages/b?overwrite=true",
        sent={
            "binding": {"namespace": "_", "name": "utils"},
            "parameters": [{"key": "k", "value": "v"}],
        },
        out="ok: created binding b\n",
    ),
    Case(
        command="package refresh",
        request="POST namespaces/_/packages/refresh",
        answer={"added": ["a1", "a2"], "deleted": ["d"]},
        out="'_' refreshed successfully\n"
        "created bindings:\na1\na2\nupdated bindings:\ndeleted bindings:\nd\n",
    ),
    Case(
        command="trigger create t",
        request="PUT namespaces/_/triggers/t?overwrite=false",
        sent={"name": "t"},
        out="ok: created trigger t\n",
    ),
    Case(
        command="trigger fire t -p k v",
        request="POST namespaces/_/triggers/t",
        status=202,
        answer={"activationId": ID},
        sent={"k": "v"},
        out=f"ok: triggered /_/t with id {ID}\n",
    ),
    Case(
        command="rule create r t a",
        request="PUT namespaces/_/rules/r?overwrite=false",
        sent={"name": "r", "status": "", "trigger": "/_/t", "action": "/_/a"},
        out="ok: created rule r\n",
    ),
    Case(
        command="rule update r /ns/t ns/p/a",
        request="PUT namespaces/_/rules/r?overwrite=true",
        sent={"name": "r", "status": "", "trigger": "/ns/t", "action": "/ns/p/a"},
        out="ok: updated rule r\n",
    ),
    Case(
        command="rule delete r",
        request="DELETE namespaces/_/rules/r",
        out="ok: deleted rule r\n",
    ),
    Case(
        command="rule enable r",
        request="POST namespaces/_/rules/r",
        answer=b"OK",
        sent={"status": "active", "trigger": None, "action": None},
        out="ok: enabled rule r\n",
    ),
    Case(
        command="rule disable r",
        request="POST namespaces/_/rules/r",
        answer=b"OK",
        sent={"status": "inactive", "trigger": None, "action": None},
        out="ok: disabled rule r\n",
    ),
    Case(
        command="rule status r",
        request="GET namespaces/_/rules/r",
        answer={"status": "active"},
        out="ok: rule r is active\n",
    ),
    Case(
        command=f"activation logs {ID}",
        request=f"GET namespaces/_/activations/{ID}/logs",
        answer={"logs": ["2024-02-01T10:11:12.123456789Z stdout: [red]hi[/red]", "plain"]},
        out="2024-02-01T10:11:12.123456789Z stdout: [red]hi[/red]\nplain\n",
    ),
    Case(
        command=f"activation logs {ID} --strip",
        request=f"GET namespaces/_/activations/{ID}/logs",
        answer={"logs": ["2024-02-01T10:11:12.123456789Z stdout: hi", "plain"]},
        out="hi\nplain\n",
    ),
    Case(
        command=f"activation result {ID}",
        request=f"GET namespaces/_/activations/{ID}/result",
        answer={"success": True, "status": "success", "result": {"b": 2, "a": 1}},
        out='{\n    "a": 1,\n    "b": 2\n}\n',
    ),
    Case(
        command="namespace list",
        request="GET namespaces",
        answer=["guest"],
        out="namespaces\nguest\n",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.command)
def test_a_command_prints_and_sends_what_the_contract_says(
    wsk: Wsk, controller: Controller, case: Case
) -> None:
    controller.answer(
        case.request, case.answer if case.answer is not None else {}, status=case.status
    )
    assert wsk(*case.command.split()) == ok(case.out)
    assert controller.lines == [case.request]
    if case.sent is not None:
        assert controller.asked[0].json == case.sent


def test_success_lines_are_colored_only_when_told_so(wsk: Wsk, controller: Controller) -> None:
    controller.answer("DELETE namespaces/_/actions/foo", {})
    wsk.color = True
    assert wsk("action", "delete", "foo").out == (
        "\x1b[32mok:\x1b[0m deleted action \x1b[1mfoo\x1b[0m\n"
    )


def test_firing_a_trigger_without_active_rule_keeps_the_line_and_says_so_on_stderr(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer("POST namespaces/_/triggers/t", status=204)
    outcome = wsk("trigger", "fire", "t")
    assert (outcome.code, outcome.out) == (0, "ok: triggered /_/t with id \n")
    assert outcome.err == (
        "trigger /_/t did not fire as it is not associated with an active rule\n"
    )


def test_deleting_a_rule_can_disable_it_first(wsk: Wsk, controller: Controller) -> None:
    controller.answer("POST namespaces/_/rules/r", b"OK")
    controller.answer("DELETE namespaces/_/rules/r", {})
    assert wsk("rule", "delete", "r", "--disable") == ok("ok: deleted rule r\n")
    assert controller.lines == ["POST namespaces/_/rules/r", "DELETE namespaces/_/rules/r"]


def test_names_with_spaces_and_signs_are_percent_encoded(wsk: Wsk, controller: Controller) -> None:
    controller.answer("DELETE namespaces/_/actions/a%20b%3Fc%26d", {})
    assert wsk("action", "delete", "a b?c&d") == ok("ok: deleted action a b?c&d\n")


def test_every_request_carries_the_key_and_names_the_program(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer("GET namespaces", ["guest"])
    wsk("namespace", "list")
    headers = controller.asked[0].headers
    assert headers["authorization"].startswith("Basic MjNiYzQ2YjEtNzFmNi00ZWQ1")
    assert headers["user-agent"].startswith("OpenWhisk-CLI/1.0 (")
