"""Contract §4.2: who is let through to a web action, and in which order that is decided."""

import json
from collections.abc import Mapping

import pytest

from tests.contract.assembly import GUEST, STRANGER, Assembly
from tests.contract.web.client import Client, Response
from whisk_platform.common.ids import ActivationId
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.limits import NamespaceLimits, SystemLimits
from whisk_platform.spi.stores import ActivationFilter

EXPORTED = {"web-export": True}
NOT_FOUND = (404, "The requested resource does not exist.")
DENIED = (401, "Authentication is possible but has failed or not yet been provided.")
NOT_ALLOWED = (
    400,
    "Request defines parameters that are not allowed (e.g., reserved properties).",
)


async def _limit(platform: Assembly, limits: NamespaceLimits) -> None:
    await platform.stores.subjects.set_limits("guest", limits)
    platform.services.authenticator.forget()


async def _activations(platform: Assembly) -> int:
    await platform.stores.activations.flush()
    return await platform.stores.activations.count(ActivationFilter(namespace="guest"))


async def test_an_unknown_namespace_package_or_action_is_not_found(
    platform: Assembly, web: Client
) -> None:
    await platform.package("guest/p")
    for path in ("nobody/default/a", "guest/default/a", "guest/nothing/a", "guest/p/a"):
        assert (await web.call(path)).refusal == NOT_FOUND


@pytest.mark.parametrize("annotations", [{}, {"web-export": False}, {"web-export": "true"}])
async def test_an_action_that_is_not_exported_is_not_found(
    platform: Assembly, web: Client, annotations: Mapping[str, object]
) -> None:
    await platform.action("guest/a", annotations=annotations)
    assert (await web.call("guest/default/a", key=GUEST)).refusal == NOT_FOUND


async def test_what_is_not_found_has_no_cors_headers_and_no_activation(
    platform: Assembly, web: Client
) -> None:
    response = await web.call("guest/default/a")
    assert response.header("access-control-allow-origin") is None
    assert response.header("x-openwhisk-activation-id") is None


async def test_a_package_by_the_name_of_an_action_is_not_found(
    platform: Assembly, web: Client
) -> None:
    await platform.package("guest/p")
    assert (await web.call("guest/default/p")).refusal == NOT_FOUND


async def test_a_binding_to_what_became_private_is_not_found(
    platform: Assembly, web: Client
) -> None:
    await platform.package("stranger/tools", publish=False)
    await platform.action("stranger/tools/a", annotations=EXPORTED)
    await platform.package("guest/bound", binding="stranger/tools")
    assert (await web.call("guest/bound/a")).refusal == NOT_FOUND


async def test_the_owners_rate_counts_and_not_the_callers(platform: Assembly, web: Client) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    await _limit(platform, NamespaceLimits(invocations_per_minute=1))
    assert (await web.call("guest/default/a.json", key=STRANGER)).status == 200
    response = await web.call("guest/default/a.json", key=STRANGER)
    assert response.refusal == (
        429,
        "Too many requests in the last minute (count: 2, allowed: 1).",
    )


async def test_the_owners_concurrency_counts(platform: Assembly, web: Client) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    await _limit(platform, NamespaceLimits(concurrent_invocations=0))
    assert (await web.call("guest/default/a.json")).refusal == (
        429,
        "Too many concurrent requests in flight (count: 0, allowed: 0).",
    )


async def test_an_action_that_is_hidden_costs_its_owner_no_rate(
    platform: Assembly, web: Client
) -> None:
    await platform.action("guest/hidden")
    await platform.action("guest/shown", annotations=EXPORTED)
    await _limit(platform, NamespaceLimits(invocations_per_minute=1))
    for _ in range(3):
        assert (await web.call("guest/default/hidden")).refusal == NOT_FOUND
    assert (await web.call("guest/default/shown.json")).status == 200


async def test_a_body_beyond_the_owners_limit_is_refused(platform: Assembly, web: Client) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    headers = (("content-type", "text/plain"),)
    large = b"x" * ((1 << 20) + 1)
    response = await web.call("guest/default/a", method="POST", headers=headers, body=large)
    assert response.refusal == (413, "Request larger than allowed: 1048577 > 1048576 bytes.")
    await _limit(platform, NamespaceLimits(max_payload_size="10 B"))
    response = await web.call("guest/default/a", method="POST", headers=headers, body=b"x" * 11)
    assert response.refusal == (413, "Request larger than allowed: 11 > 10 bytes.")


async def test_options_is_answered_without_running_the_action(
    platform: Assembly, web: Client
) -> None:
    annotations = {**EXPORTED, "require-whisk-auth": "secret"}
    await platform.action("guest/a", annotations=annotations)
    response = await web.call("guest/default/a", method="OPTIONS")
    assert (response.status, response.body) == (200, b"")
    assert response.header("access-control-allow-origin") == "*"
    assert response.header("x-openwhisk-activation-id") is None
    assert await _activations(platform) == 0


