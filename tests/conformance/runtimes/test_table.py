"""The conformance table: every case of contract §8 for every language that is present."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.runtimes.bundles import Content, Executable, tarred, zipped
from tests.conformance.runtimes.languages import LANGUAGES, SAMPLES, Language
from tests.conformance.runtimes.launcher import COMMANDS, Launcher

CASES = (
    "identity",
    "hello",
    "other",
    "raises",
    "scalar",
    "error",
    "exception",
    "exit",
    "environment",
    "streams",
    "partial",
    "child",
    "counter",
    "large",
)
"""Each has a sample for each language that does not say why it lacks it."""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    """A row of the table."""
    return LANGUAGES[request.param]


def having(case: str) -> pytest.MarkDecorator:
    """Only the rows of the table for which a case makes sense."""
    names = [name for name, language in LANGUAGES.items() if case not in language.lacks]
    return pytest.mark.parametrize("language", names, indirect=True)


@pytest.fixture
def running(language: Language, tmp_path: Path) -> Iterator[Launcher]:
    """A launcher of the row's language."""
    COMMANDS[language.name] = language.launcher()
    with Launcher(language.name, tmp_path) as launcher:
        yield launcher


def started(running: Launcher, language: Language, sample: str, **members: Any) -> Launcher:
    """Init with a sample."""
    answer = running.init(language.code(sample), **members)
    assert (answer.status, answer.json) == (200, {"ok": True}), answer
    return running


def files_of(language: Language) -> dict[str, Content]:
    """The archive sample with its program executable."""
    return {
        name: Executable(content.decode()) if name == "exec" else content
        for name, content in language.archive().items()
    }


def test_every_language_has_every_sample_or_says_why_not(language: Language) -> None:
    for case in CASES:
        there = (SAMPLES / language.name / f"{case}{language.suffix}").is_file()
        assert there != (case in language.lacks), case


# -- init --------------------------------------------------------------------------------------


def test_good_code_is_answered_with_ok_and_runs(running: Launcher, language: Language) -> None:
    started(running, language, "hello")
    assert running.run({"name": "Ada"}).json == {"greeting": "Hello, Ada!"}
    assert running.run().json == {"greeting": "Hello, stranger!"}


@having("other")
def test_main_names_another_function(running: Launcher, language: Language) -> None:
    started(running, language, "other", main="hello")
    assert running.run().json == {"called": "hello"}


@pytest.mark.parametrize("code", ["", " \n", None])
def test_empty_code_is_refused(running: Launcher, code: str | None) -> None:
    answer = running.init(code)
    assert (answer.status, answer.error) == (403, "Missing main/no code to execute.")


def test_a_second_init_is_refused(running: Launcher, language: Language) -> None:
    started(running, language, "hello")
    answer = running.init(language.code("hello"))
    assert (answer.status, answer.error) == (403, "Cannot initialize the action more than once.")
    assert running.run().status == 200


def test_a_run_before_init_is_refused(running: Launcher) -> None:
    answer = running.run()
    assert (answer.status, answer.error) == (500, "no action defined yet")


def test_bad_code_is_refused_and_explained(running: Launcher, language: Language) -> None:
    answer = running.init(language.broken)
    assert (answer.status, answer.error) == (502, language.broken_error)
    assert answer.stderr


@having("other")
def test_a_missing_function_is_refused_and_explained(running: Launcher, language: Language) -> None:
    answer = running.init(language.code("other"))
    assert (answer.status, answer.error) == (502, language.nameless_error)
    assert "'main'" in answer.stderr


@having("raises")
def test_code_that_fails_while_loading_shows_its_output_and_its_error(
    running: Launcher, language: Language
) -> None:
    answer = running.init(language.code("raises"))
    assert (answer.status, answer.error) == (502, language.raises_error)
    assert answer.stdout == "before\n"
    assert "no database" in answer.stderr
    assert "launcher" not in answer.stderr


@having("environment")
def test_the_environment_of_init_is_there_when_the_code_is_loaded(
    running: Launcher, language: Language
) -> None:
    env = {"__OW_ACTION_NAME": "/guest/hello", "GREETING": "Grüße", "EMPTY": "", "TRUTH": "true"}
    started(running, language, "environment", env=env)
    seen = running.run({"names": list(env)}).json
    assert seen["loaded"] == list(env.values())
    assert seen["run"] == list(env.values())


