"""What others write is read, what we write has their shape, and nothing is lost on the way.

Source: contracts data-plane §3.6.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from tests.unit.messaging.schemas import samples
from whisk_platform.common.ids import ActivationId, TransactionId
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.entities.activation import StatusCode
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.messaging.schemas import (
    acknowledgements,
    activationmessages,
    events,
    instances,
    invalidations,
    pings,
)
from whisk_platform.messaging.schemas.acknowledgements import Ack
from whisk_platform.messaging.schemas.events import MetricName
from whisk_platform.messaging.schemas.faults import UnreadableMessageError
from whisk_platform.messaging.schemas.transactions import Transaction

ID = ActivationId("0a1b2c3d4e5f60718293a4b5c6d7e8f9")
KEY = "23bc46b1-71f6-4ed5-8c54-816aa4f8c502:abc"


def _decoded() -> ActivationMessage:
    return activationmessages.decode(samples.ACTIVATION)


def test_a_message_of_the_reference_is_read() -> None:
    message = _decoded()
    assert message.action == FullyQualifiedEntityName("guest", "demo", "hello")
    assert message.binding == "guest/bound"
    assert message.revision == 7
    assert message.received_ms == 1525435200123
    assert (message.user.subject, message.user.namespace) == ("guest", "guest")
    assert str(message.user.authkey) == KEY
    assert message.user.limits.concurrent_invocations == 7
    assert message.user.limits.allowed_kinds == ["nodejs:20"]
    assert message.controller == "0"
    assert message.blocking
    assert message.cause == "11112222333344445555666677778888"


def test_what_is_for_init_is_parted_from_the_arguments_and_numbers_stay_as_written() -> None:
    message = _decoded()
    assert bytes(message.content) == b'{"exact":1.10,"huge":1e400}'
    assert {name: bytes(value) for name, value in message.init_content.items()} == {
        "token": b'"sealed"'
    }
    assert message.locked_init == ("token",)
    assert message.locked_args == ()


def test_what_is_absent_or_unknown_is_no_fault() -> None:
    message = activationmessages.decode(samples.TRIGGERED)
    assert message.transid == "sid_invokerHealth"
    assert message.extra_logging
    assert message.revision == 0
    assert bytes(message.content) == b"{}"
    assert message.user.authkey.key == ""


def _shape(value: Any) -> Any:
    """Names and types, without values."""
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in value.items()}
    return type(value).__name__


def test_our_message_has_the_shape_of_theirs() -> None:
    written = json.loads(activationmessages.encode(_decoded(), with_key=True, trace={"a": "b"}))
    theirs = json.loads(samples.ACTIVATION)
    theirs["action"].pop("version")
    theirs["traceContext"] = {"a": "b"}
    assert _shape(written) == _shape(theirs)
    assert written["revision"] == "7"
    assert written["user"] == theirs["user"]
    assert written["content"] == theirs["content"]
    assert written["lockedArgs"] == {"token": "aes-256-gcm"}


def test_a_key_travels_only_if_the_action_is_to_get_it() -> None:
    written = activationmessages.encode(_decoded(), with_key=False)
    assert b"abc" not in written
    again = activationmessages.decode(written)
    assert again.user.authkey.uuid == KEY.partition(":")[0]


def test_a_message_comes_back_as_it_was() -> None:
    message = msgspec.structs.replace(
        _decoded(),
        trigger="guest/event",
        rule="guest/each",
        extra_logging=True,
        locked_args=("exact",),
    )
    assert activationmessages.decode(activationmessages.encode(message, with_key=True)) == message


@pytest.mark.parametrize("content", [b"[1,2]", b'{"a":"\\ud800","b":1.10}', b"{}"])
def test_arguments_of_every_sort_come_back_as_they_were(content: bytes) -> None:
    message = msgspec.structs.replace(
        _decoded(),
        content=RawJSON(content),
        init_content={"token": RawJSON(b'"x"')},
        locked_args=(),
    )
    again = activationmessages.decode(activationmessages.encode(message, with_key=True))
    assert bytes(again.content) == content
    assert bytes(again.init_content["token"]) == b'"x"'


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"transid": 1}', b"\xff"])
def test_what_is_no_message_is_said_to_be_none(body: bytes) -> None:
    for decode in (
        lambda: activationmessages.decode(body, "invoker0"),
        lambda: acknowledgements.decode(body, "invoker0"),
        lambda: pings.decode(body),
        lambda: invalidations.decode(body),
    ):
        with pytest.raises(UnreadableMessageError, match="cannot be read"):
            decode()


@pytest.mark.parametrize(
    ("body", "result", "free"),
    [
        (samples.COMBINED, True, True),
        (samples.COMPLETION, False, True),
        (samples.RESULT, True, False),
        (samples.SHRUNK, False, False),
    ],
)
def test_an_acknowledgement_is_known_by_its_fields(body: bytes, result: bool, free: bool) -> None:
    ack = acknowledgements.decode(body)
    assert ack.activation_id == ID
    assert ack.has_result is result
    assert (ack.instance is not None) is free
    if ack.instance is not None:
        assert (ack.instance.instance, ack.instance.memory_mb) == (3, 2048)


def test_the_record_in_an_acknowledgement_is_read() -> None:
    activation = acknowledgements.decode(samples.COMBINED).activation
    assert activation is not None
    assert activation.response.status_code is StatusCode.APPLICATION_ERROR
    assert activation.path == "guest/demo/hello"
    assert activation.duration == 7
    assert activation.cause == "11112222333344445555666677778888"


@pytest.mark.parametrize("body", [samples.COMBINED, samples.COMPLETION, samples.RESULT])
def test_our_acknowledgement_says_what_theirs_says(body: bytes) -> None:
    written = json.loads(acknowledgements.encode(acknowledgements.decode(body)))
    theirs = json.loads(body)
    assert written == theirs


def test_a_shrunk_acknowledgement_carries_only_the_id() -> None:
    ack = acknowledgements.decode(samples.COMBINED)
    written = json.loads(acknowledgements.encode(ack, shrunk=True))
    assert written["response"] == ID
    assert written["instance"]["instance"] == 3


def test_a_ping_is_read_and_written() -> None:
    ping = pings.decode(samples.PING)
    assert not ping.enabled
    assert ping.invoker.unique_name == "node-3"
    assert json.loads(pings.encode(ping)) == json.loads(samples.PING)
    old = pings.decode(samples.OLD_PING)
    assert old.enabled
    assert old.invoker.memory_mb == 1024


def test_our_ping_names_the_life_of_the_invoker() -> None:
    mine = instances.invoker(0, 1024, unique_name="u", incarnation="life")
    written = json.loads(pings.encode(pings.Ping(invoker=mine)))
    assert written == {
        "name": {
            "instance": 0,
            "userMemory": "1024 MB",
            "tags": [],
            "dedicatedNamespaces": [],
            "uniqueName": "u",
            "instanceType": "invoker",
            "incarnation": "life",
        },
        "isEnabled": True,
    }


@pytest.mark.parametrize(
    ("text", "megabytes"), [("256 MB", 256), ("2 GB", 2048), ("512m", 512), ("many", 0)]
)
def test_sizes_of_every_spelling_are_read(text: str, megabytes: int) -> None:
    assert instances.InvokerInstance(instance=0, user_memory=text).memory_mb == megabytes


def test_an_invalidation_is_read_and_written() -> None:
    invalidation = invalidations.decode(samples.INVALIDATION)
    assert (invalidation.key, invalidation.instance) == ("guest/demo/hello", "controller1")
    assert json.loads(invalidations.encode(invalidation)) == {
        "key": {"mainId": "guest/demo/hello"},
        "instanceId": "controller1",
    }


USER = Identity(subject="guest", namespace="guest", authkey=AuthKey(uuid="u", key="secret"))


def test_the_event_of_an_activation_tells_what_is_billed() -> None:
    activation = acknowledgements.decode(samples.COMBINED).activation
    assert activation is not None
    event = json.loads(events.of_activation(activation, USER, "invoker3", 9))
    assert event == {
        "source": "invoker3",
        "body": {
            "name": "guest/demo/hello",
            "activationId": ID,
            "statusCode": 1,
            "duration": 7,
            "waitTime": 4,
            "initTime": 31,
            "kind": "nodejs:20",
            "conductor": False,
            "memory": 256,
            "size": 15,
        },
        "subject": "guest",
        "namespace": "guest",
        "userId": "u",
        "eventType": "Activation",
        "timestamp": 9,
    }


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (b'{"statusCode": 404}', 404),
        (b'{"statusCode": "503"}', 503),
        (b'{"statusCode": true}', 400),
        (b'{"statusCode": "many"}', 400),
        (b'{"error": {"statusCode": 409}}', 409),
        (b'{"error": "no"}', None),
        (b"[1]", None),
    ],
)
def test_the_action_s_own_status_code_is_told(result: bytes, code: int | None) -> None:
    activation = acknowledgements.decode(samples.COMBINED).activation
    assert activation is not None
    response = msgspec.structs.replace(activation.response, result=RawJSON(result))
    changed = msgspec.structs.replace(activation, response=response)
    event = json.loads(events.of_activation(changed, USER, "invoker3", 9))
    assert event["body"].get("userDefinedStatusCode") == code


def test_the_event_of_a_metric_is_known_by_its_name() -> None:
    event = json.loads(events.of_metric(MetricName.TIMED_RATE_LIMIT, 1, USER, "controller0", 9))
    assert event["eventType"] == "Metric"
    assert event["body"] == {"metricName": "TimedRateLimit", "metricValue": 1}


def test_more_logging_travels_in_the_transaction() -> None:
    ack = Ack(transaction=Transaction(TransactionId("t"), 5, True), activation_id=ID)
    written = json.loads(acknowledgements.encode(ack))
    assert written == {"transid": ["t", 5, True], "activationId": ID}
