"""Contract §4.5: CORS headers, by the platform or by the action."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.contract.assembly import Assembly
from tests.contract.web.client import Client

USUAL = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH",
    "access-control-allow-headers": (
        "Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent"
    ),
}
CUSTOM = {"web-export": True, "web-custom-options": True}


async def _cors(
    platform: Assembly,
    web: Client,
    *,
    annotations: Mapping[str, object],
    result: Any = None,
    method: str = "GET",
    requested: str | None = None,
) -> dict[str, str]:
    script = {"result": result or {}}
    await platform.action("guest/a", script=script, annotations=annotations)
    headers = () if requested is None else (("access-control-request-headers", requested),)
    response = await web.call("guest/default/a", method=method, headers=headers)
    assert response.status < 300
    sent = [line for line in response.lines if line[0].startswith("access-control-")]
    assert len(sent) == len(dict(sent)), "a browser takes no second one of a name"
    return dict(sent)


@pytest.mark.parametrize("method", ["OPTIONS", "GET", "DELETE", "POST", "PUT", "HEAD", "PATCH"])
async def test_every_response_has_the_usual_headers(
    platform: Assembly, web: Client, method: str
) -> None:
    assert await _cors(platform, web, annotations={"web-export": True}, method=method) == USUAL


async def test_requested_headers_are_echoed(platform: Assembly, web: Client) -> None:
    sent = await _cors(
        platform, web, annotations={"web-export": True}, method="OPTIONS", requested="X-One, X-Two"
    )
    assert sent == {**USUAL, "access-control-allow-headers": "X-One, X-Two"}


async def test_the_actions_own_headers_give_way(platform: Assembly, web: Client) -> None:
    result = {"headers": {"Access-Control-Allow-Origin": "https://example.com",
                          "Access-Control-Max-Age": 60}}  # fmt: skip
    sent = await _cors(platform, web, annotations={"web-export": True}, result=result)
    assert sent == {**USUAL, "access-control-max-age": "60"}


@pytest.mark.parametrize("method", ["OPTIONS", "GET"])
async def test_an_action_that_wants_options_sets_all_headers_itself(
    platform: Assembly, web: Client, method: str
) -> None:
    result = {"headers": {"Access-Control-Allow-Methods": "GET"}}
    sent = await _cors(
        platform, web, annotations=CUSTOM, result=result, method=method, requested="X-One"
    )
    assert sent == {"access-control-allow-methods": "GET"}


async def test_only_true_makes_an_action_want_options(platform: Assembly, web: Client) -> None:
    annotations = {"web-export": True, "web-custom-options": "true"}
    assert await _cors(platform, web, annotations=annotations, method="OPTIONS") == USUAL