# -- run ---------------------------------------------------------------------------------------

VALUES = [
    {},
    {"a": [1, {"b": None}], "c": True},
    [1, "zwei", [3.5]],
    {"text": "Grüße, 世界, 🦉\u2028\u2029\x7f e\u0301 \ufeff \U0010ffff", "ö": "ü"},
    {"quoted": '\\"\n\t\x1f/<>&'},
    {"z": 1, "a": 2, "m": 3},
]


@pytest.mark.parametrize("value", VALUES)
def test_documents_come_back(running: Launcher, language: Language, value: Any) -> None:
    started(running, language, "identity")
    answer = running.run(value)
    assert (answer.status, answer.json) == (200, value)
    if isinstance(value, dict):
        assert list(answer.json) == list(value)


NUMBERS = [
    "0",
    "-1",
    "1.5",
    "0.1",
    "9007199254740991",
    "9007199254740993",
    "18446744073709551616",
    "123456789012345678901234567890",
    "1.0",
    "1.10",
]


@pytest.mark.parametrize("sent", NUMBERS)
def test_a_number_is_what_the_language_makes_of_it(
    running: Launcher, language: Language, sent: str
) -> None:
    started(running, language, "identity")
    answer = running.run_raw(f'{{"n":{sent}}}')
    expected = sent if language.name in ("once", "loop") else language.numbers.get(sent, sent)
    assert answer.body == f'{{"n":{expected}}}'.encode()


def test_a_number_beyond_the_range_is_never_invalid_json(
    running: Launcher, language: Language
) -> None:
    started(running, language, "identity")
    answer = running.run_raw('{"n":1e400}')
    if language.huge is None:
        assert (answer.status, answer.error) == (502, language.scalar_error)
        assert "not JSON" in answer.stderr
    else:
        assert answer.body == f'{{"n":{language.huge}}}'.encode()


def test_half_a_surrogate_pair_ends_nothing(running: Launcher, language: Language) -> None:
    started(running, language, "identity")
    answer = running.run_raw(r'{"s":"a\ud800b"}')
    assert answer.body.decode() == f'{{"s":"{language.surrogate}"}}'
    whole = running.run_raw(r'{"s":"\ud83e\udd89"}')
    assert whole.json == {"s": "🦉"}


def test_an_empty_object_inside_is_what_the_language_makes_of_it(
    running: Launcher, language: Language
) -> None:
    started(running, language, "identity")
    assert running.run_raw('{"o":{}}').body == f'{{"o":{language.empty_inside}}}'.encode()


def test_a_megabyte_goes_in_and_out(running: Launcher, language: Language) -> None:
    started(running, language, "identity")
    value = {"text": "ä" * 500_000, "end": "yes"}
    assert running.run(value).json == value
    assert running.run({"small": 1}).json == {"small": 1}


@having("large")
def test_a_large_result_arrives_whole(running: Launcher, language: Language) -> None:
    started(running, language, "large")
    assert running.run({"n": 1_000_000}).body == b'{"text":"' + "ä".encode() * 1_000_000 + b'"}'


def test_a_scalar_is_no_result(running: Launcher, language: Language) -> None:
    started(running, language, "scalar")
    answer = running.run()
    assert (answer.status, answer.error) == (502, language.scalar_error)


def test_a_result_with_an_error_stays_as_it_is(running: Launcher, language: Language) -> None:
    started(running, language, "error")
    answer = running.run()
    assert (answer.status, answer.json) == (200, {"error": {"code": 7}, "kept": True})


@having("exception")
def test_an_exception_is_answered_and_shown(running: Launcher, language: Language) -> None:
    started(running, language, "exception")
    answer = running.run()
    assert (answer.status, answer.error) == language.exception
    assert "out of cheese" in answer.stderr
    assert "launcher" not in answer.stderr
    assert running.run().status == language.exception[0]


def test_an_exit_is_answered_or_ends_the_channel(running: Launcher, language: Language) -> None:
    started(running, language, "exit")
    if language.exit is None:
        running.send("R", b'{"value":{}}')
        assert running.receive() == ("O", b"bye\n")
        assert running.ended()
        return
    answer = running.run({"stop": True})
    assert (answer.status, answer.error) == language.exit
    assert "bye" in answer.stdout + answer.stderr


