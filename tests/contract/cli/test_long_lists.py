"""Whole lists, counts, and lists of chosen entries: with servers that can choose and without."""

from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Wsk, ok

AGO = 1_700_000_000_000


def _actions(first: int, many: int, kind: str = "nodejs:20") -> list[dict[str, Any]]:
    return [
        {
            "namespace": "guest",
            "name": f"a{number}",
            "updated": AGO + number,
            "annotations": [{"key": "exec", "value": kind}],
        }
        for number in range(first, first + many)
    ]


def _activation(number: int, code: int = 0, kind: str = "nodejs:20") -> dict[str, Any]:
    return {
        "namespace": "guest",
        "name": "a",
        "activationId": f"{number:032x}",
        "start": AGO + number,
        "statusCode": code,
        "annotations": [{"key": "kind", "value": kind}],
    }


def _names(text: str) -> list[str]:
    return [line.split()[0].rpartition("/")[2] for line in text.splitlines()[1:]]


@pytest.fixture
def two_pages(controller: Controller) -> Controller:
    controller.answer("GET namespaces/_/actions?limit=200&skip=0", _actions(0, 200))
    # Somebody made an action meanwhile: the last one of the first page comes again.
    controller.answer("GET namespaces/_/actions?limit=200&skip=200", _actions(199, 51))
    return controller


def test_all_reads_page_after_page_and_shows_nothing_twice(wsk: Wsk, two_pages: Controller) -> None:
    outcome = wsk("action", "list", "--all")
    assert outcome.code == 0
    assert outcome.out.startswith("actions\n")
    assert _names(outcome.out) == [f"a{number}" for number in range(250)]
    assert len(two_pages.lines) == 2


@pytest.mark.parametrize("form", ["jsonl", "name", "tsv"])
def test_all_works_with_every_format(wsk: Wsk, two_pages: Controller, form: str) -> None:
    outcome = wsk("action", "list", "--all", "-o", form, "--no-header")
    assert len(outcome.out.splitlines()) == 250


def test_the_server_counts_if_it_can(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/actions?count=true", {"actions": 1234})
    assert wsk("action", "list", "--count") == ok("1234\n")
    controller.answer("GET namespaces/_/activations?count=true&name=x&since=5", {"activations": 7})
    assert wsk("activation", "list", "x", "--since", "5", "--count") == ok("7\n")
    assert wsk("action", "list", "--count", "-o", "json") == ok("1234\n")


def test_pages_are_counted_where_the_server_cannot(wsk: Wsk, two_pages: Controller) -> None:
    two_pages.answer("GET namespaces/_/actions?count=true", _actions(0, 30))
    assert wsk("action", "list", "--count") == ok("250\n")


@pytest.mark.usefixtures("two_pages")
def test_entities_are_chosen_by_name_kind_and_change(wsk: Wsk) -> None:
    assert _names(wsk("action", "list", "--name", "a24?").out) == [f"a{n}" for n in range(240, 250)]
    assert _names(wsk("action", "list", "--name", "a2*", "-l", "2", "-s", "1").out) == [
        "a20",
        "a21",
    ]
    assert wsk("action", "list", "--kind", "python", "--count") == ok("0\n")
    assert wsk("action", "list", "--kind", "nodejs", "--count") == ok("250\n")
    assert _names(wsk("action", "list", "--since", str(AGO + 248)).out) == ["a248", "a249"]
    assert _names(wsk("action", "list", "--upto", "2023-11-14T22:13:20.001Z").out) == ["a0", "a1"]


def test_rules_are_chosen_by_status(wsk: Wsk, controller: Controller) -> None:
    named = [{"namespace": "guest", "name": name} for name in ("r1", "r2")]
    controller.answer("GET namespaces/_/rules?limit=200&skip=0", named)
    controller.answer("GET namespaces/_/rules/r1", {"status": "active"})
    controller.answer("GET namespaces/_/rules/r2", {"status": "inactive"})
    assert _names(wsk("rule", "list", "--status", "inactive").out) == ["r2"]


FILTERED = (
    "GET namespaces/_/activations?kind=nodejs%3A20&limit=30&skip=0"
    "&status=application%20error%2Caction%20developer%20error%2Cwhisk%20internal%20error"
)


def _ids(text: str) -> list[int]:
    return [int(line, 16) for line in text.splitlines()]


def test_a_server_that_chooses_activations_is_asked_once(wsk: Wsk, controller: Controller) -> None:
    controller.answer(FILTERED, [_activation(1, 1), _activation(2, 3)])
    tokens = ["activation", "list", "--status", "error", "--kind", "nodejs:20", "-o", "name"]
    assert _ids(wsk(*tokens).out) == [1, 2]
    assert controller.lines == [FILTERED]


def test_a_server_that_does_not_know_the_filters_is_read_to_the_end(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(FILTERED, [_activation(n, n % 2) for n in range(30)])
    paged = FILTERED.replace("limit=30&skip=0", "limit=200&skip={}")
    controller.answer(paged.format(0), [_activation(n, n % 2) for n in range(200)])
    controller.answer(paged.format(200), [_activation(200, 1), _activation(201, 1, "php:8")])
    tokens = ["activation", "list", "--status", "error", "--kind", "nodejs:20", "-o", "name"]
    assert _ids(wsk(*tokens, "-l", "30", "-s", "0").out) == list(range(1, 60, 2))
    assert _ids(wsk(*tokens, "-l", "30", "-s", "98").out) == [197, 199, 200]


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["activation", "list", "--status", "red"], 'invalid argument "red" for "--status" flag'),
        (["activation", "list", "--since", "soon"], 'invalid argument "soon" for "--since" flag'),
        (["action", "list", "--upto", "2020-13-01"], 'invalid argument "2020-13-01" for "--upto"'),
        (["rule", "list", "--status", "on"], 'invalid argument "on" for "--status" flag'),
        (["activation", "list", "a", "--name", "b"], "error: Name one action: 'a' or --name 'b'."),
    ],
)
def test_a_filter_that_cannot_be_read_is_one_line(wsk: Wsk, tokens: list[str], text: str) -> None:
    outcome = wsk(*tokens)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(text)


