"""Durations as Go writes them, and times."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_cli.render.durations import duration, local_time, local_time_with_zone

FORM = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(\d+(?:\.\d+)?)(m?s)")


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0s"),
        (1, "1ms"),
        (123, "123ms"),
        (999, "999ms"),
        (1000, "1s"),
        (1500, "1.5s"),
        (1234, "1.234s"),
        (10_010, "10.01s"),
        (60_000, "1m0s"),
        (60_500, "1m0.5s"),
        (3_600_000, "1h0m0s"),
        (3_723_000, "1h2m3s"),
        (-1500, "-1.5s"),
    ],
)
def test_examples(milliseconds: int, text: str) -> None:
    assert duration(milliseconds) == text


@given(st.integers(0, 10**12))
def test_a_duration_tells_every_millisecond(milliseconds: int) -> None:
    match = FORM.fullmatch(duration(milliseconds))
    assert match is not None
    hours, minutes, number, unit = match.groups()
    rest = float(number) * (1 if unit == "ms" else 1000)
    assert int(hours or 0) * 3_600_000 + int(minutes or 0) * 60_000 + round(rest) == milliseconds


def test_times_are_local() -> None:
    assert local_time(1_706_782_272_999) == "2024-02-01 10:11:12"
    assert local_time_with_zone(0) == "1970-01-01 00:00:00 +0000 UTC"


def test_a_time_out_of_range_is_shown_as_the_epoch() -> None:
    assert local_time(10**30) == "1970-01-01 00:00:00"
