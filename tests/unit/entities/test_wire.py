"""The wire's JSON: the fast way says what the slow way says, to the byte."""

import pytest

from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import RawJSON, join_object
from whisk_platform.entities import wire
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.parameters import Parameter, Parameters

ID = ActivationId("0" * 32)


def _activation(**changes: object) -> Activation:
    usual: dict[str, object] = {
        "activation_id": ID,
        "namespace": "guest",
        "name": "a b",
        "version": "0.0.1",
        "subject": "guest",
        "start": 1,
        "end": 3,
        "duration": 2,
        "response": Response(
            status_code=StatusCode.SUCCESS, result=RawJSON(b'{"n": 1.10, "e":1e400}'), size=21
        ),
        "annotations": Parameters(
            (
                Parameter(key="path", value=RawJSON(b'"guest/a b"')),
                Parameter(key="limits", value=RawJSON(b'{"timeout":1}')),
                Parameter(key="env", value=RawJSON(b"1"), init=True),
                Parameter(key="sealed", value=RawJSON(b'"x"'), encryption="aes-256-gcm"),
            )
        ),
    }
    return Activation(**{**usual, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"cause": ID},
        {"end": None, "duration": None},
        {"logs": ("one ✓", 'two "&<>"')},
        {"logs": ("lone \ud800",)},
        {"response": Response(status_code=StatusCode.INTERNAL_ERROR)},
        {"annotations": Parameters()},
    ],
)
def test_a_record_is_the_same_text_either_way(changes: dict[str, object]) -> None:
    value = _activation(**changes)
    assert wire.activation_text(value) == join_object(wire.activation(value))
