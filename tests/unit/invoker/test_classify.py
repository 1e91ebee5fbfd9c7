"""Every row of the contract's table of answers (rest-api §8.2) and of the limits (§3.5)."""

import pytest

from whisk_platform.common.jsontext import dumps
from whisk_platform.entities.activation import StatusCode
from whisk_platform.invoker.classify import ResultLimit, is_shutting_down, of_init, of_run
from whisk_platform.spi.containers import Broken, Outcome, Reply, TimedOut

LIMIT = ResultLimit(bytes=20, kept_bytes=20)
DEVELOPER = StatusCode.DEVELOPER_ERROR
APPLICATION = StatusCode.APPLICATION_ERROR
SUCCESS = StatusCode.SUCCESS

BROKEN = Broken(out_of_memory=False)
EXHAUSTED = Broken(out_of_memory=True)
NOT_INITIALIZED = "The action did not initialize and exited unexpectedly."
INIT_LATE = "The action exceeded its time limits of 1000 milliseconds during initialization."
INIT_FAILED = "The action failed during initialization"
RUN_BROKEN = "The action did not produce a valid response and exited unexpectedly."
RUN_LATE = "The action exceeded its time limits of 1000 milliseconds."
INVALID = "The action did not produce a valid JSON or JSON Array response"
NO_MEMORY = "The action exhausted its memory and was aborted."


def reply(status: int, body: bytes) -> Reply:
    return Reply(status=status, body=body, size=len(body))


def error(text: str) -> bytes:
    return b'{"error":' + dumps(text) + b"}"


@pytest.mark.parametrize(
    ("outcome", "result", "size"),
    [
        (reply(502, b'{"error":{"a":1.10}}'), b'{"error":{"a":1.10}}', 20),
        (reply(502, b'{"a":1}'), error(f'{INIT_FAILED}: {{"a":1}}'), 7),
        (reply(500, b"oops"), error(f"{INIT_FAILED}: oops"), 4),
        (reply(403, b""), error(f"{INIT_FAILED}."), 0),
        (TimedOut(), error(INIT_LATE), None),
        (BROKEN, error(NOT_INITIALIZED), None),
        (EXHAUSTED, error(NO_MEMORY), None),
    ],
)
def test_a_failed_init_is_a_developer_error(
    outcome: Outcome, result: bytes, size: int | None
) -> None:
    response = of_init(outcome, 1000, LIMIT)
    assert response is not None
    assert response.status_code is DEVELOPER
    assert bytes(response.result) == result
    assert response.size == size


@pytest.mark.parametrize("body", [b'{"OK":true}', b"", b"anything", b'{"error":"x"}'])
def test_init_goes_on_to_run_after_any_200(body: bytes) -> None:
    assert of_init(reply(200, body), 1000, LIMIT) is None


def test_an_init_answer_that_was_cut_is_shown_as_far_as_it_goes() -> None:
    response = of_init(Reply(status=502, body=b"x" * 20, size=99), 1000, LIMIT)
    assert response is not None
    assert response.status_code is DEVELOPER
    shown = b"99 > 20 bytes. The truncated response was: " + b"x" * 20 + b'"}'
    assert bytes(response.result).endswith(shown)


@pytest.mark.parametrize(
    ("outcome", "status", "result", "size"),
    [
        (reply(200, b'{"a":1.10}'), SUCCESS, b'{"a":1.10}', 10),
        (reply(200, b' {"a": 1}\n'), SUCCESS, b'{"a": 1}', 10),
        (reply(200, b"[1,1e400]"), SUCCESS, b"[1,1e400]", 9),
        (reply(200, b'{"error":1.10,"b":2}'), APPLICATION, b'{"error":1.10}', 20),
        (reply(200, b'{"error":null}'), APPLICATION, b'{"error":null}', 14),
        (reply(200, b'"x"'), DEVELOPER, error(f'{INVALID}: "x"'), 3),
        (reply(200, b"null"), DEVELOPER, error(f"{INVALID}: null"), 4),
        (reply(200, b"{no"), DEVELOPER, error(f"{INVALID}: {{no"), 3),
        (reply(200, b"[1,"), DEVELOPER, error(f"{INVALID}: [1,"), 3),
        (reply(200, b""), DEVELOPER, error(f"{INVALID}."), 0),
        (reply(502, b'{"error":[1]}'), DEVELOPER, b'{"error":[1]}', 13),
        (reply(400, b'{"a":1}'), DEVELOPER, error(f'{INVALID}: {{"a":1}}'), 7),
        (reply(500, b"x"), DEVELOPER, error(f"{INVALID}: x"), 1),
        (reply(500, b"[]"), DEVELOPER, error(f"{INVALID}: []"), 2),
        (TimedOut(), DEVELOPER, error(RUN_LATE), None),
        (BROKEN, DEVELOPER, error(RUN_BROKEN), None),
        (EXHAUSTED, DEVELOPER, error(NO_MEMORY), None),
    ],
)
def test_a_run_is_classified_by_its_answer(
    outcome: Outcome, status: StatusCode, result: bytes, size: int | None
) -> None:
    response = of_run(outcome, 1000, LIMIT)
    assert response.status_code is status
    assert bytes(response.result) == result
    assert response.size == size


def test_a_result_that_is_too_long_is_an_application_error_ending_with_its_last_character() -> None:
    body = b'{"a":"0123456789ABCD'
    response = of_run(Reply(status=200, body=body, size=1000), 1000, LIMIT)
    assert response.status_code is APPLICATION
    assert bytes(response.result) == (
        b'{"error":"The action produced a response that exceeded the allowed length:'
        b' 1000 > 20 bytes. The truncated response was: {\\"a\\":\\"0123456789ABCD"}'
    )
    assert response.size == 1000


def test_a_namespace_may_keep_less_of_a_result_than_it_allows() -> None:
    limit = ResultLimit(bytes=20, kept_bytes=4)
    response = of_run(Reply(status=200, body=b"0123456789" * 2, size=30), 1000, limit)
    assert bytes(response.result).endswith(b'30 > 20 bytes. The truncated response was: 0123"}')


def test_bytes_that_are_no_text_do_not_break_the_sentence() -> None:
    response = of_run(reply(200, b"\xff{"), 1000, LIMIT)
    assert bytes(response.result) == error(f"{INVALID}: \N{REPLACEMENT CHARACTER}{{")


def test_only_a_503_sends_the_activation_elsewhere() -> None:
    assert is_shutting_down(reply(503, b""))
    others: tuple[Outcome, ...] = (reply(500, b""), TimedOut(), BROKEN)
    assert not any(map(is_shutting_down, others))
