"""What the platform adds to a log (rest-api §8.3)."""

import pytest

from whisk_platform.entities.activation import StatusCode
from whisk_platform.invoker.logs import lines
from whisk_platform.spi.containers import CollectedLogs

PRINTED = ("2024-02-01T10:11:12.123456789Z stdout: hello",)
NOW_MS = 1_700_000_000_123
STAMP = "2023-11-14T22:13:20.123000000Z stderr: "
INCOMPLETE = f"{STAMP}There was an issue while collecting your logs. Data might be missing."
FAILURE = f"{STAMP}The action did not initialize or run as expected. Log data might be missing."
TRUNCATED = (
    f"{STAMP}Logs were truncated because the total bytes size exceeds the limit of 1048576 bytes."
)
GOOD, APPLICATION, DEVELOPER = (
    StatusCode.SUCCESS,
    StatusCode.APPLICATION_ERROR,
    StatusCode.DEVELOPER_ERROR,
)


@pytest.mark.parametrize(
    ("status", "truncated", "complete", "added"),
    [
        (GOOD, False, True, ()),
        (APPLICATION, False, True, ()),
        (GOOD, False, False, (INCOMPLETE,)),
        (APPLICATION, False, False, (INCOMPLETE,)),
        (GOOD, True, True, (TRUNCATED,)),
        (GOOD, True, False, (INCOMPLETE, TRUNCATED)),
        (DEVELOPER, False, True, (FAILURE,)),
        (DEVELOPER, False, False, (FAILURE,)),
        (DEVELOPER, True, False, (TRUNCATED, FAILURE)),
    ],
)
def test_sentences_come_after_what_was_printed(
    status: StatusCode, truncated: bool, complete: bool, added: tuple[str, ...]
) -> None:
    collected = CollectedLogs(lines=PRINTED, truncated=truncated, complete=complete)
    assert lines(collected, status, 1 << 20, NOW_MS) == PRINTED + added


def test_a_log_limit_of_zero_leaves_nothing_and_says_nothing() -> None:
    collected = CollectedLogs(lines=(), truncated=False, complete=False)
    assert lines(collected, DEVELOPER, 0, NOW_MS) == ()


def test_a_timestamp_has_thirty_characters() -> None:
    collected = CollectedLogs(lines=(), truncated=False, complete=False)
    [line] = lines(collected, GOOD, 1, NOW_MS)
    assert line.index(" ") == 30
