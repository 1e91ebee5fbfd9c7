"""What every launcher answers to a run, whatever the language."""

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conformance.runtimes.launcher import Answer, Launcher

IDENTITY = {
    "python": "def main(args):\n    return args\n",
    "nodejs": "const main = (args) => args;",
}
ENVIRONMENT = {
    "python": "import os\ndef main(args):\n    return {n: os.environ.get(n) for n in args['n']}\n",
    "nodejs": (
        "function main({ n }) {"
        "  return Object.fromEntries(n.map((name) => [name, process.env[name] ?? null]));"
        "}"
    ),
}
BIG = {
    "python": "def main(args):\n    return {'text': 'ä' * args['n']}\n",
    "nodejs": "function main({ n }) { return { text: 'ä'.repeat(n) }; }",
}
COUNTER = {
    "python": "n = 0\ndef main(args):\n    global n\n    n += 1\n    return {'n': n}\n",
    "nodejs": "let n = 0; function main() { n += 1; return { n }; }",
}
EXIT = {
    "python": "import os\ndef main(args):\n    print('bye', flush=True)\n    os._exit(4)\n",
    "nodejs": "function main() { console.log('bye'); process.exit(4); }",
}


def _identity(launcher: Launcher) -> Launcher:
    assert launcher.init(IDENTITY[launcher.kind]).status == 200
    return launcher


@pytest.mark.parametrize("value", [{}, {"a": [1, {"b": None}]}, [], [1, "zwei", [3.5]]])
def test_objects_and_arrays_come_back(launcher: Launcher, value: Any) -> None:
    answer = _identity(launcher).run(value)
    assert (answer.status, answer.json) == (200, value)


def test_the_answer_is_compact_json(launcher: Launcher) -> None:
    answer = _identity(launcher).run({"a": [1, 2], "ö": "ü"})
    assert answer.body == '{"a":[1,2],"ö":"ü"}'.encode()


def test_missing_arguments_are_an_empty_object(launcher: Launcher) -> None:
    assert _identity(launcher).ask("R", b"{}").json == {}


def test_a_result_with_an_error_is_still_200(launcher: Launcher) -> None:
    answer = _identity(launcher).run({"error": {"code": 7}, "kept": True})
    assert (answer.status, answer.json) == (200, {"error": {"code": 7}, "kept": True})


def test_members_beside_the_value_become_the_environment_of_each_run(launcher: Launcher) -> None:
    launcher.init(ENVIRONMENT[launcher.kind])
    names = ["__OW_ACTIVATION_ID", "__OW_DEADLINE", "__OW_API_KEY"]
    first = launcher.run({"n": names}, activation_id="a1", deadline="17", api_key="u:k")
    assert list(first.json.values()) == ["a1", "17", "u:k"]
    second = launcher.run({"n": names}, activation_id="b2", deadline="18")
    assert list(second.json.values()) == ["b2", "18", None]


def test_members_that_are_no_strings_do_not_end_the_launcher(launcher: Launcher) -> None:
    launcher.init(ENVIRONMENT[launcher.kind])
    request = {"value": {"n": ["__OW_DEADLINE"]}, "deadline": 17, "other": "a\0b"}
    answer = launcher.ask("R", json.dumps(request).encode())
    assert answer.json == {"__OW_DEADLINE": "17"}


def test_globals_live_as_long_as_the_process(launcher: Launcher) -> None:
    launcher.init(COUNTER[launcher.kind])
    assert [launcher.run().json["n"] for _ in range(3)] == [1, 2, 3]


def test_a_result_of_five_megabytes_comes_back_whole(launcher: Launcher) -> None:
    launcher.init(BIG[launcher.kind])
    answer = launcher.run({"n": 2_500_000})
    assert answer.body == b'{"text":"' + "ä".encode() * 2_500_000 + b'"}'


def test_arguments_of_five_megabytes_arrive_whole(launcher: Launcher) -> None:
    value = {"text": "x" * 5_000_000}
    assert _identity(launcher).run(value).json == value


def test_a_result_beyond_the_longest_frame_becomes_an_error(launcher: Launcher) -> None:
    launcher.init(BIG[launcher.kind])
    answer = launcher.run({"n": 34 * 1024 * 1024})
    length = 2 * 34 * 1024 * 1024 + len('{"text":""}')
    assert answer.status == 200
    assert answer.error == (
        "The action produced a response that exceeded the allowed length: "
        f"{length} > 67108861 bytes."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Grüße, 世界, 🦉",
        "\u2028\u2029\x7f",
        '\\"\n\t\x00\x1f',
        "e\u0301",
        "\ufeffbom",
        "\U0010ffff",
    ],
)
def test_every_text_survives(launcher: Launcher, text: str) -> None:
    value = {"text": text, text: 1}
    assert _identity(launcher).run(value).json == value


