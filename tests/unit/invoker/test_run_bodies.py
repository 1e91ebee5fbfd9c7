"""What a container is sent (rest-api §8.1, §3.6)."""

import json

import pytest

from tests.unit.invoker.samples import action, identity, message, prepared
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.entities.exec import CodeExec
from whisk_platform.invoker.run import environment_text, init_body, run_body

ID = "0" * 32


def test_the_body_of_run_is_the_contracts_and_every_member_but_value_is_a_string() -> None:
    called = action("pkg/hello", version="0.0.7", annotations={"provide-api-key": True})
    body = run_body(
        message(called, content=b'{"a":1.10}', activation_id=ID, user=identity("me")),
        prepared(called),
        1234,
    )
    assert json.loads(body) == {
        "value": {"a": 1.1},
        "namespace": "me",
        "action_name": "/guest/pkg/hello",
        "action_version": "0.0.7",
        "activation_id": ID,
        "transaction_id": "tid",
        "deadline": "1234",
        "api_key": "uuid-of-me:" + "k" * 64,
    }


def test_arguments_arrive_as_the_text_they_were() -> None:
    content = b'{"a": 1.10,"b":1e400, "c":"\\ud800"}'
    called = action()
    assert run_body(message(called, content=content), prepared(called), 0).startswith(
        b'{"value":' + content + b","
    )


@pytest.mark.parametrize(
    ("annotations", "provided"),
    [
        ({}, True),
        ({"provide-api-key": True}, True),
        ({"provide-api-key": "false"}, True),
        ({"provide-api-key": {}}, True),
        ({"provide-api-key": False}, False),
        ({"provide-api-key": None}, False),
        ({"provide-api-key": 0}, False),
        ({"provide-api-key": ""}, False),
    ],
)
def test_the_key_is_given_if_the_annotation_is_truthy_or_missing(
    annotations: dict[str, object], provided: bool
) -> None:
    called = action(annotations=annotations)
    sent = message(called)
    run = json.loads(run_body(sent, prepared(called), 0))
    init = json.loads(init_body(sent, prepared(called), None, 0))
    assert ("api_key" in run) is provided
    assert ("__OW_API_KEY" in init["value"]["env"]) is provided


def test_the_body_of_init_has_code_and_the_context_in_upper_case() -> None:
    executable = CodeExec(kind="python:3.11", binary=True, main="start")
    called = action(executable=executable, annotations={"provide-api-key": False})
    sent = message(called, activation_id=ID, init={"level": b'"debug"', "n": b"1.10"})
    assert json.loads(init_body(sent, prepared(called), RawJSON(b'"UEsDBA=="'), 99)) == {
        "value": {
            "name": "hello",
            "main": "start",
            "binary": True,
            "code": "UEsDBA==",
            "env": {
                "level": "debug",
                "n": "1.10",
                "__OW_NAMESPACE": "guest",
                "__OW_ACTION_NAME": "/guest/hello",
                "__OW_ACTION_VERSION": "0.0.1",
                "__OW_ACTIVATION_ID": ID,
                "__OW_TRANSACTION_ID": "tid",
                "__OW_DEADLINE": "99",
            },
        }
    }


def test_an_init_parameter_cannot_take_the_place_of_the_platforms_own_variables() -> None:
    called = action()
    sent = message(called, init={"__OW_NAMESPACE": b'"other"'})
    env = json.loads(init_body(sent, prepared(called), None, 0))["value"]["env"]
    assert env["__OW_NAMESPACE"] == "guest"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"null", ""),
        (b"true", "true"),
        (b"false", "false"),
        (b"1.10", "1.10"),
        (b"1e400", "1e400"),
        (b'"a \\"b\\" \\u00e9"', 'a "b" \u00e9'),
        (b'{"a": [1.10, null]}', '{"a":[1.10,null]}'),
        (b"[ ]", "[]"),
    ],
)
def test_an_init_parameter_becomes_text(raw: bytes, text: str) -> None:
    assert environment_text(RawJSON(raw)) == text
