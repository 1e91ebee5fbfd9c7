"""Contract §4.3: what arrives at a web action, through the whole platform."""

import base64
from typing import Any

import pytest

from tests.contract.assembly import GUEST, Assembly
from tests.contract.web.client import Client

JSON = (("content-type", "application/json"),)
RAW = {"web-export": True, "raw-http": True}


@pytest.fixture
async def echo(platform: Assembly) -> None:
    await platform.action("guest/a", annotations={"web-export": True}, parameters={"own": "own"})
    await platform.action("guest/raw", annotations=RAW, parameters={"own": "own"})


@pytest.mark.usefixtures("echo")
class TestArguments:
    async def test_a_plain_get(self, web: Client) -> None:
        response = await web.call("guest/default/a.json/x/y?b=c&b=d", headers=(("X-Tag", "t"),))
        assert response.json == {
            "own": "own",
            "b": "d",
            "__ow_method": "get",
            "__ow_headers": {"host": "127.0.0.1:3233", "x-tag": "t"},
            "__ow_path": "/x/y",
        }

    async def test_a_known_caller(self, web: Client) -> None:
        response = await web.call("guest/default/a.json", key=GUEST)
        assert response.json["__ow_user"] == "guest"

    async def test_a_post_of_json_says_its_type_and_a_get_has_none(self, web: Client) -> None:
        response = await web.call(
            "guest/default/a.json", method="POST", headers=JSON, body=b'{"n":1.10,"own":null}'
        )
        assert response.json["__ow_headers"]["content-type"] == "application/json"
        assert '"n": 1.10' in response.text
        assert response.json["own"] is None
        response = await web.call("guest/default/a.json")
        assert "content-type" not in response.json["__ow_headers"]

    @pytest.mark.parametrize(
        ("content_type", "body", "received"),
        [
            ("application/json", b"[1]", [1]),
            ("text/plain", "grüß".encode(), "grüß"),
            ("image/png", b"\x89PNG", base64.b64encode(b"\x89PNG").decode()),
        ],
    )
    async def test_an_opaque_body(
        self, web: Client, content_type: str, body: bytes, received: Any
    ) -> None:
        response = await web.call(
            "guest/default/a.json",
            method="POST",
            headers=(("content-type", content_type),),
            body=body,
        )
        assert response.json["__ow_body"] == received

    async def test_a_form(self, web: Client) -> None:
        response = await web.call(
            "guest/default/a.json",
            method="POST",
            headers=(("content-type", "application/x-www-form-urlencoded"),),
            body=b"x=1&y=%C3%A4",
        )
        assert (response.json["x"], response.json["y"]) == ("1", "ä")
        assert "__ow_body" not in response.json

    async def test_a_raw_request(self, web: Client) -> None:
        response = await web.call(
            "guest/default/raw.json?a=1&b=2", method="POST", headers=JSON, body=b'{"c":3}'
        )
        assert response.json == {
            "own": "own",
            "__ow_method": "post",
            "__ow_headers": {"host": "127.0.0.1:3233", "content-type": "application/json"},
            "__ow_path": "",
            "__ow_query": "a=1&b=2",
            "__ow_body": base64.b64encode(b'{"c":3}').decode(),
        }

    async def test_json_that_is_none_is_refused(self, web: Client) -> None:
        response = await web.call("guest/default/a.json", method="POST", headers=JSON, body=b"{")
        status, sentence = response.refusal
        assert status == 400
        assert sentence.startswith("The request content was malformed:\n")
        assert response.header("access-control-allow-origin") == "*"

    async def test_a_body_near_the_limit_goes_through_whole(self, web: Client) -> None:
        body = b"x" * ((1 << 20) - 750)
        response = await web.call(
            "guest/default/a.text", method="POST", headers=(("content-type", "text/plain"),),
            body=body,
        )  # fmt: skip
        assert response.status == 404
        raw = await web.call(
            "guest/default/raw.json", method="POST", headers=(("content-type", "text/plain"),),
            body=body,
        )  # fmt: skip
        assert raw.json["__ow_body"] == body.decode()
