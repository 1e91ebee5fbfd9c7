"""What a component's result is to the next component (contract rest-api §5.1)."""

import pytest

from whisk_platform.common.jsontext import RawJSON, join_object
from whisk_platform.controller.sequences import next_payload


@pytest.mark.parametrize("result", ["{}", '{"x":1.10,"y":{"error":1}}', '{"Error":1}'])
def test_an_object_is_passed_by_its_members(result: str) -> None:
    payload = next_payload(RawJSON(result.encode()))
    assert isinstance(payload, dict)
    assert join_object(payload).decode() == result


@pytest.mark.parametrize("result", ["[]", '[1.10, {"error": 1}]', ' ["x"]'])
def test_an_array_is_passed_as_it_is(result: str) -> None:
    payload = next_payload(RawJSON(result.encode()))
    assert payload is not None
    assert not isinstance(payload, dict)
    assert bytes(payload).decode() == result


@pytest.mark.parametrize("result", ["1", "null", "true", '"{}"'])
def test_of_anything_else_nothing_is_passed(result: str) -> None:
    assert next_payload(RawJSON(result.encode())) == {}


@pytest.mark.parametrize("error", ["null", "false", '""', "{}", "1"])
def test_an_error_of_any_kind_is_the_end(error: str) -> None:
    assert next_payload(RawJSON(b'{"x":1,"error":%s}' % error.encode())) is None
