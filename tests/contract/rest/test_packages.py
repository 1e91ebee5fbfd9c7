"""Packages and bindings, and actions in them (contract rest-api §1.9, §2.2.4, §2.3)."""

from typing import Any

import msgspec
import pytest

from tests.contract.rest.caller import Caller
from whisk_platform.controller.services import Services
from whisk_platform.entities.action import Package
from whisk_platform.entities.names import FullyQualifiedEntityName

PYTHON = {"kind": "python:3.11", "code": "x"}
GUESTS = "/api/v1/namespaces/guest/"
NOT_FOUND = (404, "The requested resource does not exist.")
MALFORMED = "The request content was malformed:\n"


def not_authorized(resource: str) -> tuple[int, str]:
    return 403, f"The supplied authentication is not authorized to access '{resource}'."


def parameters(**values: object) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def to(namespace: str, name: str) -> dict[str, Any]:
    """The body of a binding."""
    return {"binding": {"namespace": namespace, "name": name}}


async def put_package(caller: Caller, name: str = "pkg", **body: object) -> None:
    assert (await caller.put(f"packages/{name}", body)).status == 200


async def test_a_fresh_package_has_the_standard_fields(guest: Caller) -> None:
    document = (await guest.put("packages/pkg", {})).json
    assert isinstance(document.pop("updated"), int)
    assert document == {
        "namespace": "guest",
        "name": "pkg",
        "version": "0.0.1",
        "publish": False,
        "parameters": [],
        "annotations": [],
        "binding": {},
    }


async def test_get_shows_actions_and_feeds_apart(guest: Caller) -> None:
    await put_package(guest)
    await guest.put("actions/pkg/plain", {"exec": PYTHON})
    feed = {"exec": PYTHON, "annotations": parameters(feed=True)}
    await guest.put("actions/pkg/events", feed)
    await guest.put("actions/outside", {"exec": PYTHON})
    document = (await guest.get("packages/pkg")).json
    common = parameters(**{"provide-api-key": False, "exec": "python:3.11"})
    assert document["actions"] == [{"name": "plain", "version": "0.0.1", "annotations": common}]
    assert document["feeds"] == [
        {
            "name": "events",
            "version": "0.0.1",
            "annotations": parameters(feed=True) + common,
        }
    ]


async def test_an_update_replaces_parameters_and_annotations(guest: Caller) -> None:
    await put_package(guest, parameters=parameters(a=1), annotations=parameters(x=1), publish=True)
    kept = (await guest.put("packages/pkg", {}, overwrite=True)).json
    assert (kept["version"], kept["publish"]) == ("0.0.2", True)
    assert (kept["parameters"], kept["annotations"]) == (parameters(a=1), parameters(x=1))
    change = {"parameters": parameters(b=2), "annotations": [], "publish": False}
    changed = (await guest.put("packages/pkg", change, overwrite=True)).json
    assert (changed["parameters"], changed["annotations"]) == (parameters(b=2), [])
    assert (changed["version"], changed["publish"]) == ("0.0.3", False)


async def test_a_second_create_is_refused(guest: Caller) -> None:
    await put_package(guest)
    assert (await guest.put("packages/pkg", {})).refusal == (409, "resource already exists")


async def test_the_name_default_is_reserved(guest: Caller) -> None:
    reply = await guest.put("packages/default", {})
    assert reply.refusal == (400, "Package name 'default' is reserved.")


async def test_a_missing_package_is_named(guest: Caller) -> None:
    reply = await guest.get("packages/missing")
    assert reply.refusal == (404, "The requested resource 'guest/missing' does not exist.")
    assert (await guest.delete("packages/missing")).refusal == NOT_FOUND


async def test_a_client_cannot_annotate_a_binding(guest: Caller) -> None:
    given = parameters(binding={"namespace": "x", "name": "y"}, other=1)
    document = (await guest.put("packages/pkg", {"annotations": given})).json
    assert document["annotations"] == parameters(other=1)


