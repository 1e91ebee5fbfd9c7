"""What is asked of the benchmark is checked before anything runs."""

import argparse

import pytest

from tests.bench.__main__ import arguments, rows
from tests.bench.cores import Cores, divide
from tests.bench.goals import ROWS


def test_rows_are_chosen_by_number() -> None:
    assert rows("1,24") == {1, 24}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,warm", "1,warm: give numbers, as in 1,5,23"),
        ("1,2", "row 2 is not measured here; there are 1, 5, 6,"),
        ("", ": give numbers, as in 1,5,23"),
    ],
)
def test_what_cannot_be_measured_is_refused_by_name(text: str, sentence: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        rows(text)
    assert str(caught.value).startswith(sentence)


def test_by_default_everything_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["bench"])
    assert arguments().only == ROWS


@pytest.mark.parametrize("given", [["--url", "http://127.0.0.1:1"], ["--auth", "a:b"]])
def test_a_server_needs_its_address_and_a_key(
    given: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", *given])
    with pytest.raises(SystemExit):
        arguments()
    assert "--url and --auth go together: where, and as whom" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("cores", "divided"),
    [
        (frozenset(), Cores(platform=frozenset(), generator=None)),
        (frozenset({5}), Cores(platform=frozenset(), generator=None)),
        (frozenset({0, 1}), Cores(platform=frozenset({0}), generator=1)),
        (frozenset({2, 3, 5}), Cores(platform=frozenset({2, 3}), generator=5)),
    ],
)
def test_the_generator_has_a_core_of_its_own_where_there_are_two(
    cores: frozenset[int], divided: Cores
) -> None:
    assert divide(cores) == divided