def test_how_long_ago_becomes_a_moment(wsk: Wsk, controller: Controller) -> None:
    import time

    before = int(time.time() * 1000)
    wsk("activation", "list", "--since", "10m")
    asked = int(controller.asked[0].target.partition("since=")[2].partition("&")[0])
    assert before - 600_000 <= asked <= int(time.time() * 1000) - 600_000


def _contents(controller: Controller) -> None:
    controller.answer("GET namespaces/_/packages?limit=200&skip=0", [])
    controller.answer("GET namespaces/_/triggers?limit=200&skip=0", [])
    controller.answer("GET namespaces/_/rules?limit=200&skip=0", [{"name": "r", "namespace": "g"}])
    controller.answer("GET namespaces/_/rules/r", {"status": "active"})


@pytest.mark.parametrize("tokens", [["list"], ["namespace", "get"]])
def test_everything_in_a_namespace_is_read_to_the_end(
    wsk: Wsk, two_pages: Controller, tokens: list[str]
) -> None:
    _contents(two_pages)
    outcome = wsk(*tokens, "--all")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[:3] == ["Entities in namespace: default", "packages", "actions"]
    assert len(lines) == 5 + 250 + 1
    assert lines[-1].endswith("active")
    names = wsk(*tokens, "--all", "-o", "name").out.splitlines()
    assert (len(names), names[0], names[-1]) == (251, "action/guest/a0", "rule/g/r")
    sorted_names = wsk(*tokens, "--all", "-n", "-o", "name").out.splitlines()
    assert sorted_names[:250] == sorted(names[:250])


def test_everything_in_a_namespace_is_counted(wsk: Wsk, two_pages: Controller) -> None:
    """By the server where it can, page by page where it cannot."""
    _contents(two_pages)
    two_pages.answer("GET namespaces/_/packages?count=true", {"packages": 7})
    two_pages.answer("GET namespaces/_/triggers?count=true", {"triggers": 0})
    two_pages.answer("GET namespaces/_/actions?count=true", [])
    two_pages.answer("GET namespaces/_/rules?count=true", {"rules": 1})
    assert wsk("list", "--count") == ok("packages 7\nactions  250\ntriggers 0\nrules    1\n")
    assert wsk("list", "--count", "--query", "actions") == ok("250\n")


@pytest.mark.parametrize(
    ("noun", "path", "listed"),
    [
        ("user", "subjects", [{"subject": "a"}, {"subject": "b"}]),
        ("namespace", "namespaces", [{"name": "a"}, {"name": "b"}]),
        ("invoker", "invokers", [{"name": "a"}, {"name": "b"}]),
        ("container", "containers", [{"id": "a"}, {"id": "b"}]),
        ("queue", "queues", {"actions": [{"action": "a"}, {"action": "b"}]}),
    ],
)
def test_what_operators_list_is_counted(
    wsk: Wsk, controller: Controller, noun: str, path: str, listed: Any
) -> None:
    wsk.environment["WHISK_SYSTEM_AUTH"] = wsk.auth
    controller.answer(f"GET admin/{path}", listed)
    assert wsk("admin", noun, "list", "--count") == ok("2\n")
    assert wsk("admin", noun, "list", "--all").code == 0
