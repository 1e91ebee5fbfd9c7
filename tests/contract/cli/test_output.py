"""The formats of ``-o``: whole documents with nothing lost, tables by column, queries, secrets."""

import json
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Outcome, Wsk, ok

LIST = "GET namespaces/_/actions?limit=30&skip=0"
RAW = (
    b'[{"namespace":"guest/p","name":"a","version":"0.0.1","publish":true,"updated":1.50,'
    b'"annotations":[{"key":"exec","value":"nodejs:20"},{"key":"web-export","value":true}],'
    b'"limits":{"timeout":60000,"memory":256},"note":"\xc3\xa9"},'
    b'{"namespace":"guest","name":"b","version":"0.0.2","publish":false,'
    b'"updated":12345678901234567890123,"annotations":[]}]'
)


@pytest.fixture
def listed(controller: Controller) -> Controller:
    controller.answer(LIST, RAW)
    return controller


@pytest.mark.usefixtures("listed")
class TestLists:
    def test_json_is_an_array_of_the_servers_documents_with_numbers_as_they_came(
        self, wsk: Wsk
    ) -> None:
        outcome = wsk("action", "list", "-o", "json")
        assert (outcome.code, outcome.err) == (0, "")
        assert json.loads(outcome.out) == json.loads(RAW)
        assert '"updated": 1.50' in outcome.out
        assert "12345678901234567890123" in outcome.out
        assert "é" in outcome.out

    def test_json_lines_are_one_document_each(self, wsk: Wsk) -> None:
        lines = wsk("-o", "jsonl", "action", "list").out.splitlines()
        assert [json.loads(line) for line in lines] == json.loads(RAW)

    def test_yaml_holds_the_same(self, wsk: Wsk) -> None:
        assert yaml.safe_load(wsk("action", "list", "--output=yaml").out) == json.loads(RAW)

    def test_names_are_fully_qualified(self, wsk: Wsk) -> None:
        assert wsk("action", "list", "-o", "name") == ok("/guest/p/a\n/guest/b\n")

    def test_a_table_tells_the_truth_about_visibility(self, wsk: Wsk) -> None:
        assert wsk("action", "list", "-o", "table") == ok(
            "name        kind       visibility  version\n"
            "/guest/p/a  nodejs:20  shared      0.0.1\n"
            "/guest/b    -          private     0.0.2\n"
        )

    def test_a_wide_table_has_more_columns(self, wsk: Wsk) -> None:
        header = wsk("action", "list", "-o", "wide").out.splitlines()[0].split()
        assert header[:4] == ["name", "kind", "visibility", "version"]
        assert {"web", "memory", "updated"} <= set(header)

    def test_separated_values_without_a_header(self, wsk: Wsk) -> None:
        assert wsk("action", "list", "-o", "tsv", "--no-header", "--columns", "name,web") == ok(
            "/guest/p/a\tyes\n/guest/b\tno\n"
        )

    def test_columns_may_be_members_of_the_document(self, wsk: Wsk) -> None:
        assert wsk("action", "list", "--columns", "Version,limits.memory") == ok(
            "version  limits.memory\n0.0.1    256\n0.0.2    -\n"
        )

    def test_columns_of_json_are_its_members(self, wsk: Wsk) -> None:
        answer = wsk("action", "list", "-o", "json", "--columns", "name,version").out
        assert json.loads(answer)[0] == {"name": "/guest/p/a", "version": "0.0.1"}

    def test_a_query_is_applied_to_the_documents(self, wsk: Wsk) -> None:
        answer = wsk("action", "list", "--query", "[?publish].{n: name, u: updated}")
        assert answer == ok('[\n    {\n        "n": "a",\n        "u": 1.50\n    }\n]\n')

    def test_a_query_may_end_in_plain_lines(self, wsk: Wsk) -> None:
        assert wsk("action", "list", "--query", "[].version", "-o", "tsv", "--no-header") == ok(
            "0.0.1\n0.0.2\n"
        )

    def test_a_query_may_compare_numbers(self, wsk: Wsk) -> None:
        assert wsk("action", "list", "--query", "[?updated > `2`].name | [0]") == ok('"b"\n')

    def test_an_unknown_column_is_refused_with_the_known_ones(self, wsk: Wsk) -> None:
        outcome = wsk("action", "list", "--columns", "nme")
        assert outcome.code == 1
        assert outcome.err.startswith(
            "error: There is no column 'nme'. Choose from name, kind, visibility,"
        )

    @pytest.mark.parametrize("query", ["[", "foo(@)", "abs(@)"])
    def test_a_query_that_cannot_be_used_is_one_sentence(self, wsk: Wsk, query: str) -> None:
        outcome = wsk("action", "list", "--query", query)
        assert outcome.code == 1
        assert outcome.err.startswith(f"error: The query '{query}' cannot be used: ")
        assert outcome.err.count("\n") == 2


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (
            ["-o", "xml"],
            "'xml' is not an output format. "
            "Use one of table, json, yaml, jsonl, name, wide, tsv with --output.",
        ),
        (
            ["--columns", "a,,b"],
            "'a,,b' for --columns has an empty name. Write names such as name,kind.",
        ),
    ],
)
def test_a_format_that_does_not_exist_is_refused_before_anything_is_asked(
    wsk: Wsk, controller: Controller, tokens: list[str], text: str
) -> None:
    outcome = wsk("action", "list", *tokens)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"error: {text}\n")
    assert controller.lines == []


