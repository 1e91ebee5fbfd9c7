"""Activations: the table, the record, the newest one."""

from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Wsk, failed, ok

ID = "44794bd6aab74415b4e42a308d880e5b"
START = 1_706_782_272_000  # 2024-02-01 10:11:12 UTC


def _summary(**more: Any) -> dict[str, Any]:
    return {
        "namespace": "guest",
        "name": "hello",
        "version": "0.0.1",
        "activationId": ID,
        "start": START,
        "end": START + 123,
        "duration": 123,
        "statusCode": 0,
        "annotations": [{"key": "kind", "value": "nodejs:20"}],
        **more,
    }


def test_the_table_has_columns_that_scripts_can_split(wsk: Wsk, controller: Controller) -> None:
    cold = [{"key": "kind", "value": "blackbox"}, {"key": "initTime", "value": 5}]
    controller.answer(
        "GET namespaces/_/activations?limit=30&skip=0",
        [
            _summary(),
            _summary(statusCode=1, annotations=cold, end=START + 61_500, duration=61_500),
            _summary(name="trigger", annotations=[], end=0, duration=0),
            _summary(
                namespace="a-very-long-namespace-name",
                name="a-very-long-name-of-an-action-indeed",
                statusCode=9,
            ),
        ],
    )
    assert wsk("activation", "list") == ok(
        "Datetime            Activation ID                    Kind      Start Duration   "
        "Status            Entity\n"
        f"2024-02-01 10:11:12 {ID} nodejs:20 warm  123ms      success           "
        "guest/hello:0.0.1\n"
        f"2024-02-01 10:11:12 {ID} blackbox  cold  1m1.5s     application error "
        "guest/hello:0.0.1\n"
        f"2024-02-01 10:11:12 {ID} unknown   warm  0s         success           "
        "guest/trigger:0.0.1\n"
        f"2024-02-01 10:11:12 {ID} nodejs:20 warm  123ms      success           "
        "a-very-lon...ce-name/a-very-long-nam...ction-indeed:0.0.1\n"
    )


