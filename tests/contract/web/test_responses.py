"""Contract §4.4: what becomes of the activation, row for row."""

import base64
from typing import Any

import pytest

from tests.contract.assembly import Assembly
from tests.contract.web.client import Client, Response
from tests.waiting import eventually
from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.entities.limits import SystemLimits

EXPORTED = {"web-export": True}


async def _answer(
    platform: Assembly,
    web: Client,
    script: object,
    *,
    extension: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    method: str = "GET",
) -> Response:
    """What a client gets of an action that behaves like the script."""
    await platform.action("guest/a", script=script, annotations=EXPORTED)
    response = await web.call(f"guest/default/a{extension}", headers=headers, method=method)
    activation_id = response.header("x-openwhisk-activation-id")
    assert activation_id is not None
    assert len(activation_id) == 32
    return response


async def test_a_success_is_decoded(platform: Assembly, web: Client) -> None:
    response = await _answer(platform, web, {"result": {"body": "x"}})
    assert (response.status, response.text) == (200, "x")


async def test_the_error_of_a_failure_is_decoded_like_a_result(
    platform: Assembly, web: Client
) -> None:
    script = {"result": {"error": {"statusCode": 404, "body": "gone"}}}
    response = await _answer(platform, web, script)
    assert (response.status, response.text) == (404, "gone")


@pytest.mark.parametrize(
    ("extension", "error", "status", "body"),
    [
        (".json", {"a": 1}, 200, '{\n  "a": 1\n}'),
        (".text", "sorry", 200, "sorry"),
        (".html", {"html": "<p/>"}, 200, "<p/>"),
    ],
)
async def test_the_error_of_a_failure_obeys_the_extension(
    platform: Assembly, web: Client, extension: str, error: object, status: int, body: str
) -> None:
    response = await _answer(platform, web, {"result": {"error": error}}, extension=extension)
    assert (response.status, response.text) == (status, body)


async def test_an_error_that_is_no_response_is_refused(platform: Assembly, web: Client) -> None:
    response = await _answer(platform, web, {"result": {"error": "text"}})
    assert response.refusal == (400, "Response is not valid 'message/http'.")


@pytest.mark.parametrize(
    "script", [{"breaks": True}, {"status": 502, "result": "no object"}, {"result": "no object"}]
)
async def test_a_broken_action_is_a_bad_request(
    platform: Assembly, web: Client, script: object
) -> None:
    response = await _answer(platform, web, script, extension=".json")
    assert response.refusal == (400, "There was an error processing your request.")
    assert response.header("access-control-allow-origin") == "*"


async def test_an_array_as_result_is_a_server_error(platform: Assembly, web: Client) -> None:
    response = await _answer(platform, web, {"result": [1]}, extension=".json")
    assert response.refusal == (500, "There was an internal server error.")


class TestSlow:
    @pytest.fixture
    def limits(self) -> SystemLimits:
        return SystemLimits(blocking_wait_ms=20)

    async def test_an_action_that_takes_too_long_is_not_ready_and_goes_on(
        self, platform: Assembly, web: Client
    ) -> None:
        response = await _answer(platform, web, {"takes_s": 0.2, "result": {"body": "x"}})
        assert response.refusal == (202, "Response not yet ready.")
        activation_id = ActivationId(response.header("x-openwhisk-activation-id") or "")

        async def succeeded() -> bool:
            record = await platform.stores.activations.get("guest", activation_id)
            return record is not None and record.response.success

        ended: bool = await eventually(succeeded, "the record of the slow action")
        assert ended


async def test_a_platform_without_an_invoker_is_unavailable(
    platform: Assembly, web: Client
) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    await platform.invoker.drain(0.1)
    assert (await web.call("guest/default/a")).refusal == (
        503,
        "The server is currently unavailable (because it is overloaded or down for maintenance).",
    )


async def test_a_platform_that_cannot_run_it_says_so(platform: Assembly, web: Client) -> None:
    platform.factory.refuse = "no container"
    await platform.action("guest/a", annotations=EXPORTED)
    response = await web.call("guest/default/a")
    assert response.refusal == (400, "There was an error processing your request.")


REFUSALS: list[tuple[str, Any, str]] = [
    (".json", "x", "Response is not valid 'application/json'."),
    (".html", {"text": "x"}, "Response is not valid 'text/html'."),
    (".svg", {"html": "x"}, "Response is not valid 'image/svg+xml'."),
    (".http", "x", "Response is not valid 'message/http'."),
    (".http", {"statusCode": 1.5}, "Response is not valid 'message/http'."),
    (".http", {"headers": {"a": None}}, "Response is not valid 'message/http'."),
    (
        ".http",
        {"headers": {"content-type": "x"}, "body": "y"},
        "Response did not specify a known content-type.",
    ),
    (
        ".http",
        {"headers": {"content-type": "text/html"}, "body": {}},
        "Response type in header did not match generated content type.",
    ),
    (
        ".http",
        {"headers": {"content-type": "image/png"}, "body": "no base64!"},
        "Response type in header did not match generated content type.",
    ),
]


@pytest.mark.parametrize(("extension", "value", "sentence"), REFUSALS)
async def test_a_value_of_the_wrong_form_is_a_bad_request(
    platform: Assembly, web: Client, extension: str, value: Any, sentence: str
) -> None:
    script = {"result": value if isinstance(value, dict) else {"error": value}}
    response = await _answer(platform, web, script, extension=extension)
    assert response.refusal == (400, sentence)


