"""What every launcher answers to init: contract §8.1, §8.2 and §8.5."""

import pytest

from tests.conformance.runtimes.launcher import Launcher

HELLO = {
    "python": 'def main(args):\n    return {"greeting": "Hello " + args.get("name", "you")}\n',
    "nodejs": 'function main({ name = "you" }) { return { greeting: "Hello " + name }; }',
}
SECOND_NAME = {
    "python": "def hello(args):\n    return {'called': 'hello'}\n",
    "nodejs": "const hello = () => ({ called: 'hello' });",
}
SHOW_ENVIRONMENT = {
    "python": (
        "import os\n"
        "seen = dict(os.environ)\n"
        "def main(args):\n    return {n: seen.get(n) for n in args['names']}\n"
    ),
    "nodejs": (
        "const seen = { ...process.env };"
        "function main(args) {"
        "  return Object.fromEntries(args.names.map((name) => [name, seen[name] ?? null]));"
        "}"
    ),
}
LOGS_AND_FAILS = {
    "python": "print('before')\nraise RuntimeError('no database')\n",
    "nodejs": "console.log('before'); throw new Error('no database');",
}


def test_good_code_is_answered_with_200(launcher: Launcher) -> None:
    answer = launcher.init(HELLO[launcher.kind])
    assert (answer.status, answer.json) == (200, {"ok": True})


def test_the_function_main_is_called(launcher: Launcher) -> None:
    launcher.init(HELLO[launcher.kind])
    assert launcher.run({"name": "Ann"}).json == {"greeting": "Hello Ann"}


def test_main_names_another_function(launcher: Launcher) -> None:
    assert launcher.init(SECOND_NAME[launcher.kind], main="hello").status == 200
    assert launcher.run().json == {"called": "hello"}


@pytest.mark.parametrize("code", ["", "  \n", None])
def test_empty_code_is_refused(launcher: Launcher, code: str | None) -> None:
    answer = launcher.init(code)
    assert (answer.status, answer.error) == (403, "Missing main/no code to execute.")


def test_an_init_without_a_value_is_refused_as_one_without_code(launcher: Launcher) -> None:
    answer = launcher.ask("I", b"{}")
    assert (answer.status, answer.error) == (403, "Missing main/no code to execute.")


def test_a_second_init_is_refused(launcher: Launcher) -> None:
    launcher.init(HELLO[launcher.kind])
    answer = launcher.init(HELLO[launcher.kind])
    assert (answer.status, answer.error) == (403, "Cannot initialize the action more than once.")
    assert launcher.run().status == 200


def test_a_run_before_init_is_refused(launcher: Launcher) -> None:
    answer = launcher.run()
    assert (answer.status, answer.error) == (500, "no action defined yet")


def test_the_environment_is_set_before_the_code_is_loaded(launcher: Launcher) -> None:
    env = {
        "__OW_ACTION_NAME": "/guest/hello",
        "GREETING": "Grüße",
        "EMPTY": "",
        "TRUTH": "true",
        "TZ": "America/New_York",
    }
    launcher.init(SHOW_ENVIRONMENT[launcher.kind], env=env)
    assert launcher.run({"names": list(env)}).json == env


def test_the_channel_is_not_in_the_environment(launcher: Launcher) -> None:
    launcher.init(SHOW_ENVIRONMENT[launcher.kind])
    assert launcher.run({"names": ["__OW_CHANNEL"]}).json == {"__OW_CHANNEL": None}


def test_an_environment_that_no_process_can_hold_does_not_end_the_launcher(
    launcher: Launcher,
) -> None:
    answer = launcher.init(HELLO[launcher.kind], env={"NUL": "a\0b", "LONE": "\ud800"})
    assert answer.status == 200


def test_output_while_loading_comes_before_the_answer(launcher: Launcher) -> None:
    answer = launcher.init(LOGS_AND_FAILS[launcher.kind])
    assert answer.status == 502
    assert answer.stdout == "before\n"
    assert "no database" in answer.stderr


def test_an_unreadable_request_is_answered(launcher: Launcher) -> None:
    for kind in ("I", "R"):
        assert launcher.ask(kind, b'{"value": ').status in (500, 502)


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("def main(args:\n    pass\n", "hello.py"),
        ("raise RuntimeError('no database')\n", "no database"),
        ("import sys\nsys.exit(3)\n", "SystemExit"),
        ("import no_such_module\n", "no_such_module"),
        ("def other(args):\n    return {}\n", "The action has no function 'main'"),
        ("main = 5\n", "The action has no function 'main'"),
    ],
)
def test_python_code_that_does_not_load(python: Launcher, code: str, seen: str) -> None:
    answer = python.init(code)
    assert answer.status == 502
    assert answer.error == "Cannot start action. Check logs for details."
    assert seen in answer.stderr


