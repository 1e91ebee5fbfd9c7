"""Log lines taken apart, and written for people and for programs."""

import io

import pytest

from whisk_cli.render.console import Console
from whisk_cli.render.loglines import Layout, LogLine, line_of

STAMP = "2026-01-02T03:04:05.678901234Z"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (f"{STAMP} stdout: hello", (STAMP, "stdout", "hello")),
        (f"{STAMP} stderr: a: b", (STAMP, "stderr", "a: b")),
        (f"{STAMP}   stdout:", (STAMP, "stdout", "")),
        (f"{STAMP} stdout:  two", (STAMP, "stdout", " two")),
        (f"{STAMP} neither", (STAMP, "", "neither")),
        ("2026-01-02T03:04:05Z stdout: x", ("2026-01-02T03:04:05Z", "stdout", "x")),
        ("no stamp at all", ("", "", "no stamp at all")),
        ("", ("", "", "")),
        (f"{STAMP} stdout: a\rb\n", (STAMP, "stdout", "a\rb\n")),
    ],
)
def test_a_line_has_time_stream_and_text(raw: str, expected: tuple[str, str, str]) -> None:
    line = line_of("a", "1", raw)
    assert (line.time, line.stream, line.text) == expected
    assert line.raw == raw


def _written(*lines: LogLine, terminal: bool, color: bool = False, strip: bool = False) -> str:
    out = io.BytesIO()
    console = Console(out, io.BytesIO(), color=color)
    console.is_terminal = terminal
    layout = Layout(console, strip=strip)
    for line in lines:
        layout.write(line)
    return out.getvalue().decode()


OUT = line_of("a", "1", f"{STAMP} stdout: hello")
ERR = line_of("pkg/b", "2", f"{STAMP} stderr: oops")


def test_programs_get_the_name_and_the_line_as_it_is() -> None:
    assert _written(OUT, ERR, terminal=False) == (
        f"a {STAMP} stdout: hello\npkg/b {STAMP} stderr: oops\n"
    )
    assert _written(OUT, ERR, terminal=False, strip=True) == "a hello\npkg/b oops\n"


def test_a_terminal_gets_columns_and_the_time_of_day() -> None:
    assert _written(OUT, ERR, line_of("a", "1", "bare"), terminal=True) == (
        "a             03:04:05.678  hello\n"
        "pkg/b         03:04:05.678  oops\n"
        "a                           bare\n"
    )


def test_each_action_has_a_color_and_errors_are_red() -> None:
    assert _written(OUT, ERR, OUT, terminal=True, color=True, strip=True) == (
        "\x1b[36ma           \x1b[0m  hello\n"
        "\x1b[33mpkg/b       \x1b[0m  \x1b[31moops\x1b[0m\n"
        "\x1b[36ma           \x1b[0m  hello\n"
    )


def test_a_long_name_loses_its_middle() -> None:
    line = line_of("a-name-that-is-longer-than-any-column", "1", "x")
    (name, _) = _written(line, terminal=True, strip=True).split()
    assert (len(name), name[:6], "..." in name) == (24, "a-name", True)


def test_a_time_that_is_none_is_shown_as_it_is() -> None:
    line = line_of("a", "1", "2026-99-02T03:04:05Z stdout: x")
    assert "x" in _written(line, terminal=True)
