"""What only the Node launcher answers: contract §8.5, the rows of nodejs."""

import pytest

from tests.conformance.runtimes.launcher import Launcher

NOT_A_DICTIONARY = "The action did not return a dictionary."


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("function main() {}", b"{}"),
        ("function main() { return null; }", b"null"),
        ("async function main() {}", b"{}"),
        ("async function main() { return null; }", b"null"),
        ("async function main(a) { return [a.n]; }", b"[1]"),
        ("function main(a) { return Promise.resolve({ n: a.n }); }", b'{"n":1}'),
        ("function main(a) { return { then: (done) => done({ n: a.n }) }; }", b'{"n":1}'),
        (
            "function main(a) { return new Promise((done) => setTimeout(done, 5, { n: a.n })); }",
            b'{"n":1}',
        ),
        ("function main() { return { a: undefined, n: NaN, d: new Date(0) }; }",
         b'{"n":null,"d":"1970-01-01T00:00:00.000Z"}'),
        ("function main() { return new Map(); }", b"{}"),
    ],
)  # fmt: skip
def test_results(nodejs: Launcher, source: str, body: bytes) -> None:
    nodejs.init(source)
    answer = nodejs.run({"n": 1})
    assert (answer.status, answer.body) == (200, body)


@pytest.mark.parametrize(
    "result", ["'text'", "3", "NaN", "true", "main", "Symbol('s')", "1n", "new Date(0)"]
)
@pytest.mark.parametrize("form", ["function", "async function"])
def test_a_result_that_is_no_object_or_array(nodejs: Launcher, form: str, result: str) -> None:
    nodejs.init(f"{form} main() {{ return {result}; }}")
    answer = nodejs.run()
    assert (answer.status, answer.error) == (502, NOT_A_DICTIONARY)


@pytest.mark.parametrize(
    ("result", "error"),
    [
        (
            "const o = {}; o.o = o; return o",
            "An error has occurred: TypeError: Converting circular",
        ),
        (
            "return { n: 1n }",
            "An error has occurred: TypeError: Do not know how to serialize a Big",
        ),
    ],
)
def test_a_result_that_is_no_json(nodejs: Launcher, result: str, error: str) -> None:
    nodejs.init(f"function main() {{ {result}; }}")
    answer = nodejs.run()
    assert answer.status == 502
    assert answer.error.startswith(error)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("throw new TypeError('no city')", "TypeError: no city"),
        ("throw 'text'", "text"),
        ("throw undefined", "undefined"),
        ("throw Object.create(null)", "an error that cannot be shown"),
        ("setTimeout(() => { throw new Error('in a timer'); }); return new Promise(() => {})",
         "Error: in a timer"),
        ("(function deep() { deep(); })()", "RangeError: Maximum call stack size exceeded"),
    ],
)  # fmt: skip
def test_an_uncaught_exception_is_a_developer_error(
    nodejs: Launcher, body: str, error: str
) -> None:
    nodejs.init(f"function main() {{ {body}; }}")
    answer = nodejs.run()
    assert (answer.status, answer.error) == (502, f"An error has occurred: {error}")
    assert answer.stderr


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("", {}),
        ("null", {}),
        ("'no city'", "no city"),
        ("404", 404),
        ("{ statusCode: 404 }", {"statusCode": 404}),
        ("[1, 2]", [1, 2]),
        ("10n", "10"),
        ("{ list: [new Map()], self() {} }", {"list": [{}], "self": "[Function: self]"}),
    ],
)
def test_a_rejection_is_an_application_error(nodejs: Launcher, reason: str, error: object) -> None:
    nodejs.init(f"function main() {{ return Promise.reject({reason}); }}")
    answer = nodejs.run()
    assert (answer.status, answer.error) == (200, error)


def test_a_rejected_error_keeps_its_message_and_its_own_members(nodejs: Launcher) -> None:
    nodejs.init(
        "async function main() {\n"
        "  const error = new TypeError('no city', { cause: new Error('map is empty') });\n"
        "  throw Object.assign(error, { statusCode: 404, self: error });\n"
        "}"
    )
    answer = nodejs.run()
    error = answer.error
    assert answer.status == 200
    assert error.pop("stack").splitlines()[1].strip() == "at main (hello.js:2:17)"
    assert error["cause"].pop("stack").startswith("Error: map is empty\n")
    assert error == {
        "name": "TypeError",
        "message": "no city",
        "statusCode": 404,
        "self": "[Circular]",
        "cause": {"name": "Error", "message": "map is empty"},
    }


def test_what_fails_after_the_answer_does_not_end_the_process(nodejs: Launcher) -> None:
    nodejs.init(
        "let late = 0; process.on('uncaughtException', () => { late += 1; });"
        "process.on('unhandledRejection', () => { late += 1; });"
        "function main(args) {"
        "  if (args.wait) return new Promise((done) => {"
        "    const look = () => late === 2 ? done({ late }) : setTimeout(look, 1); look(); });"
        "  setTimeout(() => { throw new Error('late'); });"
        "  setTimeout(() => Promise.reject(new Error('later')));"
        "  return {};"
        "}"
    )
    assert nodejs.run().json == {}
    kinds = [nodejs.receive()[0] for _ in range(2)]
    assert kinds == ["E", "E"]
    assert nodejs.run({"wait": True}).json == {"late": 2}


def test_a_floating_rejection_is_logged_and_the_run_goes_on(nodejs: Launcher) -> None:
    nodejs.init(
        "function main() {"
        "  Promise.reject(new Error('forgotten'));"
        "  return new Promise((done) => setTimeout(done, 5, { done: true }));"
        "}"
    )
    answer = nodejs.run()
    assert answer.json == {"done": True}
    assert answer.stderr.startswith("Error: forgotten\n")


def test_a_second_settlement_is_not_an_answer(nodejs: Launcher) -> None:
    nodejs.init(
        "function main(args) {"
        "  if (args.n === 1) setTimeout(() => { throw new Error('first'); }, 1);"
        "  return new Promise((done) => setTimeout(done, 20, { n: args.n }));"
        "}"
    )
    assert nodejs.run({"n": 1}).error == "An error has occurred: Error: first"
    assert nodejs.run({"n": 2}).json == {"n": 2}


def test_timers_run_between_activations(nodejs: Launcher) -> None:
    nodejs.init(
        "let ticks = 0; setInterval(() => { ticks += 1; console.log('tick'); }, 1);"
        "function main() { return { ticks }; }"
    )
    for _ in range(3):
        assert nodejs.receive() == ("O", b"tick\n")
    assert nodejs.run().json["ticks"] >= 3