async def test_text_without_a_text_is_not_found(platform: Assembly, web: Client) -> None:
    response = await _answer(platform, web, {"result": {"html": "x"}}, extension=".text")
    assert response.refusal == (404, "Response does not include requested property.")


async def test_json_shows_the_whole_result_with_its_numbers_as_they_were(
    platform: Assembly, web: Client
) -> None:
    script = RawJSON(
        b'{"result":{"n":1.10,"big":12345678901234567890,"list":[1,{"a":"\xc3\xa4"}]}}'
    )
    response = await _answer(platform, web, script, extension=".json")
    assert response.text == (
        '{\n  "n": 1.10,\n  "big": 12345678901234567890,\n  "list": [1, {\n    "a": "ä"\n  }]\n}'
    )


async def test_http_without_a_body_has_no_content(platform: Assembly, web: Client) -> None:
    script = {"result": {"headers": {"content-type": "text/plain", "x-a": "b"}}}
    response = await _answer(platform, web, script)
    assert (response.status, response.body, response.header("x-a")) == (204, b"", "b")
    assert response.header("content-type") is None
    assert response.header("content-length") is None


async def test_http_redirects(platform: Assembly, web: Client) -> None:
    script = {"result": {"statusCode": 302, "headers": {"location": "/elsewhere"}}}
    response = await _answer(platform, web, script)
    assert (response.status, response.header("location")) == (302, "/elsewhere")


async def test_several_cookies_are_several_lines(platform: Assembly, web: Client) -> None:
    script = {"result": {"headers": {"Set-Cookie": ["a=b; Path=/", "c=d"], "Set-Other": [[1], 2]}}}
    response = await _answer(platform, web, script)
    assert response.all("set-cookie") == ["a=b; Path=/", "c=d"]
    assert response.all("set-other") == ["1", "2"]


async def test_binary_content_comes_out_as_bytes(platform: Assembly, web: Client) -> None:
    picture = bytes(range(256))
    script = {
        "result": {
            "headers": {"Content-Type": "image/png"},
            "body": base64.b64encode(picture).decode(),
        }
    }
    response = await _answer(platform, web, script)
    assert (response.body, response.header("content-type")) == (picture, "image/png")


async def test_json_in_a_string_is_sent_as_it_is(platform: Assembly, web: Client) -> None:
    script = {"result": {"headers": {"content-type": "application/json"}, "body": '{"a":1}'}}
    response = await _answer(platform, web, script)
    assert (response.text, response.header("content-type")) == ('{"a":1}', "application/json")


async def test_an_object_as_body_is_laid_out(platform: Assembly, web: Client) -> None:
    response = await _answer(platform, web, {"result": {"statusCode": 201, "body": {"a": 1}}})
    assert (response.status, response.text) == (201, '{\n  "a": 1\n}')


async def test_a_large_result_is_decoded_too(platform: Assembly, web: Client) -> None:
    numbers = list(range(20_000))
    response = await _answer(platform, web, {"result": {"body": numbers}})
    assert response.json == numbers


@pytest.mark.parametrize(
    ("extension", "accept", "sentence"),
    [
        ("", "application/json", "text/html; charset=UTF-8"),
        (".html", "image/png, application/json", "text/html; charset=UTF-8"),
        (".json", "text/html", "application/json"),
        (".text", "text/html", "text/plain; charset=UTF-8"),
        (".svg", "text/*", "image/svg+xml"),
    ],
)
async def test_a_type_that_the_client_does_not_accept_is_refused_after_the_action_ran(
    platform: Assembly, web: Client, extension: str, accept: str, sentence: str
) -> None:
    headers = (("accept", accept),)
    script = {"result": {"body": "x"}}
    response = await _answer(platform, web, script, extension=extension, headers=headers)
    assert response.refusal == (
        406,
        f"Resource representation is only available with these types:\n{sentence}",
    )


@pytest.mark.parametrize("accept", ["*/*", "text/*", "text/html", "application/json, */*;q=0.1"])
async def test_a_type_that_the_client_accepts_is_sent(
    platform: Assembly, web: Client, accept: str
) -> None:
    headers = (("accept", accept),)
    response = await _answer(platform, web, {"result": {"body": "x"}}, headers=headers)
    assert response.status == 200


async def test_an_error_and_an_empty_response_need_no_consent(
    platform: Assembly, web: Client
) -> None:
    headers = (("accept", "image/png"),)
    response = await _answer(platform, web, {"result": {}}, headers=headers)
    assert response.status == 204


async def test_the_ids_of_the_platform_are_not_the_actions_to_set(
    platform: Assembly, web: Client
) -> None:
    forged = {"X-OpenWhisk-Activation-Id": "0" * 32, "X-Request-ID": "forged"}
    response = await _answer(platform, web, {"result": {"headers": forged}})
    assert response.header("x-openwhisk-activation-id") != "0" * 32
    assert response.header("x-request-id") != "forged"


async def test_the_transaction_id_of_the_client_comes_back(platform: Assembly, web: Client) -> None:
    response = await _answer(platform, web, {"result": {}}, headers=(("x-request-id", "mine"),))
    assert response.header("x-request-id") == "mine"