def test_a_python_trace_shows_the_actions_lines_and_not_the_launchers(python: Launcher) -> None:
    answer = python.init("def connect():\n    raise OSError('refused')\nconnect()\n", name="db")
    assert 'File "db.py", line 2, in connect\n    raise OSError(' in answer.stderr
    assert "launcher.py" not in answer.stderr


PREFIX = "Initialization has failed due to: "


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("function main( {", "SyntaxError: Unexpected end of input (hello.js:1)"),
        ("throw new TypeError('no database')", "TypeError: no database"),
        ("throw 'text'", "text"),
        ("const other = 1;", "Action entrypoint 'main' is not a function."),
        ("const main = 1;", "Action entrypoint 'main' is not a function."),
        ("export const other = 1;", "Action entrypoint 'main' is not a function."),
        ("export function main( {", "SyntaxError: Unexpected token 'export'"),
    ],
)
def test_node_code_that_does_not_load(nodejs: Launcher, code: str, error: str) -> None:
    answer = nodejs.init(code)
    assert answer.status == 502
    if code.startswith("export function main("):
        assert answer.error.startswith(PREFIX + "SyntaxError: ")
    else:
        assert answer.error == PREFIX + error
    assert answer.stderr


def test_a_node_trace_shows_the_actions_lines_and_not_the_launchers(nodejs: Launcher) -> None:
    answer = nodejs.init("function connect() {\n  throw new Error('refused');\n}\nconnect();")
    assert answer.stderr == (
        "Error: refused\n    at connect (hello.js:2:9)\n    at Object.<anonymous> (hello.js:4:1)\n"
    )


def test_a_main_that_is_no_name_is_not_evaluated(nodejs: Launcher) -> None:
    answer = nodejs.init("function main() {}", main="main(process.exit())")
    assert answer.error == PREFIX + "Action entrypoint 'main(process.exit())' is not a function."


NODE_FORMS = {
    "scope": "function main() { return { form: 1 }; }",
    "arrow": "const main = () => ({ form: 1 });",
    "exports": "exports.main = () => ({ form: 1 });",
    "module.exports": "module.exports = { main: () => ({ form: 1 }) };",
    "function as module": "module.exports = () => ({ form: 1 });",
    "trailing comment": "function main() { return { form: 1 }; } // end",
    "strict": "'use strict'; function main() { return { form: this === undefined ? 1 : 2 }; }",
    "require": "const { sep } = require('path'); function main() { return { form: sep.length }; }",
    "export": "export function main() { return { form: 1 }; }",
    "export default": "export default () => ({ form: 1 });",
    "import, bare main": "import fs from 'node:fs';\nfunction main() { return { form: 1 }; }",
    "top-level await": "const form = await 1; export const main = () => ({ form });",
    "dynamic import": (
        "async function main() { const p = await import('node:path');"
        " return { form: p.sep.length }; }"
    ),
}


@pytest.mark.parametrize("form", NODE_FORMS)
def test_every_way_to_write_a_node_action(nodejs: Launcher, form: str) -> None:
    answer = nodejs.init(NODE_FORMS[form])
    assert answer.status == 200, answer
    assert nodejs.run().json == {"form": 1}


def test_a_dotted_main_reaches_into_an_object(nodejs: Launcher) -> None:
    nodejs.init("const api = { get: () => ({ got: true }) };", main="api.get")
    assert nodejs.run().json == {"got": True}


def test_a_python_main_guard_is_not_run(python: Launcher) -> None:
    code = "def main(args):\n    return {}\nif __name__ == '__main__':\n    raise SystemExit(1)\n"
    assert python.init(code).status == 200


def test_python_classes_of_an_action_can_be_pickled_and_inspected(python: Launcher) -> None:
    code = (
        "import pickle, inspect, dataclasses\n"
        "@dataclasses.dataclass\n"
        "class Point:\n    x: int\n"
        "def main(args):\n"
        "    point = pickle.loads(pickle.dumps(Point(3)))\n"
        "    return {'x': point.x, 'source': inspect.getsource(main).splitlines()[0]}\n"
    )
    assert python.init(code).status == 200
    assert python.run().json == {"x": 3, "source": "def main(args):"}