@pytest.mark.parametrize(
    ("requirement", "secret", "key", "admitted"),
    [
        (False, None, None, True),
        (True, None, GUEST, True),
        (True, None, STRANGER, True),
        (True, None, None, False),
        (True, None, "Basic nonsense", False),
        ("word", "word", None, True),
        ("word", "Word", None, False),
        ("word", None, GUEST, False),
        (1234, "1234", None, True),
        (1234, "12345", None, False),
        ({"a": 1}, "word", GUEST, False),
        (None, "null", GUEST, False),
    ],
)
async def test_require_whisk_auth(
    platform: Assembly,
    web: Client,
    requirement: object,
    secret: str | None,
    key: Identity | str | None,
    admitted: bool,
) -> None:
    annotations = {**EXPORTED, "require-whisk-auth": requirement}
    await platform.action("guest/a", annotations=annotations)
    headers = () if secret is None else (("x-require-whisk-auth", secret),)
    response = await web.call("guest/default/a.json", headers=headers, key=key)
    if admitted:
        assert response.status == 200
    else:
        assert response.refusal == DENIED
        assert response.header("www-authenticate") is None
        assert response.header("access-control-allow-origin") == "*"


async def test_options_of_an_action_that_wants_it_needs_no_secret(
    platform: Assembly, web: Client
) -> None:
    annotations = {**EXPORTED, "web-custom-options": True, "require-whisk-auth": "word"}
    await platform.action("guest/a", annotations=annotations)
    response = await web.call("guest/default/a.json", method="OPTIONS")
    assert response.json["__ow_method"] == "options"
    assert (await web.call("guest/default/a.json")).refusal == DENIED


@pytest.mark.parametrize("name", ["__ow_method", "__ow_user", "__ow_body", "fixed"])
async def test_reserved_and_immutable_parameters_are_refused_in_query_and_body(
    platform: Assembly, web: Client, name: str
) -> None:
    annotations = {**EXPORTED, "final": True}
    await platform.action("guest/a", annotations=annotations, parameters={"fixed": 1})
    response = await web.call(f"guest/default/a.json?{name}=1")
    assert response.refusal == NOT_ALLOWED
    response = await web.call(
        "guest/default/a.json",
        method="POST",
        headers=(("content-type", "application/json"),),
        body=json.dumps({name: 1}).encode(),
    )
    assert response.refusal == NOT_ALLOWED


async def test_a_raw_action_takes_any_parameter_and_keeps_its_own(
    platform: Assembly, web: Client
) -> None:
    annotations = {**EXPORTED, "final": True, "raw-http": True}
    await platform.action("guest/a", annotations=annotations, parameters={"fixed": 1})
    received = (await web.call("guest/default/a.json?fixed=2&__ow_method=x")).json
    assert received["fixed"] == 1
    assert received["__ow_query"] == "fixed=2&__ow_method=x"


async def test_a_wrong_key_makes_nobody_of_the_caller(platform: Assembly, web: Client) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    response = await web.call("guest/default/a.json", key="Basic nonsense")
    assert response.status == 200
    assert "__ow_user" not in response.json


async def test_the_activation_belongs_to_the_owner_whoever_calls(
    platform: Assembly, web: Client
) -> None:
    await platform.action("guest/a", annotations=EXPORTED)
    response = await web.call("guest/default/a.json", key=STRANGER)
    activation_id = ActivationId(response.header("x-openwhisk-activation-id") or "")
    activations = platform.stores.activations
    record = await activations.get("guest", activation_id)
    assert record is not None
    assert (record.namespace, record.subject) == ("guest", "guest-subject")
    assert await activations.get("stranger", activation_id) is None


class TestOrder:
    """Of two reasons to refuse, the earlier in the contract's list is given."""

    @pytest.fixture
    def limits(self) -> SystemLimits:
        return SystemLimits(invocations_per_minute=0)

    async def _call(self, platform: Assembly, web: Client, method: str = "POST") -> Response:
        annotations = {**EXPORTED, "require-whisk-auth": "word"}
        await platform.action("guest/a", annotations=annotations)
        return await web.call(
            "guest/default/a?__ow_path=x",
            method=method,
            headers=(("content-type", "application/json"),),
            body=b"[" + b" " * 10,
        )

    async def test_throttles_come_before_everything_that_is_in_the_request(
        self, platform: Assembly, web: Client
    ) -> None:
        assert (await self._call(platform, web)).refusal[0] == 429

    async def test_the_size_comes_before_options_and_the_secret(
        self, platform: Assembly, web: Client
    ) -> None:
        limits = NamespaceLimits(invocations_per_minute=10, max_payload_size="10 B")
        await _limit(platform, limits)
        assert (await self._call(platform, web)).refusal[0] == 413
        response = await web.call("guest/default/a", method="OPTIONS", body=b"x" * 11)
        assert response.refusal[0] == 413

    async def test_the_secret_comes_before_parameters_and_content(
        self, platform: Assembly, web: Client
    ) -> None:
        await _limit(platform, NamespaceLimits(invocations_per_minute=10))
        assert (await self._call(platform, web)).refusal == DENIED
