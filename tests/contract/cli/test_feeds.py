"""Triggers with a feed: who is told what, and what happens when the feed refuses."""

from typing import Any

import pytest

from tests.contract.cli.controller import KEY, Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok

ID = "44794bd6aab74415b4e42a308d880e5b"
PUT = "PUT namespaces/_/triggers/t?overwrite=false"
PUT_AGAIN = "PUT namespaces/_/triggers/t?overwrite=true"
GET = "GET namespaces/_/triggers/t"
DELETE = "DELETE namespaces/_/triggers/t"
FEED = "POST namespaces/_/actions/f?blocking=true&result=false"

RECORD = {"activationId": ID, "response": {"success": True}}
RECORD_TEXT = (
    f'{{\n    "activationId": "{ID}",\n    "response": {{\n        "success": true\n    }}\n}}\n'
)
WITH_FEED = {"name": "t", "annotations": [{"key": "feed", "value": "/_/f"}]}
FAILED = {"activationId": ID, "response": {"success": False}}
FAILED_TEXT = RECORD_TEXT.replace("true", "false")


def _event(name: str, **more: Any) -> dict[str, Any]:
    return {**more, "lifecycleEvent": name, "triggerName": "/_/t", "authKey": KEY}


def test_creating_tells_the_feed_everything_that_was_given(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(PUT, {})
    controller.answer(FEED, RECORD)
    outcome = wsk("trigger", "create", "t", "--feed", "f", "-p", "a", "1", "-a", "k", "v")
    assert outcome == ok(f"ok: invoked /_/f with id {ID}\n{RECORD_TEXT}ok: created trigger t\n")
    assert controller.lines == [PUT, FEED]
    assert controller.asked[0].json == {
        "name": "t",
        "annotations": [{"key": "k", "value": "v"}, {"key": "feed", "value": "/_/f"}],
    }
    assert controller.asked[1].json == _event("CREATE", a=1)


def test_separate_inputs_go_where_they_say(wsk: Wsk, controller: Controller) -> None:
    controller.answer(PUT, {})
    controller.answer(FEED, RECORD)
    assert wsk("trigger", "create", "t", "-f", "f", "-F", "a", "1", "-T", "b", "2").code == 0
    assert controller.asked[0].json["parameters"] == [{"key": "b", "value": 2}]
    assert controller.asked[1].json == _event("CREATE", a=1)


def test_without_a_feed_parameters_belong_to_the_trigger(wsk: Wsk, controller: Controller) -> None:
    controller.answer(PUT, {})
    assert wsk("trigger", "create", "t", "-p", "a", "1") == ok("ok: created trigger t\n")
    assert controller.asked[0].json == {"name": "t", "parameters": [{"key": "a", "value": 1}]}


@pytest.mark.parametrize("verb", ["create", "update"])
def test_common_and_separate_inputs_cannot_be_mixed(
    wsk: Wsk, controller: Controller, verb: str
) -> None:
    assert wsk("trigger", verb, "t", "-p", "a", "1", "-T", "b", "2") == failed(
        "Incorrect usage. Cannot combine --feed-param or --trigger-param flag "
        "with neither --param nor --param-file flag",
        149,
    )
    assert controller.asked == []


def test_feed_parameters_need_a_feed(wsk: Wsk, controller: Controller) -> None:
    assert wsk("trigger", "create", "t", "-F", "a", "1") == failed(
        "Incorrect usage. Trigger without a feed cannot have feed parameters", 149
    )
    assert controller.asked == []


def test_a_feed_that_does_not_exist_takes_the_trigger_back(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(PUT, {})
    controller.refuse(FEED, 404, "The requested resource does not exist.")
    controller.answer(DELETE, {})
    gone = "The requested resource does not exist. (code tid)"
    assert wsk("trigger", "create", "t", "--feed", "f") == Outcome(
        code=148,
        err=f"warning: Unable to configure feed '/_/f': {gone}\n"
        "ok: deleted trigger t\n"
        f"error: Unable to create trigger 't': Unable to configure feed '/_/f': {gone}\n",
    )
    assert controller.lines == [PUT, FEED, FEED, DELETE]
    assert controller.asked[2].json == _event("DELETE")


def test_a_feed_that_fails_takes_the_trigger_back(wsk: Wsk, controller: Controller) -> None:
    controller.answer(PUT, {})
    controller.answer(FEED, FAILED, status=502)
    controller.answer(DELETE, {})
    assert wsk("trigger", "create", "t", "--feed", "f") == Outcome(
        code=246, err=FAILED_TEXT + "ok: deleted trigger t\n"
    )


def test_a_feed_that_does_not_finish_takes_the_trigger_back(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(PUT, {})
    controller.answer(FEED, {"activationId": ID}, status=202)
    controller.answer(DELETE, {})
    assert wsk("trigger", "create", "t", "--feed", "f") == Outcome(
        code=202,
        err=f"ok: invoked /_/f, but the request has not yet finished, with id {ID}\n"
        "ok: deleted trigger t\n",
    )


def test_a_trigger_that_exists_is_not_taken_back(wsk: Wsk, controller: Controller) -> None:
    controller.refuse(PUT, 409, "resource already exists")
    assert wsk("trigger", "create", "t", "--feed", "f") == failed(
        "Unable to create trigger 't': resource already exists (code tid)", 153
    )
    assert controller.lines == [PUT]


def test_updating_tells_the_feed_and_leaves_the_trigger(wsk: Wsk, controller: Controller) -> None:
    controller.answer(GET, WITH_FEED)
    controller.answer(FEED, RECORD)
    assert wsk("trigger", "update", "t", "-p", "a", "1") == ok(
        RECORD_TEXT + "ok: updated trigger t\n"
    )
    assert controller.lines == [GET, FEED]
    assert controller.asked[1].json == _event("UPDATE", a=1)


def test_updating_trigger_parameters_alone_leaves_the_feed(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(GET, WITH_FEED)
    controller.answer(PUT_AGAIN, {})
    assert wsk("trigger", "update", "t", "-T", "b", "2") == ok("ok: updated trigger t\n")
    assert controller.lines == [GET, PUT_AGAIN]
    assert controller.asked[1].json == {"name": "t", "parameters": [{"key": "b", "value": 2}]}


def test_updating_both_changes_the_trigger_then_tells_the_feed(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(GET, WITH_FEED)
    controller.answer(PUT_AGAIN, {})
    controller.answer(FEED, RECORD)
    assert wsk("trigger", "update", "t", "-T", "b", "2", "-F", "a", "1").code == 0
    assert controller.lines == [GET, PUT_AGAIN, FEED]
    assert controller.asked[2].json == _event("UPDATE", a=1)


def test_updating_feed_parameters_of_a_trigger_without_feed_fails_after_the_change(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(GET, {"name": "t"})
    controller.answer(PUT_AGAIN, {})
    assert wsk("trigger", "update", "t", "-F", "a", "1") == failed(
        "Unable to configure feed 't': this trigger does not contain a feed"
    )
    assert controller.lines == [GET, PUT_AGAIN]


def test_updating_a_missing_trigger_creates_it(wsk: Wsk, controller: Controller) -> None:
    controller.refuse(GET, 404, "The requested resource does not exist.")
    controller.answer(PUT, {})
    assert wsk("trigger", "update", "t", "-p", "a", "1") == ok("ok: created trigger t\n")
    assert controller.asked[1].json == {"name": "t", "parameters": [{"key": "a", "value": 1}]}


def test_a_feed_that_refuses_an_update_is_told_as_in_create(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(GET, WITH_FEED)
    controller.refuse(FEED, 403, "no")
    assert wsk("trigger", "update", "t") == failed(
        "Unable to create trigger 't': Unable to configure feed '/_/f': "
        "Unable to invoke action 'f': no (code tid)",
        147,
    )


def test_getting_shows_what_the_feed_says(wsk: Wsk, controller: Controller) -> None:
    controller.answer(GET, WITH_FEED)
    controller.answer(FEED, RECORD)
    assert wsk("trigger", "get", "t") == ok(RECORD_TEXT)
    assert controller.asked[1].json == _event("READ")


def test_getting_can_leave_the_feed_alone(wsk: Wsk, controller: Controller) -> None:
    controller.answer(GET, WITH_FEED)
    outcome = wsk("trigger", "get", "t", "name", "--no-feed")
    assert outcome == ok('ok: got trigger t, displaying field name\n"t"\n')
    assert controller.lines == [GET]


@pytest.mark.parametrize(("status", "answer"), [(502, FAILED), (404, {"error": "x", "code": "y"})])
def test_getting_with_a_failing_feed_leaves_stdout_empty_and_succeeds(
    wsk: Wsk, controller: Controller, status: int, answer: object
) -> None:
    controller.answer(GET, WITH_FEED)
    controller.answer(FEED, answer, status=status)
    outcome = wsk("trigger", "get", "t")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.startswith("warning: ")
    assert "'/_/f'" in outcome.err


def test_deleting_tells_the_feed_first(wsk: Wsk, controller: Controller) -> None:
    controller.answer(GET, WITH_FEED)
    controller.answer(FEED, RECORD)
    controller.answer(DELETE, {})
    assert wsk("trigger", "delete", "t") == ok(RECORD_TEXT + "ok: deleted trigger t\n")
    assert controller.lines == [GET, FEED, DELETE]
    assert controller.asked[1].json == _event("DELETE")


def test_a_failing_feed_does_not_stop_a_delete(wsk: Wsk, controller: Controller) -> None:
    controller.answer(GET, WITH_FEED)
    controller.answer(FEED, FAILED, status=502)
    controller.answer(DELETE, {})
    assert wsk("trigger", "delete", "t") == Outcome(
        code=0, out="ok: deleted trigger t\n", err=FAILED_TEXT
    )


def test_deleting_a_trigger_without_feed(wsk: Wsk, controller: Controller) -> None:
    controller.answer(GET, {"name": "t"})
    controller.answer(DELETE, {})
    assert wsk("trigger", "delete", "t") == ok("ok: deleted trigger t\n")
