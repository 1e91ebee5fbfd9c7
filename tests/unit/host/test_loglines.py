"""Bytes become log lines: the same ones for every split, never more than the limit."""

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.entities.printed import LINE_OVERHEAD, Stream, format_time
from whisk_platform.host.loglines import LogLines

NOW = 1_706_782_272_123_456_789
STAMP = "2024-02-01T10:11:12.123456789Z"

WRITES = st.lists(
    st.tuples(
        st.sampled_from(["stdout", "stderr"]),
        st.binary(max_size=40) | st.text("aä€😀\n", max_size=20).map(str.encode),
    ),
    max_size=12,
)


def _lines(
    writes: list[tuple[str, bytes]], limit: int, width: int | None = None
) -> tuple[list[str], bool]:
    log = LogLines(limit)
    for stream, data in writes:
        step = width or max(1, len(data))
        for start in range(0, len(data), step):
            log.feed(cast(Stream, stream), data[start : start + step], NOW)
    logs = log.finish(complete=True, now_ns=NOW)
    return list(logs.lines), logs.truncated


@given(WRITES, st.integers(1, 7), st.integers(1, 700))
def test_any_split_of_the_same_bytes_gives_the_same_lines(
    writes: list[tuple[str, bytes]], width: int, limit: int
) -> None:
    assert _lines(writes, limit, width) == _lines(writes, limit)


@given(WRITES, st.integers(0, 700))
def test_lines_and_their_newlines_stay_within_the_limit(
    writes: list[tuple[str, bytes]], limit: int
) -> None:
    """Characters are counted: a byte that is no text becomes one replacement character."""
    lines, truncated = _lines(writes, limit)
    assert sum(len(line) for line in lines) <= limit
    if not truncated and limit:
        text = {stream: b"".join(d for s, d in writes if s == stream) for stream, _ in writes}
        for stream, data in text.items():
            expected = data.decode("utf-8", "replace").split("\n")
            expected = expected[:-1] if not expected[-1] else expected
            assert [line[39:] for line in lines if line[31:37] == stream] == expected


def test_lines_carry_time_stream_and_text_in_order_of_their_ends() -> None:
    log = LogLines(1000)
    log.feed("stdout", b"one\ntw", NOW)
    log.feed("stderr", b"err\n", NOW + 1)
    log.feed("stdout", b"o\nlast", NOW + 2)
    assert log.finish(complete=True, now_ns=NOW + 3).lines == (
        f"{STAMP} stdout: one",
        f"{STAMP[:-3]}90Z stderr: err",
        f"{STAMP[:-3]}91Z stdout: two",
        f"{STAMP[:-3]}92Z stdout: last",
    )


def test_a_time_has_thirty_characters_always() -> None:
    assert format_time(NOW) == STAMP
    assert format_time(0) == "1970-01-01T00:00:00.000000000Z"
    assert len(STAMP) == 30
    assert len(f"{STAMP} stdout: ") == LINE_OVERHEAD


def test_an_empty_line_is_a_line() -> None:
    assert _lines([("stdout", b"\n\na\n")], 1000)[0] == [
        f"{STAMP} stdout: ",
        f"{STAMP} stdout: ",
        f"{STAMP} stdout: a",
    ]


def test_a_flood_of_empty_lines_costs_what_its_lines_cost() -> None:
    lines, truncated = _lines([("stdout", b"\n" * 100_000)], 4000)
    assert len(lines) == 4000 // (LINE_OVERHEAD + 1)
    assert truncated


def test_a_limit_that_is_just_enough_cuts_nothing() -> None:
    exact = 2 * (LINE_OVERHEAD + 4)
    writes = [("stdout", b"one\n"), ("stdout", b"two\n")]
    assert _lines(writes, exact) == ([f"{STAMP} stdout: one", f"{STAMP} stdout: two"], False)
    assert _lines(writes, exact - 1) == ([f"{STAMP} stdout: one", f"{STAMP} stdout: two"], True)
    assert _lines(writes, exact - 2) == ([f"{STAMP} stdout: one", f"{STAMP} stdout: tw"], True)


def test_a_character_is_not_cut_in_two() -> None:
    for cut, text in ((1, "a"), (2, "a"), (3, "a"), (4, "a€")):
        lines, truncated = _lines([("stdout", b"a\xe2\x82\xacb\n")], LINE_OVERHEAD + cut)
        assert lines == [f"{STAMP} stdout: {text}"]
        assert truncated


def test_a_limit_of_zero_collects_nothing_and_cuts_nothing() -> None:
    assert _lines([("stdout", b"text\n")], 0) == ([], False)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_nothing_is_collected_after_the_end(stream: Stream) -> None:
    log = LogLines(100)
    log.finish(complete=False)
    log.feed(stream, b"late\n")
    assert log.finish(complete=True).lines == ()


@given(WRITES, st.integers(1, 7), st.integers(0, 700))
def test_a_tap_sees_the_first_lines_of_the_log_once_and_in_order(
    writes: list[tuple[str, bytes]], width: int, limit: int
) -> None:
    """All but the last line of each stream, which may still become longer."""
    seen: list[str] = []
    log = LogLines(limit, seen.extend)
    for stream, data in writes:
        for start in range(0, len(data), width):
            log.feed(cast(Stream, stream), data[start : start + width], NOW)
    tapped = list(seen)
    lines = log.finish(complete=True, now_ns=NOW).lines
    assert tapped == list(lines[: len(tapped)])
    assert len(lines) - len(tapped) <= 2
    assert seen == tapped
    assert list(lines) == _lines(writes, limit, width)[0]
