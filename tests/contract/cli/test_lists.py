"""Lists of entities: headers, columns, order, and the requests behind them."""

from typing import Any

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok


def _action(namespace: str, name: str, kind: str = "nodejs:20") -> dict[str, Any]:
    annotations = [{"key": "exec", "value": kind}]
    return {"namespace": namespace, "name": name, "publish": True, "annotations": annotations}


def _named(name: str, **more: Any) -> dict[str, Any]:
    return {"namespace": "guest", "name": name, **more}


def test_actions_show_name_the_word_private_and_kind(wsk: Wsk, controller: Controller) -> None:
    long = "n" * 80
    controller.answer(
        "GET namespaces/_/actions?limit=30&skip=0",
        [_action("guest/p", "b"), _action("guest", long, "sequence"), _action("guest", "é")],
    )
    assert wsk("action", "list") == ok(
        "actions\n"
        + "/guest/p/b".ljust(70)
        + " private nodejs:20\n"
        + f"/guest/{long} private sequence\n"
        + "/guest/é".ljust(70)
        + " private nodejs:20\n"
    )


def test_an_empty_list_is_its_header(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/triggers?limit=30&skip=0", [])
    assert wsk("trigger", "list") == ok("triggers\n")


@pytest.mark.parametrize(
    ("tokens", "request_line"),
    [
        (["action", "list", "-l", "5", "-s2"], "GET namespaces/_/actions?limit=5&skip=2"),
        (["action", "list", "pkg"], "GET namespaces/_/actions/pkg/?limit=30&skip=0"),
        (["action", "list", "/ns"], "GET namespaces/ns/actions?limit=30&skip=0"),
        (["action", "list", "/ns/pkg"], "GET namespaces/ns/actions/pkg/?limit=30&skip=0"),
        (
            ["package", "list", "/whisk.system"],
            "GET namespaces/whisk.system/packages?limit=30&skip=0",
        ),
        (["trigger", "list", "--limit=0"], "GET namespaces/_/triggers?limit=0&skip=0"),
        (["rule", "list", "/_"], "GET namespaces/_/rules?limit=30&skip=0"),
    ],
)
def test_the_request_behind_a_list(
    wsk: Wsk, controller: Controller, tokens: list[str], request_line: str
) -> None:
    controller.answer(request_line, [])
    assert wsk(*tokens).code == 0
    assert controller.lines == [request_line]


def test_sorted_actions_have_the_default_package_first_and_by_case(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer(
        "GET namespaces/_/actions?limit=30&skip=0",
        [
            _action("guest/B", "x"),
            _action("guest", "b"),
            _action("guest/a", "Y"),
            _action("guest", "A"),
            _action("guest", "a"),
        ],
    )
    rows = wsk("action", "list", "-n").out.splitlines()[1:]
    assert [row.split()[0] for row in rows] == [
        "/guest/A",
        "/guest/a",
        "/guest/b",
        "/guest/a/Y",
        "/guest/B/x",
    ]


def test_other_lists_are_sorted_ignoring_case(wsk: Wsk, controller: Controller) -> None:
    listed = [_named("b"), _named("C"), _named("a")]
    controller.answer("GET namespaces/_/triggers?limit=30&skip=0", listed)
    rows = wsk("trigger", "list", "--name-sort").out.splitlines()[1:]
    assert [row.split()[0] for row in rows] == ["/guest/a", "/guest/b", "/guest/C"]


def test_packages_show_whether_they_are_shared(wsk: Wsk, controller: Controller) -> None:
    controller.answer(
        "GET namespaces/_/packages?limit=30&skip=0",
        [_named("p", publish=True, binding=False), _named("q", publish=False)],
    )
    assert wsk("package", "list") == ok(
        "packages\n" + "/guest/p".ljust(70) + " shared\n" + "/guest/q".ljust(70) + " private\n"
    )


def test_rules_show_a_status_that_takes_a_request_each(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces/_/rules?limit=30&skip=0", [_named("r1"), _named("r2")])
    controller.answer("GET namespaces/_/rules/r1", {"status": "active"})
    controller.answer("GET namespaces/_/rules/r2", {"status": "inactive"})
    private = " " + "private".ljust(20)
    assert wsk("rule", "list") == ok(
        "rules\n"
        + "/guest/r1".ljust(70)
        + f"{private} active\n"
        + "/guest/r2".ljust(70)
        + f"{private} inactive\n"
    )


def test_a_rule_whose_status_is_refused_fails_the_list_on_both_streams(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer("GET namespaces/_/rules?limit=30&skip=0", [_named("r1")])
    controller.refuse("GET namespaces/_/rules/r1", 404, "gone")
    text = "Unable to get status of rule 'r1': gone (code tid)\n"
    assert wsk("rule", "list") == Outcome(code=148, out=text, err=f"error: {text}")


@pytest.mark.parametrize("noun", ["package", "trigger", "rule"])
def test_an_entity_where_a_namespace_belongs_is_refused(
    wsk: Wsk, controller: Controller, noun: str
) -> None:
    assert wsk(noun, "list", "/ns/thing") == failed(
        "An entity name, 'thing', was provided instead of a namespace. "
        "Valid namespaces are of the following format: /NAMESPACE.",
        hint=True,
    )


@pytest.mark.parametrize(
    "tokens", [["list"], ["list", "/_"], ["namespace", "get"], ["namespace", "get", "/_"]]
)
def test_everything_in_the_namespace_in_four_blocks(
    wsk: Wsk, controller: Controller, tokens: list[str]
) -> None:
    controller.answer("GET namespaces/_/actions?limit=0&skip=0", [_action("guest", "a")])
    controller.answer("GET namespaces/_/packages?limit=0&skip=0", [_named("p")])
    controller.answer("GET namespaces/_/triggers?limit=0&skip=0", [_named("t")])
    controller.answer("GET namespaces/_/rules?limit=0&skip=0", [_named("r")])
    controller.answer("GET namespaces/_/rules/r", {"status": "active"})
    assert wsk(*tokens) == ok(
        "Entities in namespace: default\n"
        "packages\n" + "/guest/p".ljust(70) + " private\n"
        "actions\n" + "/guest/a".ljust(70) + " private nodejs:20\n"
        "triggers\n" + "/guest/t".ljust(70) + " private\n"
        "rules\n" + "/guest/r".ljust(70) + " " + "private".ljust(20) + " active\n"
    )


def test_the_namespace_cannot_be_chosen_in_a_listing_of_everything(wsk: Wsk) -> None:
    assert wsk("list", "/other") == failed(
        "Invalid argument(s): /other. No arguments are required.", hint=True
    )