def test_a_lone_surrogate_survives_as_an_escape(launcher: Launcher) -> None:
    answer = _identity(launcher).run_raw(r'{"s":"a\ud800b","ö":1}')
    assert answer.json == {"s": "a\ud800b", "ö": 1}
    answer.body.decode()


def test_a_lone_surrogate_in_raw_bytes_does_not_end_the_launcher(launcher: Launcher) -> None:
    assert _identity(launcher).run_raw('{"s":"\ud800"}').status == 200
    assert launcher.run({"still": "here"}).json == {"still": "here"}


def test_bytes_that_are_no_utf8_do_not_end_the_launcher(launcher: Launcher) -> None:
    _identity(launcher).ask("R", b'{"value":{"s":"\xff\xfe"}}')
    assert launcher.run({"still": "here"}).json == {"still": "here"}


NUMBERS = [
    ("0", "0", "0"),
    ("-1", "-1", "-1"),
    ("1.5", "1.5", "1.5"),
    ("0.1", "0.1", "0.1"),
    ("1e-7", "1e-07", "1e-7"),
    ("1E3", "1000.0", "1000"),
    ("1.10", "1.1", "1.1"),
    ("1.0", "1.0", "1"),
    ("-0.0", "-0.0", "0"),
    ("9007199254740991", "9007199254740991", "9007199254740991"),
    ("9007199254740993", "9007199254740993", "9007199254740992"),
    ("18446744073709551616", "18446744073709551616", "18446744073709552000"),
    ("123456789012345678901234567890", "123456789012345678901234567890", "1.2345678901234568e+29"),
    ("1.7976931348623157e308", "1.7976931348623157e+308", "1.7976931348623157e+308"),
    ("5e-324", "5e-324", "5e-324"),
    ("1e-400", "0.0", "0"),
]
"""What is sent, what Python gives back, what Node gives back: each language's own numbers."""


@pytest.mark.parametrize(("sent", "in_python", "in_node"), NUMBERS)
def test_a_number_is_what_the_language_makes_of_it(
    launcher: Launcher, sent: str, in_python: str, in_node: str
) -> None:
    answer = _identity(launcher).run_raw(f'{{"n":{sent}}}')
    expected = in_python if launcher.kind == "python" else in_node
    assert answer.body == f'{{"n":{expected}}}'.encode()


def test_a_number_beyond_the_range_is_no_invalid_json(launcher: Launcher) -> None:
    answer = _identity(launcher).run_raw('{"n":1e400}')
    if launcher.kind == "nodejs":
        assert answer.body == b'{"n":null}'
    else:
        assert answer.status == 502
        assert answer.error == "The action did not return a dictionary or array."
        assert "not JSON compliant" in answer.stderr


def test_an_integer_of_five_thousand_digits_does_not_end_the_launcher(launcher: Launcher) -> None:
    _identity(launcher).run_raw('{"n":' + "7" * 5000 + "}")
    assert launcher.run({"still": "here"}).json == {"still": "here"}


def test_deeply_nested_arguments_do_not_end_the_launcher(launcher: Launcher) -> None:
    _identity(launcher).run_raw("[" * 100_000 + "]" * 100_000)
    assert launcher.run({"still": "here"}).json == {"still": "here"}


DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_any_document_comes_back_equal(launcher: Launcher) -> None:
    _identity(launcher)

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.text(), DOCUMENTS, max_size=4))
    def comes_back(value: dict[str, Any]) -> None:
        if launcher.kind == "nodejs":
            value.pop("__proto__", None)
        assert _plain(launcher.run(value)) == value

    comes_back()


def _plain(answer: Answer) -> Any:
    assert answer.status == 200
    # JavaScript writes a large double without an exponent.
    return json.loads(answer.body, parse_float=_finite, parse_int=_finite)


def _finite(text: str) -> float:
    number = float(text)
    assert math.isfinite(number)
    return number


def test_an_exit_ends_the_channel_without_an_answer(launcher: Launcher) -> None:
    launcher.init(EXIT[launcher.kind])
    launcher.send("R", b'{"value":{}}')
    assert launcher.receive() == ("O", b"bye\n")
    assert launcher.ended()
    assert launcher.process.returncode == 4