async def test_a_binding_shows_what_it_binds(guest: Caller) -> None:
    await put_package(guest, parameters=parameters(a=1, b=1))
    await guest.put("actions/pkg/act", {"exec": PYTHON})
    body = {**to("_", "pkg"), "parameters": parameters(b=2, c=2), "annotations": parameters(x=1)}
    written = (await guest.put("packages/bound", body)).json
    provider = {"namespace": "guest", "name": "pkg"}
    assert written["binding"] == provider
    assert written["parameters"] == parameters(b=2, c=2)
    assert written["annotations"] == parameters(x=1, binding=provider)
    read = (await guest.get("packages/bound")).json
    assert (read["namespace"], read["name"], read["binding"]) == ("guest", "bound", provider)
    assert read["parameters"] == parameters(a=1, b=2, c=2)
    assert [each["name"] for each in read["actions"]] == ["act"]
    assert read["feeds"] == []


async def test_lists_tell_bindings_from_packages(guest: Caller) -> None:
    await put_package(guest)
    await put_package(guest, "bound", **to("guest", "pkg"))
    bound, plain = (await guest.get("packages")).json
    assert bound["binding"] == {"namespace": "guest", "name": "pkg"}
    assert plain["binding"] is False
    assert set(plain) == {
        "namespace", "name", "version", "publish", "annotations", "binding", "updated",
    }  # fmt: skip
    assert (await guest.get("packages", count=True)).json == {"packages": 2}


async def test_strangers_list_public_packages_only(guest: Caller, stranger: Caller) -> None:
    await put_package(guest, "private")
    await put_package(guest, "public", publish=True)
    await put_package(guest, "bound", publish=True, **to("guest", "public"))
    names = [each["name"] for each in (await stranger.get(GUESTS + "packages")).json]
    assert names == ["public"]
    assert (await stranger.get(GUESTS + "packages", count=True)).json == {"packages": 1}
    assert (await stranger.get("/api/v1/namespaces/nobody/packages")).body == b"[]"


async def test_strangers_read_public_packages_only(guest: Caller, stranger: Caller) -> None:
    await put_package(guest, "private")
    await put_package(guest, "public", publish=True)
    await put_package(guest, "bound", publish=True, **to("guest", "public"))
    await guest.put("actions/public/act", {"exec": PYTHON})
    await guest.put("actions/loose", {"exec": PYTHON})
    read = await stranger.get(GUESTS + "packages/public")
    assert [each["name"] for each in read.json["actions"]] == ["act"]
    listed = await stranger.get(GUESTS + "actions/public/")
    assert [each["name"] for each in listed.json] == ["act"]
    assert (await stranger.get(GUESTS + "actions/public/act")).status == 200
    for name in ("private", "bound", "missing", "loose"):
        refusal = not_authorized(f"guest/{name}")
        assert (await stranger.get(GUESTS + f"packages/{name}")).refusal == refusal
        assert (await stranger.get(GUESTS + f"actions/{name}/")).refusal == refusal
        assert (await stranger.get(GUESTS + f"actions/{name}/act")).refusal == refusal


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_strangers_write_nothing(guest: Caller, stranger: Caller, method: str) -> None:
    await put_package(guest, "public", publish=True)
    await guest.put("actions/public/act", {"exec": PYTHON})
    for path, name in (
        ("packages/public", "guest/public"),
        ("packages/missing", "guest/missing"),
        ("actions/public/act", "guest/public/act"),
    ):
        reply = await stranger.call(method, GUESTS + path, body={})
        assert reply.refusal == not_authorized(name)


async def test_a_package_that_is_made_private_is_closed_at_once(
    guest: Caller, stranger: Caller
) -> None:
    await put_package(guest, publish=True)
    await guest.put("actions/pkg/act", {"exec": PYTHON})
    await put_package(stranger, "bound", **to("guest", "pkg"))
    assert (await stranger.get("actions/bound/act")).status == 200
    await guest.put("packages/pkg", {"publish": False}, overwrite=True)
    assert (await stranger.get("packages/bound")).refusal == not_authorized("stranger/bound")
    assert (await stranger.get("actions/bound/act")).refusal == not_authorized("stranger/bound")


