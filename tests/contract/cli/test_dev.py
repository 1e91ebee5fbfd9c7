"""``wsk dev --once`` and ``wsk init``: what is asked and what is written, byte for byte."""

from pathlib import Path

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Outcome, Wsk, failed

PUT = "PUT namespaces/_/actions/{}?overwrite=true"
CODE = "def main(args):\n    return args\n"


def _without_times(outcome: Outcome) -> list[str]:
    return [line.rpartition(", ")[0] or line for line in outcome.out.splitlines()]


def test_each_action_is_put_with_its_code_alone(wsk: Wsk, controller: Controller) -> None:
    Path("a.py").write_text(CODE)
    Path("pkg").mkdir()
    Path("pkg/Hi.sh").write_text("#!/bin/sh\n")
    controller.answer("GET namespaces/_/packages/pkg", {"error": "no"}, status=404)
    controller.answer("PUT namespaces/_/packages/pkg?overwrite=false", {})
    controller.answer(PUT.format("a"), {})
    controller.answer(PUT.format("pkg/Hi"), {})
    outcome = wsk("dev", "--once")
    assert (outcome.code, outcome.err) == (0, "")
    assert _without_times(outcome) == [
        "ok: deployed a (python:default",
        "ok: created package pkg",
        "ok: deployed pkg/Hi (blackbox",
    ]
    bodies = [each.json for each in controller.asked if each.method == "PUT"]
    code = {"kind": "python:default", "code": CODE}
    assert bodies == [
        {"namespace": "_", "name": "a", "exec": code},
        {"namespace": "_", "name": "pkg"},
        {
            "namespace": "_",
            "name": "pkg/Hi",
            "exec": {
                "kind": "blackbox",
                "code": "#!/bin/sh\n",
                "image": "openwhisk/dockerskeleton",
            },
        },
    ]


def test_one_that_is_refused_does_not_hold_up_the_others(wsk: Wsk, controller: Controller) -> None:
    for name in ("a", "b"):
        Path(f"{name}.py").write_text(CODE)
    controller.answer(PUT.format("a"), {"error": "Not now.", "code": "x1"}, status=400)
    controller.answer(PUT.format("b"), {})
    outcome = wsk("dev", "--once")
    assert outcome.code == 1
    assert outcome.out.startswith("ok: deployed b (")
    assert outcome.err == (
        "error: a is not deployed: Unable to create action 'a': Not now. (code x1)\n"
    )


def test_a_package_that_somebody_else_makes_meanwhile_is_no_problem(
    wsk: Wsk, controller: Controller
) -> None:
    Path("pkg").mkdir()
    Path("pkg/a.py").write_text(CODE)
    controller.answer("GET namespaces/_/packages/pkg", {"error": "no"}, status=404)
    conflict = {"error": "resource already exists"}
    controller.answer("PUT namespaces/_/packages/pkg?overwrite=false", conflict, status=409)
    controller.answer(PUT.format("pkg/a"), {})
    assert wsk("dev", "--once").code == 0


def test_what_init_says(wsk: Wsk) -> None:
    outcome = wsk("init", "greetings", "--language", "js", "--name", "polite")
    assert outcome == Outcome(
        code=0,
        out=(
            "ok: created greetings/polite.js\n"
            "Next:\n"
            "  wsk local invoke greetings/polite.js -p name Ada\n"
            "  wsk dev greetings        # then, in another terminal:\n"
            "  wsk action invoke polite -r -p name Ada\n"
        ),
    )


@pytest.mark.parametrize(
    ("arguments", "sentence", "code", "hint"),
    [
        (
            ("--language", "cobol"),
            "There is no template for 'cobol': choose one of python,",
            1,
            True,
        ),
        ((), "A language is required: --language with one of python,", 1, True),
        (("--language", "go", "--name", "1x"), "'1x' cannot be the name of the action:", 1, True),
        (("a", "b", "--language", "go"), "Invalid argument(s): b. An optional folder", 1, True),
        (("there", "--language", "go"), "Cannot create the file 'there/hello.go':", 2, False),
    ],
)
def test_what_init_refuses(
    wsk: Wsk, arguments: tuple[str, ...], sentence: str, code: int, hint: bool
) -> None:
    Path("there").write_text("a file")
    outcome = wsk("init", *arguments)
    first = outcome.err.splitlines()[0].removeprefix("error: ")
    assert first.startswith(sentence)
    assert outcome == failed(first, code, hint=hint)


def test_the_templates_are_listed_for_programs_too(wsk: Wsk) -> None:
    assert wsk("init", "--list").out.startswith("python          a function in Python\n")
    names = wsk("init", "--list", "-o", "json", "--query", "[].name").out
    assert '"nodejs-package"' in names
