"""What the sandbox of a local run is told."""

import json

import msgspec

from whisk_platform.local.job import Job, context, init_body, run_body
from whisk_platform.local.performance import text_of

JOB = Job(
    kind="python:3",
    code='print("é")',
    binary=False,
    name="hi",
    value=msgspec.Raw(b'{"n":1.10,"big":123456789012345678901234567890}'),
    environment={"MODE": "fast"},
)
TOLD = context(JOB, "a" * 32, 1700000000000)


def test_init_gets_code_entry_and_environment() -> None:
    assert json.loads(init_body(JOB, TOLD))["value"] == {
        "name": "hi",
        "main": "main",
        "binary": False,
        "code": 'print("é")',
        "env": {
            "MODE": "fast",
            "__OW_NAMESPACE": "_",
            "__OW_ACTION_NAME": "/_/hi",
            "__OW_ACTION_VERSION": "0.0.1",
            "__OW_ACTIVATION_ID": "a" * 32,
            "__OW_TRANSACTION_ID": "a" * 32,
            "__OW_DEADLINE": "1700000000000",
        },
    }


def test_numbers_of_the_arguments_pass_through_untouched() -> None:
    body = run_body(JOB, TOLD)
    assert b'"value":{"n":1.10,"big":123456789012345678901234567890}' in body
    assert json.loads(body)["action_name"] == "/_/hi"


def test_a_log_line_is_shown_without_time_and_stream() -> None:
    line = "2026-01-02T03:04:05.123456789Z stdout: a: b"
    assert text_of(line) == "a: b"