async def test_who_may_be_bound_to(guest: Caller, stranger: Caller) -> None:
    await put_package(guest, "private")
    await put_package(guest, "public", publish=True)
    await put_package(guest, "bound", publish=True, **to("_", "public"))
    await guest.put("actions/act", {"exec": PYTHON})

    async def bind(caller: Caller, name: str) -> tuple[int, str]:
        return (await caller.put("packages/new", to("guest", name))).refusal

    assert await bind(guest, "missing") == (
        400,
        "Binding references a package that does not exist.",
    )
    assert await bind(guest, "bound") == (400, "Cannot bind to another package binding.")
    assert await bind(guest, "act") == (409, "Cannot bind to a resource that is not a package.")
    for name in ("missing", "private", "bound", "act"):
        assert await bind(stranger, name) == not_authorized(f"guest/{name}")
    assert (await stranger.put("packages/new", to("guest", "public"))).status == 200


async def test_a_package_stays_a_package_and_a_binding_a_binding(guest: Caller) -> None:
    await put_package(guest, "one")
    await put_package(guest, "two")
    await put_package(guest, "bound", **to("_", "one"))
    reply = await guest.put("packages/two", to("_", "one"), overwrite=True)
    assert reply.refusal == (
        409,
        "Resource is a package and cannot be converted into a binding.",
    )
    moved = (await guest.put("packages/bound", to("_", "two"), overwrite=True)).json
    provider = {"namespace": "guest", "name": "two"}
    assert moved["binding"] == provider
    assert moved["annotations"] == parameters(binding=provider)
    kept = (await guest.put("packages/bound", {"binding": {}}, overwrite=True)).json
    assert kept["binding"] == provider


@pytest.mark.parametrize(
    ("binding", "detail"),
    [
        (1, "Object expected in field 'namespace'"),
        ("guest/pkg", "Object expected in field 'namespace'"),
        ({"namespace": "_"}, "Object is missing required member 'name'"),
        ({"name": "pkg"}, "Object is missing required member 'namespace'"),
        (
            {"namespace": 1, "name": "pkg"},
            "'namespace' of 'binding' must be a string, but is 1",
        ),
        (
            {"namespace": "_", "name": "a/b"},
            "The name of the entity contains illegal characters.",
        ),
    ],
)
async def test_a_malformed_binding_is_refused(guest: Caller, binding: object, detail: str) -> None:
    reply = await guest.put("packages/bound", {"binding": binding})
    assert reply.refusal == (400, MALFORMED + detail)


async def test_a_binding_to_itself_is_told_apart(guest: Caller, services: Services) -> None:
    await put_package(guest)
    fqn = FullyQualifiedEntityName("guest", None, "pkg")
    package = await services.catalog.get(fqn, Package)
    await services.catalog.put(msgspec.structs.replace(package, binding=fqn))
    reply = await guest.get("packages/pkg")
    assert reply.refusal == (
        422,
        "Package binding 'guest/pkg' contains a circular reference.",
    )


async def test_bindings_may_dangle(guest: Caller, stranger: Caller) -> None:
    await put_package(guest, publish=True)
    await put_package(guest, "bound", **to("_", "pkg"))
    await put_package(stranger, "bound", **to("guest", "pkg"))
    assert (await guest.delete("packages/pkg")).status == 200
    assert (await guest.get("packages/bound")).refusal == NOT_FOUND
    assert (await guest.get("actions/bound/act")).refusal == NOT_FOUND
    assert (await stranger.get("packages/bound")).refusal == not_authorized("stranger/bound")
    assert (await guest.delete("packages/bound")).status == 200
    assert (await stranger.delete("packages/bound")).status == 200


async def test_a_binding_in_the_place_of_a_provider_provides_nothing(guest: Caller) -> None:
    await put_package(guest, "other")
    await put_package(guest)
    await put_package(guest, "bound", **to("_", "pkg"))
    await guest.delete("packages/pkg")
    await put_package(guest, "pkg", **to("_", "other"))
    assert (await guest.get("packages/bound")).refusal == NOT_FOUND


async def test_only_an_empty_package_is_deleted_without_force(guest: Caller) -> None:
    await put_package(guest)
    await guest.put("actions/pkg/one", {"exec": PYTHON})
    reply = await guest.delete("packages/pkg")
    assert reply.refusal == (
        409,
        "Package not empty (contains 1 entity). Set force param or delete package contents.",
    )
    await guest.put("actions/pkg/two", {"exec": PYTHON})
    reply = await guest.delete("packages/pkg", force=False)
    assert reply.refusal == (
        409,
        "Package not empty (contains 2 entities). Set force param or delete package contents.",
    )
    await guest.put("actions/outside", {"exec": PYTHON})
    forced = await guest.delete("packages/pkg", force=True)
    assert (forced.status, forced.json["name"]) == (200, "pkg")
    assert [each["name"] for each in (await guest.get("actions")).json] == ["outside"]
    await put_package(guest)
    assert (await guest.get("actions/pkg/one")).refusal == NOT_FOUND


