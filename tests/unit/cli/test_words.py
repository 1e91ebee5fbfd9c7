"""Small pure things: close names, shortened texts, stripped log lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_cli.commands.activation.logs import stripped
from whisk_cli.render.activationtable import shortened
from whisk_cli.suggestions import close, distance

words = st.text("abcdefg", max_size=8)


@given(words, words, words)
def test_the_distance_is_a_metric(a: str, b: str, c: str) -> None:
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, b) == distance(b, a)
    assert distance(a, c) <= distance(a, b) + distance(b, c)
    assert abs(len(a) - len(b)) <= distance(a, b) <= max(len(a), len(b))


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("actoin", ["action"]),
        ("act", ["action", "activation"]),
        ("RULES", ["rule"]),
        ("xyzzy", []),
        ("", []),
    ],
)
def test_close_names(word: str, names: list[str]) -> None:
    assert close(word, ["trigger", "rule", "activation", "action"]) == names


@given(st.text(st.characters(codec="utf-8")), st.sampled_from([20, 30]))
def test_a_shortened_text_fits_and_keeps_both_ends(text: str, width: int) -> None:
    short = shortened(text, width)
    if len(text.encode()) <= width:
        assert short == text
    else:
        assert "..." in short
        assert len(short) <= width


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("2024-02-01T10:11:12.123456789Z stdout: hi there", "hi there"),
        ("2024-02-01T10:11:12.1Z stderr: x", "x"),
        ("2024-02-01T10:11:12.1Z  stdout:  two blanks", " two blanks"),
        ("2024-02-01T10:11:12.1Z no tag", "no tag"),
        ("before 2024-02-01T10:11:12.1Z stdout: anywhere", "anywhere"),
        ("2024-02-01T10:11:12Z stdout: no fraction", "2024-02-01T10:11:12Z stdout: no fraction"),
        ("2024-02-01T10:11:12.1Z stdout: ", "2024-02-01T10:11:12.1Z stdout: "),
        ("plain", "plain"),
    ],
)
def test_stripped_log_lines(line: str, text: str) -> None:
    assert stripped(line) == text