@having("environment")
def test_each_run_has_its_own_context(running: Launcher, language: Language) -> None:
    started(running, language, "environment")
    names = ["__OW_ACTIVATION_ID", "__OW_DEADLINE", "__OW_API_KEY", "__OW_CHANNEL"]
    first = running.run({"names": names}, activation_id="a1", deadline="17", api_key="u:k")
    assert first.json["run"] == ["a1", "17", "u:k", None]
    second = running.run({"names": names}, activation_id="b2", deadline="18")
    assert second.json["run"] == ["b2", "18", None, None]


@having("counter")
def test_the_process_stays_between_runs(running: Launcher, language: Language) -> None:
    started(running, language, "counter")
    assert [running.run().json["n"] for _ in range(3)] == [1, 2, 3]


# -- output ------------------------------------------------------------------------------------


@having("streams")
def test_both_streams_arrive_in_order_before_the_answer(
    running: Launcher, language: Language
) -> None:
    started(running, language, "streams")
    output = running.run({"n": 400}).output
    assert [data for _, data in output] == [b"%d\n" % n for n in range(400)]
    assert [kind for kind, _ in output] == ["O", "E"] * 200


@having("partial")
def test_a_line_without_its_end_comes_before_the_answer(
    running: Launcher, language: Language
) -> None:
    started(running, language, "partial")
    assert [running.run().stdout for _ in range(2)] == ["no newline"] * 2


@having("child")
def test_a_child_process_prints_but_never_sees_the_channel(
    running: Launcher, language: Language
) -> None:
    started(running, language, "child")
    look = (
        "echo out; echo err >&2; for n in 3 4 5 16 17; do"
        " case $(readlink /proc/self/fd/$n) in socket:*) echo open;; esac; done"
    )
    assert running.run({"command": look}).status == 200
    assert running.pipes() == ("out\n", "err\n")


@having("child")
def test_what_a_child_prints_late_disturbs_nothing(
    running: Launcher, language: Language, tmp_path: Path
) -> None:
    started(running, language, "child")
    mark = tmp_path / "printed"
    late = f"(read -r line < {tmp_path}/go; echo late; echo > {mark}) > /dev/null 2>&1 &"
    os.mkfifo(tmp_path / "go")
    assert running.run({"command": late}).status == 200
    (tmp_path / "go").write_text("go\n")
    end = time.monotonic() + 10
    while not mark.exists():
        assert time.monotonic() < end
        os.sched_yield()
    assert running.run({"command": "true"}).status == 200


# -- archives ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar.gz"])
def test_an_archive_runs_in_its_own_directory_with_what_it_brings(
    running: Launcher, language: Language, pack: Any
) -> None:
    answer = running.init_archive(pack(files_of(language)))
    assert (answer.status, answer.output) == (200, ())
    assert running.run().json == {"text": "Good day, Zoë"}


def test_a_directory_that_the_platform_unpacked_runs(
    running: Launcher, language: Language, tmp_path: Path
) -> None:
    for name, content in language.archive().items():
        path = tmp_path / "unpacked" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o755)
    answer = running.init(None, binary=True, path=str(tmp_path / "unpacked"))
    assert answer.status == 200
    assert running.run().json == {"text": "Good day, Zoë"}


def test_an_archive_without_an_entry_is_refused(running: Launcher, language: Language) -> None:
    answer = running.init_archive(zipped({"readme.txt": "nothing to run"}))
    assert (answer.status, answer.error) == (502, language.no_entry_error)
    assert answer.stderr


@pytest.mark.parametrize("name", ["../outside.txt", "a/../../outside.txt", "/outside.txt"])
def test_an_archive_never_writes_outside(
    running: Launcher, language: Language, tmp_path: Path, name: str
) -> None:
    answer = running.init_archive(zipped({name: "planted", **files_of(language)}))
    assert answer.status == 502
    assert f"the entry '{name}' lies outside the archive" in answer.error.replace("The", "the")
    assert not list(tmp_path.rglob("outside.txt"))


@pytest.mark.parametrize("archive", [b"no archive", b"PK", b"PK\x03\x04" + b"\0" * 50])
def test_what_is_no_archive_is_refused(
    running: Launcher, language: Language, archive: bytes
) -> None:
    answer = running.init_archive(archive)
    if language.name in ("once", "loop") and not archive.startswith(b"PK"):
        assert answer.status == 200  # a script without a first line
        return
    assert answer.status == 502
    assert answer.error