async def test_deleting_a_binding_leaves_the_provider(guest: Caller) -> None:
    await put_package(guest)
    await guest.put("actions/pkg/act", {"exec": PYTHON})
    await put_package(guest, "bound", **to("_", "pkg"))
    document = (await guest.delete("packages/bound", force=True)).json
    assert document["binding"] == {"namespace": "guest", "name": "pkg"}
    assert "actions" not in document
    assert (await guest.get("actions/pkg/act")).status == 200


@pytest.mark.parametrize("path", ["packages/pkg", "packages/refresh"])
async def test_packages_cannot_be_posted_to(guest: Caller, path: str) -> None:
    await put_package(guest)
    reply = await guest.post(path, {})
    assert reply.refusal == (404, "The requested resource could not be found.")


async def test_packaged_actions_carry_their_package(guest: Caller) -> None:
    await put_package(guest, parameters=parameters(a=1, b=1))
    body = {"exec": PYTHON, "parameters": parameters(b=2, c=2)}
    written = (await guest.put("actions/pkg/act", body)).json
    assert (written["namespace"], written["name"]) == ("guest/pkg", "act")
    assert written["parameters"] == parameters(b=2, c=2)
    assert (await guest.get("actions/pkg/act")).json["parameters"] == parameters(a=1, b=2, c=2)
    assert [each["namespace"] for each in (await guest.get("actions")).json] == ["guest/pkg"]
    assert [each["name"] for each in (await guest.get("actions/pkg/")).json] == ["act"]
    assert (await guest.get("actions/pkg/", count=True)).json == {"actions": 1}
    assert (await guest.get("actions/act")).refusal == NOT_FOUND


async def test_an_action_reached_through_a_binding_is_the_providers(guest: Caller) -> None:
    await put_package(guest, parameters=parameters(a=1, b=1, c=1))
    await put_package(guest, "bound", **to("_", "pkg"), parameters=parameters(b=2, c=2))
    await guest.put("actions/pkg/act", {"exec": PYTHON, "parameters": parameters(c=3)})
    document = (await guest.get("actions/bound/act")).json
    assert (document["namespace"], document["name"]) == ("guest/pkg", "act")
    assert document["parameters"] == parameters(a=1, b=2, c=3)
    assert "binding" not in document
    assert (await guest.get("actions/bound/act", code=False)).json["binding"] == "guest/bound"
    listed = (await guest.get("actions/bound/")).json
    assert [(each["namespace"], each["name"]) for each in listed] == [("guest/pkg", "act")]


async def test_nothing_is_written_through_a_binding(guest: Caller) -> None:
    await put_package(guest)
    await put_package(guest, "bound", **to("_", "pkg"))
    await guest.put("actions/pkg/act", {"exec": PYTHON})
    refusal = (400, "Operation not permitted on package binding.")
    assert (await guest.put("actions/bound/new", {"exec": PYTHON})).refusal == refusal
    assert (await guest.delete("actions/bound/act")).refusal == refusal


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_nothing_is_in_a_missing_package(guest: Caller, method: str) -> None:
    assert (await guest.call(method, "actions/missing/act", body={})).refusal == NOT_FOUND


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_an_action_is_no_package(guest: Caller, method: str) -> None:
    await guest.put("actions/act", {"exec": PYTHON})
    reply = await guest.call(method, "actions/act/inner", body={})
    assert reply.refusal == (
        409,
        "Resource by this name exists but is not in this collection.",
    )


async def test_the_list_of_a_missing_package_is_not_found(guest: Caller) -> None:
    assert (await guest.get("actions/missing/")).refusal == NOT_FOUND


async def test_deleting_a_packaged_action_answers_with_it(guest: Caller) -> None:
    await put_package(guest, parameters=parameters(a=1))
    written = (await guest.put("actions/pkg/act", {"exec": PYTHON})).json
    assert (await guest.delete("actions/pkg/act")).json == written
    assert (await guest.delete("packages/pkg")).status == 200
