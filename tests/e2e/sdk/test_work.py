"""The JavaScript client invokes, fires, and reads what ran (contract rest-api §9.2)."""

import pytest

from tests.e2e.sdk.archives import archive
from tests.e2e.sdk.javascript import Client, Refusal
from tests.waiting import wait_for

ECHO = "function main(args) { console.log('heard'); return args }"
FEED = """
function main({lifecycleEvent, triggerName, authKey, color}) {
  if (color === 'none') return {error: 'this feed needs a color'}
  return {lifecycleEvent, triggerName, color, key: typeof authKey}
}
"""

NO_BODY = {"type": "Buffer", "data": []}
"""What the client makes of 204."""


def refused(client: Client, **options: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        client.call("actions", "invoke", **options)
    assert caught.value.name == "OpenWhiskError"
    return caught.value


@pytest.fixture(scope="module", autouse=True)
def _actions(client: Client) -> None:
    """What the tests of this module invoke."""
    for name, code in {
        "echo": ECHO,
        "fails": "function main({how}) { return {error: how || 'no luck'} }",
        "throws": "function main() { throw new Error('broken') }",
        "crashes": "function main() { process.exit(1) }",
        "list": "function main() { return [1, 2] }",
    }.items():
        client.call("actions", "create", name=name, action=code)
    client.call("packages", "create", name="colors")
    client.call("actions", "create", name="colors/paint", action=FEED, annotations={"feed": True})


def activation(client: Client, activation_id: str) -> dict[str, object]:
    """A record, as soon as it can be read."""

    def found() -> dict[str, object] | None:
        try:
            record: dict[str, object] = client.call("activations", "get", activation_id)
        except Refusal as refusal:
            if refusal.status == 404:
                return None
            raise
        return record

    return wait_for(found, f"the record of {activation_id}")


def test_a_call_that_does_not_wait_answers_an_id_that_leads_to_record_result_and_logs(
    client: Client,
) -> None:
    answer = client.call("actions", "invoke", name="echo", params={"a": 1})
    assert set(answer) == {"activationId"}
    activation_id = answer["activationId"]
    record = activation(client, activation_id)
    assert record["response"] == {
        "status": "success",
        "success": True,
        "result": {"a": 1},
        "size": record["response"]["size"],  # type: ignore[index]  # JSON
    }
    assert client.call("activations", "result", name=activation_id)["result"] == {"a": 1}

    def heard() -> bool:
        lines = client.call("activations", "logs", activation=activation_id)["logs"]
        return any(line.endswith("stdout: heard") for line in lines)

    wait_for(heard, "the log line")


def test_a_call_that_waits_answers_the_record_or_the_result(client: Client) -> None:
    record = client.call("actions", "invoke", name="echo", params={"a": "ä"}, blocking=True)
    assert record["response"]["result"] == {"a": "ä"}
    assert record["name"] == "echo"
    assert (
        client.call("actions", "invoke", name="/guest/echo", params={}, blocking=True, result=True)
        == {}
    )


def test_an_error_that_the_action_returns_rejects_with_its_text(client: Client) -> None:
    refusal = refused(client, name="fails", params={"how": "no fuel"}, blocking=True)
    assert refusal.status == 502
    assert refusal.message.endswith('Returned HTTP 502 (Bad Gateway) --> "no fuel"')
    assert refusal.error["response"]["status"] == "application error"


def test_an_error_object_of_the_action_rejects_with_its_status(client: Client) -> None:
    refusal = refused(
        client, name="fails", params={"how": {"statusCode": 418}}, blocking=True, result=True
    )
    assert refusal.status == 502
    assert refusal.message.endswith('--> "application error, status code: 418"')


@pytest.mark.parametrize("name", ["throws", "crashes"])
def test_an_action_that_breaks_rejects_with_a_sentence(client: Client, name: str) -> None:
    refusal = refused(client, name=name, blocking=True)
    assert refusal.status == 502
    assert refusal.error["response"]["success"] is False
    assert "Response Missing Error Message" not in refusal.message


def test_an_action_that_does_not_exist_rejects_with_404(client: Client) -> None:
    refusal = refused(client, name="nothing")
    assert refusal.status == 404
    assert "The requested resource does not exist." in refusal.message


def test_an_array_as_result_comes_bare_which_the_client_takes_for_a_failure(
    client: Client,
) -> None:
    """A quirk of the contract (§3.4): without a record the client's ``result`` rejects."""
    assert client.call("actions", "invoke", name="list", blocking=True) == [1, 2]
    outcome = client.calls(
        [("actions", "invoke", {"name": "list", "blocking": True, "result": True})]
    )
    assert "error" in outcome[0]


def test_a_trigger_fires_its_rules_action_and_says_nothing_without_rules(client: Client) -> None:
    client.call("triggers", "create", name="bell", trigger={})
    assert client.call("triggers", "invoke", name="bell", params={"ring": 1}) == NO_BODY
    client.call("rules", "create", name="on-bell", action="echo", trigger="bell")
    fired = client.call("triggers", "invoke", name="bell", params={"ring": 2})
    record = activation(client, fired["activationId"])
    assert record["name"] == "bell"

    def rung() -> bool:
        records = client.call("activations", "list", name="echo", docs=True)
        return any(each["response"]["result"].get("ring") == 2 for each in records)

    wait_for(rung, "the activation of the rule's action")


def test_the_list_of_activations_is_filtered_paged_and_counted(client: Client) -> None:
    records = [client.call("actions", "invoke", name="echo", blocking=True) for _ in range(3)]
    ids = [record["activationId"] for record in records]
    activation(client, ids[-1])
    since = records[0]["start"]

    def listed() -> bool:
        found = client.call("activations", "list", name="echo", since=since)
        return set(ids) <= {each["activationId"] for each in found}

    wait_for(listed, "three records")
    page = client.call("activations", "list", name="echo", limit=1, skip=1)
    assert len(page) == 1
    assert page[0]["activationId"] == ids[1]
    assert client.call("activations", "list", name="echo", since=since, count=True) == {
        "activations": 3
    }
    assert client.call("activations", "list", name="echo", upto=1) == []


def test_feeds_reach_their_action_with_event_trigger_and_key(client: Client) -> None:
    assert [each["name"] for each in client.call("packages", "get", "colors")["feeds"]] == ["paint"]
    for verb, event in {
        "create": "CREATE",
        "get": "READ",
        "update": "UPDATE",
        "delete": "DELETE",
    }.items():
        record = client.call(
            "feeds", verb, name="colors/paint", trigger="bell", params={"color": "red"}
        )
        assert record["response"]["result"] == {
            "lifecycleEvent": event,
            "triggerName": "/_/bell",
            "color": "red",
            "key": "string",
        }


def test_a_feed_that_fails_or_does_not_exist_rejects(client: Client) -> None:
    for name, status, text in (
        ("colors/paint", 502, "this feed needs a color"),
        ("colors/nothing", 404, "The requested resource does not exist."),
    ):
        with pytest.raises(Refusal) as caught:
            client.call("feeds", "create", name=name, trigger="bell", params={"color": "none"})
        assert caught.value.status == status
        assert text in caught.value.message


INSIDE = """
const openwhisk = require('openwhisk')

exports.main = async ({name}) => {
  const ow = openwhisk()
  const actions = await ow.actions.list()
  const waiting = {blocking: true, result: true}
  const result = await ow.actions.invoke({name: 'echo', params: {name}, ...waiting})
  const refusal = await ow.actions.get('nothing').catch(error => error)
  await ow.triggers.update({name: 'from-inside', trigger: {}})
  const {activationId} = await ow.actions.invoke({name: '/guest/echo'})
  return {
    actions: actions.map(each => each.name),
    namespaces: await ow.namespaces.list(),
    result,
    refusal: [refusal.name, refusal.statusCode, refusal.error.code],
    activationId,
    transid: process.env.__OW_TRANSACTION_ID
  }
}
"""


def test_inside_an_action_with_its_key_the_client_needs_no_options(client: Client) -> None:
    packed = archive(
        {"package.json": '{"main": "index.js"}', "index.js": INSIDE}, folder=client.modules
    )
    client.call(
        "actions",
        "create",
        name="inside",
        action=packed,
        kind="nodejs:default",
        annotations={"provide-api-key": True},
    )
    result = client.call(
        "actions", "invoke", name="inside", params={"name": "Ada"}, blocking=True, result=True
    )
    assert {"echo", "inside"} <= set(result["actions"])
    assert result["namespaces"] == ["guest"]
    assert result["result"] == {"name": "Ada"}
    assert result["refusal"] == ["OpenWhiskError", 404, result["transid"]]
    assert client.call("triggers", "get", "from-inside")["name"] == "from-inside"
    assert activation(client, result["activationId"])["name"] == "echo"


def test_inside_an_action_without_its_key_the_client_says_what_is_missing(client: Client) -> None:
    packed = archive(
        {"package.json": '{"main": "index.js"}', "index.js": INSIDE}, folder=client.modules
    )
    client.call("actions", "create", name="keyless", action=packed, kind="nodejs:default")
    refusal = refused(client, name="keyless", blocking=True, result=True)
    assert refusal.status == 502
    assert "Missing api_key" in refusal.error["response"]["result"]["error"]["message"]
