"""The JavaScript client manages actions, packages, triggers, rules (contract rest-api §9.2)."""

import base64

import pytest

from tests.e2e.sdk.archives import archive
from tests.e2e.sdk.javascript import Client, Refusal

HELLO = "function main({name}) { return {hello: name || 'you'} }"


def refused(client: Client, resource: str, verb: str, **options: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        client.call(resource, verb, **options)
    assert caught.value.name == "OpenWhiskError"
    return caught.value


def test_an_action_is_created_read_listed_changed_and_deleted(client: Client) -> None:
    created = client.call(
        "actions",
        "create",
        name="crud",
        action=HELLO,
        params={"name": "Ada"},
        annotations={"description": "greets"},
        limits={"timeout": 30_000, "memory": 128},
        version="1.2.3",
    )
    assert (created["namespace"], created["name"], created["version"]) == ("guest", "crud", "1.2.3")
    assert created["exec"]["code"] == HELLO
    assert created["exec"]["kind"].startswith("nodejs:")
    assert created["exec"]["binary"] is False
    assert created["parameters"] == [{"key": "name", "value": "Ada"}]
    assert {"key": "description", "value": "greets"} in created["annotations"]
    assert (created["limits"]["timeout"], created["limits"]["memory"]) == (30_000, 128)
    assert client.call("actions", "get", "crud") == created
    assert "code" not in client.call("actions", "get", name="crud", code=False)["exec"]
    assert "crud" in [each["name"] for each in client.call("actions", "list")]
    assert client.call("actions", "list", count=True)["actions"] >= 1
    updated = client.call("actions", "update", name="crud", params={"name": "Bob"})
    assert updated["exec"] == created["exec"]
    assert updated["version"] == "1.2.4"
    assert updated["parameters"] == [{"key": "name", "value": "Bob"}]
    assert client.call("actions", "delete", "/_/crud")["name"] == "crud"
    assert refused(client, "actions", "get", name="crud").status == 404


def test_an_archive_becomes_a_binary_action(client: Client) -> None:
    packed = archive({"package.json": '{"main": "index.js"}', "index.js": "exports.main = a => a"})
    created = client.call("actions", "create", name="zipped", action=packed, kind="nodejs:default")
    assert created["exec"]["binary"] is True
    assert base64.b64decode(created["exec"]["code"]).startswith(b"PK")
    result = client.call(
        "actions", "invoke", name="zipped", params={"a": 1}, blocking=True, result=True
    )
    assert result == {"a": 1}


def test_an_action_can_be_given_as_the_body_itself(client: Client) -> None:
    body = {"exec": {"kind": "python:default", "code": "def main(args): return {'py': True}"}}
    client.call("actions", "create", name="python", action=body)
    result = client.call("actions", "invoke", name="python", blocking=True, result=True)
    assert result == {"py": True}


def test_a_second_creation_is_a_conflict(client: Client) -> None:
    client.call("actions", "create", name="twice", action=HELLO)
    refusal = refused(client, "actions", "create", name="twice", action=HELLO)
    assert refusal.status == 409
    assert refusal.error["error"] == "resource already exists"
    assert "Returned HTTP 409 (Conflict)" in refusal.message


def test_several_actions_are_deleted_with_one_call(client: Client) -> None:
    for name in ("one", "two"):
        client.call("actions", "create", name=name, action=HELLO)
    deleted = client.call("actions", "delete", ["one", "two"])
    assert [each["name"] for each in deleted] == ["one", "two"]


def test_a_sequence_is_created_from_names(client: Client) -> None:
    client.call(
        "actions", "create", name="first", action="function main() { return {name: 'Ada'} }"
    )
    client.call("actions", "create", name="second", action=HELLO)
    created = client.call("actions", "create", name="chain", sequence=["/_/first", "/guest/second"])
    assert created["exec"] == {"kind": "sequence", "components": ["/guest/first", "/guest/second"]}
    result = client.call("actions", "invoke", name="chain", blocking=True, result=True)
    assert result == {"hello": "Ada"}


def test_a_package_holds_actions_and_a_binding_lends_them(client: Client) -> None:
    client.call(
        "packages",
        "update",
        name="tools",
        package={"publish": True, "parameters": [{"key": "name", "value": "Ada"}]},
    )
    client.call("actions", "create", name="tools/greet", action=HELLO)
    shown = client.call("packages", "get", "tools")
    assert [each["name"] for each in shown["actions"]] == ["greet"]
    assert shown["publish"] is True
    assert "tools" in [each["name"] for each in client.call("packages", "list")]
    client.call(
        "packages",
        "create",
        name="lent",
        package={"binding": {"namespace": "_", "name": "tools"}},
    )
    bound = client.call("packages", "get", name="lent")
    assert bound["binding"] == {"namespace": "guest", "name": "tools"}
    result = client.call("actions", "invoke", name="lent/greet", blocking=True, result=True)
    assert result == {"hello": "Ada"}
    refusal = refused(client, "packages", "delete", name="tools")
    assert refusal.status == 409
    assert "Package not empty (contains 1 entity)" in refusal.message
    client.call("packages", "delete", name="lent")
    client.call("actions", "delete", "tools/greet")
    assert client.call("packages", "delete", "tools")["name"] == "tools"


def test_a_rule_is_created_switched_and_deleted(client: Client) -> None:
    client.call("actions", "create", name="heard", action=HELLO)
    client.call("triggers", "create", name="news", trigger={"parameters": []})
    created = client.call("rules", "create", name="on-news", action="heard", trigger="news")
    assert created["status"] == "active"
    assert created["trigger"] == {"path": "guest", "name": "news"}
    assert created["action"] == {"path": "guest", "name": "heard"}
    assert client.call("rules", "disable", name="on-news") == "OK"
    assert client.call("rules", "get", "on-news")["status"] == "inactive"
    assert client.call("rules", "enable", name="on-news") == "OK"
    assert client.call("rules", "get", "on-news")["status"] == "active"
    assert "guest/on-news" in client.call("triggers", "get", "news")["rules"]
    assert "on-news" in [each["name"] for each in client.call("rules", "list")]
    updated = client.call("rules", "update", name="on-news", action="/_/heard", trigger="/_/news")
    assert updated["version"] == "0.0.2"
    assert client.call("rules", "delete", name="on-news")["status"] == "inactive"
    assert client.call("triggers", "delete", "news")["rules"] == {}


def test_a_rule_for_what_does_not_exist_is_refused(client: Client) -> None:
    refusal = refused(client, "rules", "create", name="vain", action="none", trigger="nothing")
    assert refusal.status == 400
    assert refusal.error["error"] == "trigger /guest/nothing does not exist"


def test_the_namespaces_of_a_key_and_what_is_in_them(client: Client) -> None:
    assert client.call("namespaces", "list") == ["guest"]
    client.call("triggers", "create", name="shown")
    everything = client.call("namespaces", "get", "guest")
    assert set(everything) == {"actions", "packages", "triggers", "rules"}
    assert "shown" in [each["name"] for each in everything["triggers"]]


def test_a_wrong_key_is_an_error_with_the_platforms_own_sentence(client: Client) -> None:
    wrong = Client(
        modules=client.modules,
        apihost=client.apihost,
        api_key=f"{client.api_key.partition(':')[0]}:{'x' * 64}",
    )
    refusal = refused(wrong, "actions", "list")
    assert refusal.status == 401
    assert "The supplied authentication is invalid" in refusal.message


def test_somebody_elses_namespace_is_refused(client: Client) -> None:
    refusal = refused(client, "actions", "list", namespace="somebody")
    assert refusal.status == 403


def test_api_routes_ask_for_the_catalogs_action_which_is_not_there(client: Client) -> None:
    """The API gateway is catalog content on top of the core (contract rest-api, appendix C)."""
    assert refused(client, "routes", "list").status == 404
