"""Requests that are sent again by themselves, and those that never are."""

import socket
import threading

import pytest

from tests.contract.cli.controller import Controller, running
from tests.contract.cli.driver import Wsk

LIST = "GET namespaces/_/triggers?limit=30&skip=0"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_reading_is_repeated_when_the_server_says_not_now(
    wsk: Wsk, controller: Controller, status: int
) -> None:
    controller.refuse(LIST, status, "not now")
    controller.answer(LIST, [])
    outcome = wsk("trigger", "list", "-v")
    assert outcome.code == 0
    assert controller.lines == [LIST, LIST]
    assert "REPEATED: attempt 2 in 0." in outcome.err


def test_reading_is_repeated_only_so_often(wsk: Wsk, controller: Controller) -> None:
    controller.refuse(LIST, 503, "not now")
    assert wsk("trigger", "list").code == 247
    assert controller.lines == [LIST] * 4


def test_the_server_may_name_the_pause(wsk: Wsk, controller: Controller) -> None:
    controller.answer(LIST, {}, status=429, headers=(("Retry-After", "0"),))
    controller.answer(LIST, [])
    assert "attempt 2 in 0.00 s" in wsk("trigger", "list", "-v").err


def test_a_pause_that_is_too_long_is_not_made(wsk: Wsk, controller: Controller) -> None:
    controller.answer(LIST, {}, status=429, headers=(("Retry-After", "60"),))
    assert wsk("trigger", "list").code == 173
    assert controller.lines == [LIST]


@pytest.mark.parametrize("status", [400, 401, 404, 409, 500])
def test_other_answers_stand(wsk: Wsk, controller: Controller, status: int) -> None:
    controller.refuse(LIST, status, "no")
    wsk("trigger", "list")
    assert controller.lines == [LIST]


@pytest.mark.parametrize(
    ("tokens", "request_line"),
    [
        (["action", "invoke", "a"], "POST namespaces/_/actions/a?blocking=false&result=false"),
        (["trigger", "fire", "t"], "POST namespaces/_/triggers/t"),
        (["action", "delete", "a"], "DELETE namespaces/_/actions/a"),
        (["trigger", "create", "t"], "PUT namespaces/_/triggers/t?overwrite=false"),
    ],
)
def test_what_changes_something_is_sent_once(
    wsk: Wsk, controller: Controller, tokens: list[str], request_line: str
) -> None:
    controller.refuse(request_line, 503, "not now")
    assert wsk(*tokens).code == 247
    assert controller.lines == [request_line]


def test_a_cut_answer_is_read_again(wsk: Wsk, controller: Controller) -> None:
    cut = threading.Event()
    cut.set()
    controller.answer(LIST, after=cut)
    controller.answer(LIST, [])
    assert wsk("trigger", "list").code == 0
    invoke = "POST namespaces/_/actions/a?blocking=false&result=false"
    controller.answer(invoke, after=cut)
    assert wsk("action", "invoke", "a").code == 3
    assert controller.lines == [LIST, LIST, invoke]


def test_what_could_not_be_sent_is_sent_again_whatever_it_is(wsk: Wsk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    wsk.host = f"http://127.0.0.1:{port}"
    outcome = wsk("trigger", "fire", "t", "-v")
    assert outcome.code == 3
    assert outcome.err.count("REPEATED: ") == 3
    with running() as controller:
        wsk.host = controller.address
        controller.answer("POST namespaces/_/triggers/t", {"activationId": "i"}, status=202)
        assert "REPEATED" not in wsk("trigger", "fire", "t", "-v").err