def test_an_empty_table_is_one_blank_line(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/activations?limit=30&skip=0", [])
    assert wsk("activation", "list") == ok("\n")


@pytest.mark.parametrize(
    ("tokens", "query"),
    [
        (["pkg/act"], "limit=30&name=pkg%2Fact&skip=0"),
        (["/ns/pkg/act"], "limit=30&name=pkg%2Fact&skip=0"),
        (["/_"], "limit=30&skip=0"),
        (
            ["--since", "5", "--upto", "9", "-l", "1", "-s", "2"],
            "limit=1&since=5&skip=2&upto=9",
        ),
        (["--full"], "docs=true&limit=30&skip=0"),
    ],
)
def test_the_request_behind_the_table(
    wsk: Wsk, controller: Controller, tokens: list[str], query: str
) -> None:
    controller.answer(f"GET namespaces/_/activations?{query}", [])
    assert wsk("activation", "list", *tokens).code == 0
    assert controller.lines == [f"GET namespaces/_/activations?{query}"]


RECORD_TEXT = f"""{{
    "namespace": "guest",
    "name": "hello",
    "version": "0.0.1",
    "subject": "guest",
    "activationId": "{ID}",
    "start": {START},
    "end": {START + 123},
    "duration": 123,
    "statusCode": 0,
    "response": {{
        "status": "success",
        "statusCode": 0,
        "success": true,
        "result": {{
            "a": 1.10,
            "b": 2
        }}
    }},
    "logs": [],
    "annotations": [
        {{
            "key": "kind",
            "value": "nodejs:20"
        }}
    ],
    "publish": false
}}
"""
RECORD = (
    '{"publish":false,"annotations":[{"key":"kind","value":"nodejs:20"}],"logs":[],'
    '"response":{"result":{"b":2,"a":1.10},"success":true,"status":"success","size":17},'
    f'"duration":123,"end":{START + 123},"start":{START},"activationId":"{ID}",'
    '"subject":"guest","version":"0.0.1","name":"hello","namespace":"guest"}'
).encode()


def test_a_record_is_shown_in_a_fixed_order_without_its_size(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(f"GET namespaces/_/activations/{ID}", RECORD)
    assert wsk("activation", "get", ID) == ok(f"ok: got activation {ID}\n{RECORD_TEXT}")


def test_full_lists_are_records_one_after_another(wsk: Wsk, controller: Controller) -> None:
    controller.answer(
        "GET namespaces/_/activations?docs=true&limit=30&skip=0",
        b"[" + RECORD + b"," + RECORD + b"]",
    )
    assert wsk("activation", "list", "-f") == ok(f"activations\n{RECORD_TEXT}{RECORD_TEXT}")


def test_what_the_server_left_out_of_a_record_is_shown_empty(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(f"GET namespaces/_/activations/{ID}", {"cause": "c"})
    assert wsk("activation", "get", ID) == ok(
        f"ok: got activation {ID}\n"
        "{\n"
        '    "namespace": "",\n'
        '    "name": "",\n'
        '    "version": "",\n'
        '    "subject": "",\n'
        '    "activationId": "",\n'
        '    "cause": "c",\n'
        '    "start": 0,\n'
        '    "end": 0,\n'
        '    "duration": 0,\n'
        '    "statusCode": 0,\n'
        '    "response": {\n'
        '        "status": "",\n'
        '        "statusCode": 0,\n'
        '        "success": false\n'
        "    },\n"
        '    "logs": null,\n'
        '    "annotations": null\n'
        "}\n"
    )


def test_one_field_of_a_record(wsk: Wsk, controller: Controller) -> None:
    controller.answer(f"GET namespaces/_/activations/{ID}", RECORD)
    assert wsk("activation", "get", ID, "Duration") == ok(
        f"ok: got activation {ID}, displaying field Duration\n123\n"
    )


def test_the_summary_of_a_record(wsk: Wsk, controller: Controller) -> None:
    controller.answer(f"GET namespaces/_/activations/{ID}", RECORD)
    assert wsk("activation", "get", ID, "-s") == ok(
        "activation result for '/guest/hello' (success at 2024-02-01 10:11:12 +0000 UTC)\n"
        '{\n    "a": 1.10,\n    "b": 2\n}\n'
    )


def test_only_the_logs_of_a_record(wsk: Wsk, controller: Controller) -> None:
    line = "2024-02-01T10:11:12.1Z stderr: x"
    controller.answer(f"GET namespaces/_/activations/{ID}", {"logs": [line, "y"]})
    assert wsk("activation", "get", ID, "--logs") == ok("x\ny\n")


@pytest.mark.parametrize(
    ("verb", "target", "answer", "out"),
    [
        ("get", f"activations/{ID}", RECORD, f"ok: got activation {ID}\n{RECORD_TEXT}"),
        ("logs", f"activations/{ID}/logs", {"logs": ["x"]}, "x\n"),
        ("result", f"activations/{ID}/result", {"result": None}, "null\n"),
    ],
)
def test_the_newest_activation_stands_for_an_id(
    wsk: Wsk, controller: Controller, verb: str, target: str, answer: object, out: str
) -> None:
    controller.answer("GET namespaces/_/activations?limit=1&skip=0", [_summary()])
    controller.answer(f"GET namespaces/_/{target}", answer)
    assert wsk("activation", verb, "--last") == ok(out)


@pytest.mark.parametrize(
    ("verb", "doing"),
    [
        ("get", "Unable to get activation"),
        ("logs", "Unable to get logs for activation"),
        ("result", "Unable to get result for activation"),
    ],
)
def test_without_any_activation_there_is_no_newest(
    wsk: Wsk, controller: Controller, verb: str, doing: str
) -> None:
    controller.answer("GET namespaces/_/activations?limit=1&skip=0", [])
    assert wsk("activation", verb, "-l") == failed(
        f"{doing}: Activation list does not contain any activations.", hint=True
    )


def test_an_id_beside_last_is_read_as_a_field(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/activations?limit=1&skip=0", [_summary()])
    assert wsk("activation", "get", ID, "--last") == failed(f"Invalid field filter '{ID}'.")


@pytest.mark.parametrize("verb", ["logs", "result"])
def test_an_id_beside_last_is_one_argument_too_many(
    wsk: Wsk, controller: Controller, verb: str
) -> None:
    controller.answer("GET namespaces/_/activations?limit=1&skip=0", [_summary()])
    assert wsk("activation", verb, "abc", "--last") == failed(
        "Invalid argument(s): abc. An activation ID is required.", hint=True
    )
