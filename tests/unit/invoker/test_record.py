"""The record of an activation (rest-api §2.6)."""

from tests.unit.invoker.samples import RECEIVED_MS, action, identity, message, prepared
from whisk_platform.common.jsontext import RawJSON, join_object, loads
from whisk_platform.entities import wire
from whisk_platform.entities.activation import Response, StatusCode
from whisk_platform.invoker.record import Course, record

GOOD = Response(status_code=StatusCode.SUCCESS, result=RawJSON(b'{"a":1}'), size=7)
CAUSE, ID = "c" * 32, "1" * 32
LIMITS = {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1}


def annotations(of: object) -> dict[str, object]:
    assert isinstance(of, list)
    return {pair["key"]: pair["value"] for pair in of}


def test_a_warm_record_equals_the_contracts_in_full() -> None:
    called = action("pkg/hello", version="0.0.3")
    course = Course(response=GOOD, start_ms=RECEIVED_MS + 5, run_ms=12)
    made = record(message(called, activation_id=ID, user=identity("me")), prepared(called), course)
    assert loads(join_object(wire.activation(made))) == {
        "namespace": "me",
        "name": "hello",
        "version": "0.0.3",
        "subject": "me-subject",
        "activationId": ID,
        "start": RECEIVED_MS + 5,
        "end": RECEIVED_MS + 17,
        "duration": 12,
        "response": {"status": "success", "success": True, "result": {"a": 1}, "size": 7},
        "logs": [],
        "annotations": [
            {"key": "path", "value": "guest/pkg/hello"},
            {"key": "kind", "value": "python:3.11"},
            {"key": "limits", "value": LIMITS},
            {"key": "timeout", "value": False},
            {"key": "waitTime", "value": 5},
        ],
        "publish": False,
    }


def test_a_cold_start_counts_into_the_duration_and_is_told() -> None:
    called = action()
    course = Course(response=GOOD, start_ms=RECEIVED_MS + 5, init_ms=30, run_ms=12)
    made = record(message(called), prepared(called), course)
    assert (made.duration, made.end) == (42, RECEIVED_MS + 47)
    assert made.annotations.value("initTime") == 30


def test_components_and_bindings_and_timeouts_are_told() -> None:
    called = action()
    course = Course(response=GOOD, start_ms=RECEIVED_MS, timed_out=True)
    made = record(message(called, cause=CAUSE, binding="guest/bound"), prepared(called), course)
    assert made.cause == CAUSE
    assert made.annotations.value("causedBy") == "sequence"
    assert made.annotations.value("binding") == "guest/bound"
    assert made.annotations.value("timeout") is True


def test_an_action_that_could_not_be_read_still_has_a_record() -> None:
    made = record(message(), None, Course(response=GOOD, start_ms=RECEIVED_MS - 3))
    assert made.version == "0.0.1"
    assert made.path == "guest/hello"
    assert made.annotations.value("waitTime") == 0