def test_an_empty_list_is_an_empty_document(wsk: Wsk, controller: Controller) -> None:
    controller.answer(LIST, [])
    assert wsk("action", "list", "-o", "json") == ok("[]\n")
    assert wsk("action", "list", "-o", "jsonl") == ok("")
    assert wsk("action", "list", "-o", "name") == ok("")
    assert wsk("action", "list", "-o", "table") == ok("name  kind  visibility  version\n")


def test_control_characters_of_a_cell_do_not_reach_the_terminal(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(LIST, [{"namespace": "g", "name": "a\x1b[31m\tb\nc"}])
    assert wsk("action", "list", "-o", "name") == ok("/g/a\\x1b[31m\\tb\\nc\n")


SECRETS: dict[str, Any] = {
    "namespace": "guest",
    "name": "a",
    "version": "0.0.1",
    "annotations": [{"key": "require-whisk-auth", "value": "open-sesame"}],
    "parameters": [
        {"key": "dbPassword", "value": "hunter2"},
        {"key": "service", "value": {"url": "u", "token": "t0k"}},
        {"key": "plain", "value": "seen"},
    ],
}


def test_secrets_of_an_entity_are_hidden_unless_asked_for(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/actions/a?code=false", SECRETS)
    shown = wsk("action", "get", "a", "-o", "json")
    assert not [word for word in ("open-sesame", "hunter2", "t0k") if word in shown.out]
    assert "seen" in shown.out
    clear = wsk("action", "get", "a", "-o", "json", "--show-secrets")
    assert json.loads(clear.out) == SECRETS


def test_an_entity_is_the_whole_document_without_a_status_line(
    wsk: Wsk, controller: Controller
) -> None:
    rule = {"namespace": "guest", "name": "r", "unheard-of": [1.0], "status": "active"}
    controller.answer("GET namespaces/_/rules/r", rule)
    assert json.loads(wsk("rule", "get", "r", "-o", "json").out) == rule
    assert wsk("rule", "get", "r", "-o", "name") == ok("/guest/r\n")
    assert wsk("rule", "get", "r", "status", "-o", "yaml") == Outcome(
        code=0, out="active\n", err="ok: got rule r, displaying field status\n"
    )


def test_a_result_is_data_and_not_searched_for_secrets(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/activations/x/result", {"result": {"token": "kept"}})
    assert wsk("activation", "result", "x", "--query", "token") == ok('"kept"\n')


def test_activations_have_columns_of_their_own(wsk: Wsk, controller: Controller) -> None:
    record = {
        "namespace": "guest",
        "name": "a",
        "activationId": "1" * 32,
        "start": 1000,
        "end": 1250,
        "duration": 250,
        "statusCode": 1,
        "annotations": [{"key": "kind", "value": "python:3"}, {"key": "initTime", "value": 1}],
    }
    controller.answer("GET namespaces/_/activations?limit=30&skip=0", [record])
    assert wsk(
        "activation", "list", "--columns", "id,kind,temperature,duration,status,entity"
    ) == ok(
        f"{'id':<32}  kind      temperature  duration  status             entity\n"
        f"{'1' * 32}  python:3  cold         250ms     application error  /guest/a\n"
    )


def test_everything_in_the_namespace_is_one_list(wsk: Wsk, controller: Controller) -> None:
    for kind in ("actions", "packages", "triggers"):
        entity = {"namespace": "g", "name": kind[0]}
        controller.answer(f"GET namespaces/_/{kind}?limit=0&skip=0", [entity])
    controller.answer("GET namespaces/_/rules?limit=0&skip=0", [])
    assert wsk("list", "-o", "name") == ok("package/g/p\naction/g/a\ntrigger/g/t\n")


def test_what_was_made_is_the_document_and_the_status_line_is_narration(
    wsk: Wsk, controller: Controller
) -> None:
    made = {"namespace": "g", "name": "r", "version": "0.0.1"}
    controller.answer("PUT namespaces/_/rules/r?overwrite=false", made)
    controller.answer("PUT namespaces/_/packages/p?overwrite=true", {**made, "name": "p"})
    outcome = wsk("rule", "create", "r", "t", "a", "-o", "json")
    assert (json.loads(outcome.out), outcome.err) == (made, "ok: created rule r\n")
    assert wsk("package", "update", "p", "-o", "name") == Outcome(
        code=0, out="/g/p\n", err="ok: updated package p\n"
    )


def test_properties_are_a_document_without_the_key(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET /api/v1", {"build": "b", "buildno": "n"})
    controller.answer("GET namespaces", ["guest"])
    shown = json.loads(wsk("property", "get", "-o", "json").out)
    assert shown["auth"] == "(hidden)"
    assert (shown["apihost"], shown["namespace"], shown["apibuild"]) == (wsk.host, "guest", "b")
    shown = json.loads(wsk("property", "get", "--auth", "-o", "json", "--show-secrets").out)
    assert shown == {"auth": wsk.auth}
    assert wsk("property", "get", "--query", "namespace") == ok('"guest"\n')
    assert wsk("-o", "tsv", "property", "get", "--apihost", "--no-header") == ok(
        f"apihost\t{wsk.host}\n"
    )


SYSTEM = "789c46b1-71f6-4ed5-8c54-816aa4f8c502:" + "s" * 64


@pytest.mark.parametrize(
    ("tokens", "path", "answer", "columns"),
    [
        (
            ["namespace", "list"],
            "namespaces",
            [{"name": "g", "subject": "s", "limits": {"firesPerMinute": 1}}],
            "namespace\tsubject\tstate\tlimits\ng\ts\tactive\tfiresPerMinute\n",
        ),
        (
            ["invoker", "list"],
            "invokers",
            [{"name": "i", "status": "up", "containers": {"total": 5}, "enabled": True}],
            "invoker\tstatus\trunning\twaiting\tcontainers\tidle\tstem cells\tmemory\tcapacity\n"
            "i\tup\t\t\t5\t\t\t\t\n",
        ),
        (
            ["container", "list"],
            "containers",
            [{"id": "c", "kind": "k", "ageMs": 61_500, "memoryMB": 256}],
            "container\tinvoker\tkind\tstate\tmemory\tage\tidle\tnamespace\taction\n"
            "c\t\tk\t\t256\t1m1s\t0s\t\t\n",
        ),
        (
            ["namespace", "limits", "get", "g"],
            "namespaces/g/limits",
            {"firesPerMinute": 1, "allowedKinds": ["a"]},
            'name\tvalue\nfiresPerMinute\t1\nallowedKinds\t["a"]\n',
        ),
    ],
)
def test_operators_have_all_formats_too(
    wsk: Wsk,
    controller: Controller,
    tokens: list[str],
    path: str,
    answer: Any,
    columns: str,
) -> None:
    wsk.environment["WHISK_SYSTEM_AUTH"] = SYSTEM
    controller.answer(f"GET admin/{path}", answer)
    assert json.loads(wsk("admin", *tokens, "-o", "json").out) == answer
    assert wsk("admin", *tokens, "-o", "tsv") == ok(columns)


def test_keys_of_subjects_are_hidden_in_documents(wsk: Wsk, controller: Controller) -> None:
    wsk.environment["WHISK_SYSTEM_AUTH"] = SYSTEM
    namespaces = [{"name": "g", "uuid": "u", "key": "k" * 64}]
    controller.answer("GET admin/subjects", [{"subject": "s", "namespaces": namespaces}])
    tokens = ("admin", "user", "list", "-o", "yaml")
    assert "kkk" not in wsk(*tokens).out
    assert "kkk" in wsk(*tokens, "--show-secrets").out


def test_secrets_do_not_appear_in_narration(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/actions/a?code=false", SECRETS)
    for flag in ("-v", "-d"):
        told = wsk("action", "get", "a", "-o", "name", flag).err
        assert "RESPONSE:" in told
        assert not [word for word in ("open-sesame", "hunter2", "t0k") if word in told]
        assert "seen" in told
    assert "hunter2" in wsk("action", "get", "a", "-o", "name", "-d", "--show-secrets").err
