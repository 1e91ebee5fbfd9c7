"""Points in time and spans of time as people type them."""

import time

import pytest

from whisk_cli.errors import CliError
from whisk_cli.moments import milliseconds, seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0.0),
        ("30", 30.0),
        ("1.5", 1.5),
        ("250ms", 0.25),
        ("90s", 90.0),
        ("5m", 300.0),
        ("1.5h", 5400.0),
        ("1d", 86_400.0),
        ("1w", 604_800.0),
    ],
)
def test_a_span_is_a_number_with_or_without_a_unit(text: str, expected: float) -> None:
    assert seconds(text, "--timeout") == expected


@pytest.mark.parametrize("text", ["", "s", "-5", "5 m", "5y", "٣s", "1e3", "soon", "5m30s"])
def test_any_other_span_is_refused_by_name(text: str) -> None:
    with pytest.raises(CliError, match='for "--timeout" flag: use seconds, or a time such as'):
        seconds(text, "--timeout")


@pytest.mark.parametrize(
    ("text", "ago_ms"),
    [("10m", 600_000), ("2h", 7_200_000), ("1.5d", 129_600_000), ("500ms", 500), ("0s", 0)],
)
def test_a_span_is_a_moment_so_long_ago(text: str, ago_ms: int) -> None:
    before = int(time.time() * 1000) - ago_ms
    assert before <= milliseconds(text, "--since") <= int(time.time() * 1000) - ago_ms + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("1700000000000", 1_700_000_000_000),
        ("2023-11-14T22:13:20Z", 1_700_000_000_000),
        ("2023-11-14T23:13:20.5+01:00", 1_700_000_000_500),
    ],
)
def test_a_moment_is_a_date_or_milliseconds(text: str, expected: int) -> None:
    assert milliseconds(text, "--since") == expected


@pytest.mark.parametrize("text", ["yesterday", "10 m", "2023-13-01", "9" * 30, "m", "1.2.3s"])
def test_any_other_moment_is_refused_by_name(text: str) -> None:
    with pytest.raises(CliError, match='for "--since" flag: use milliseconds since the epoch'):
        milliseconds(text, "--since")
