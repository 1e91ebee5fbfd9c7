"""Polling: what is asked, what is shown once, and how errors slow it down."""

from typing import Any

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Outcome, Wsk, failed

WATCH = "GET namespaces/_/activations?watch=true&events=end&limit=1&docs=true"
FIRST = "GET namespaces/_/activations?limit=1&skip=0"
START = 1_706_782_272_000
SINCE = START - 310_000
KNOWN = f"GET namespaces/_/activations?limit=0&since={SINCE}&skip=0"
QUESTION = f"GET namespaces/_/activations?docs=true&limit=0&since={SINCE}&skip=0"
GREETING = "Enter Ctrl-c to exit.\nPolling for activation logs\n"


def _activation(name: str, start: int, *logs: str) -> dict[str, Any]:
    return {"activationId": f"id-{name}", "name": name, "start": start, "logs": [*logs]}


def _shown(name: str, *logs: str) -> str:
    lines = "".join(f'    "{line}",\n' for line in logs).rstrip(",\n")
    body = f"[\n{lines}\n]" if logs else "[]"
    return f"\nActivation: '{name}' (id-{name})\n{body}\n"


def _poll(wsk: Wsk, *tokens: str) -> Outcome:
    return wsk("activation", "poll", "--exit", "1", "--interval", "0.05", *tokens)


def test_each_new_activation_is_shown_once(wsk: Wsk, controller: Controller) -> None:
    """One that started before the newest known one, and ended later, is not missed."""
    old, late = _activation("old", START), _activation("late", START - 60_000, "a", "b")
    controller.answer(FIRST, [old])
    controller.answer(KNOWN, [old])
    controller.answer(QUESTION, [old])
    controller.answer(QUESTION, [old, late])
    assert _poll(wsk) == Outcome(code=0, out=GREETING + _shown("late", "a", "b"))
    assert controller.lines[:5] == [WATCH, FIRST, KNOWN, QUESTION, QUESTION]


def test_an_empty_namespace_is_asked_from_the_beginning(wsk: Wsk, controller: Controller) -> None:
    controller.answer(FIRST, [])
    controller.answer(
        "GET namespaces/_/activations?docs=true&limit=0&skip=0", [_activation("n", START)]
    )
    controller.answer(QUESTION, [])
    assert _poll(wsk) == Outcome(code=0, out=GREETING + _shown("n"))


def test_a_name_filters(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/activations?limit=1&name=p%2Fa&skip=0", [])
    controller.answer("GET namespaces/_/activations?docs=true&limit=0&name=p%2Fa&skip=0", [])
    assert _poll(wsk, "/ns/p/a") == Outcome(code=0, out=GREETING)


def test_more_than_a_page_is_read(wsk: Wsk, controller: Controller) -> None:
    many = [_activation(f"n{number}", START) for number in range(200)]
    question = "GET namespaces/_/activations?docs=true&limit=0&skip={}"
    controller.answer(FIRST, [])
    controller.answer(question.format(0), many)
    controller.answer(question.format(200), [_activation("last", START)])
    controller.answer(QUESTION, [])
    outcome = _poll(wsk)
    assert outcome.out.count("Activation: ") == 201
    assert outcome.out.endswith(_shown("last"))


def test_a_server_that_takes_the_watch_for_a_list_is_polled(
    wsk: Wsk, controller: Controller
) -> None:
    old, new = _activation("old", START), _activation("new", START - 1, "a")
    controller.answer(WATCH, [old])
    controller.answer(FIRST, [old])
    controller.answer(KNOWN, [old])
    controller.answer(QUESTION, [old, new])
    assert _poll(wsk) == Outcome(code=0, out=GREETING + _shown("new", "a"))


def test_beginning_some_time_ago_asks_nothing_first(wsk: Wsk, controller: Controller) -> None:
    outcome = _poll(wsk, "--since-minutes", "1")
    assert outcome.code == 256 + 418 - 512
    assert controller.asked[1].target.startswith(
        "/api/v1/namespaces/_/activations?docs=true&limit=0&since="
    )


def test_a_server_in_trouble_is_asked_again(wsk: Wsk, controller: Controller) -> None:
    controller.answer(FIRST, [])
    question = "GET namespaces/_/activations?docs=true&limit=0&skip=0"
    controller.refuse(question, 503, "busy")
    controller.refuse(question, 503, "busy")
    controller.answer(question, [_activation("n", START)])
    controller.answer(QUESTION, [])
    assert _poll(wsk) == Outcome(
        code=0,
        out=GREETING + _shown("n"),
        err="warning: busy (code tid) Trying again.\n",
    )


def test_a_wrong_key_ends_the_poll(wsk: Wsk, controller: Controller) -> None:
    controller.refuse(FIRST, 401, "The supplied authentication is invalid")
    assert _poll(wsk) == Outcome(
        code=145,
        out="Enter Ctrl-c to exit.\n",
        err=failed("The supplied authentication is invalid (code tid)").err,
    )
