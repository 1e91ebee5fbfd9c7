"""The board of activations, for a terminal and for programs."""

import io
import re

import pytest

from whisk_cli.jsonvalue import JSONObject
from whisk_cli.render.console import Console
from whisk_cli.render.watchview import Board, Happening, ended, started

NOW = 1_700_000_010_000
ID = "0" * 31 + "1"


def _happening(number: int = 1, **more: object) -> Happening:
    values: dict[str, object] = {
        "activation_id": f"{number:032}",
        "name": f"a{number}",
        "start_ms": NOW - 5_200,
    }
    return Happening(**(values | more))  # type: ignore[arg-type]  # a test's shorthand


def _board(*, terminal: bool, color: bool = False) -> tuple[Board, io.BytesIO]:
    out = io.BytesIO()
    console = Console(out, io.BytesIO(), color=color)
    console.is_terminal = terminal
    return Board(console), out


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")


def _screen(text: str) -> list[str]:
    """What a terminal shows after it was told all that."""
    rows: list[str] = []
    for part in re.split(r"(\x1b\[\d+F\x1b\[J)", text):
        back = re.fullmatch(r"\x1b\[(\d+)F\x1b\[J", part)
        if back:
            del rows[len(rows) - int(back[1]) :]
        else:
            rows += part.split("\n")[:-1]
    return rows


def test_what_runs_stands_below_what_has_ended() -> None:
    board, out = _board(terminal=True)
    board.draw(NOW)
    board.take(_happening(1))
    board.take(_happening(2))
    board.draw(NOW)
    board.take(
        _happening(1, status="success", duration_ms=1234, init_ms=45, wait_ms=3, name="p/cold")
    )
    board.draw(NOW)
    assert _screen(out.getvalue().decode()) == [
        "Time      Status     Duration  Start            Wait  Entity",
        "22:13:24  success      1.234s  cold 45ms         3ms  p/cold",
        "22:13:24  running        5.2s  -                   -  a2",
        "1 running, 1 ended",
    ]


def test_no_row_is_wider_than_the_terminal() -> None:
    board, out = _board(terminal=True)
    board.take(_happening(1, name="x" * 200))
    board.take(
        _happening(2, name="y" * 200, status="whisk internal error", duration_ms=360_000_123,
                   init_ms=123_456, wait_ms=59_999)
    )  # fmt: skip
    board.draw(NOW)
    assert max(map(len, _screen(out.getvalue().decode()))) < 80


def test_more_than_a_screen_of_them_is_counted() -> None:
    board, out = _board(terminal=True)
    for number in range(30):
        board.take(_happening(number))
    board.draw(NOW)
    board.draw(NOW)
    rows = _screen(out.getvalue().decode())
    assert len(rows) == 1 + 10 + 1
    assert rows[-1] == "30 running (20 of them not shown), 0 ended"


def test_a_wide_terminal_shows_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    board, out = _board(terminal=True)
    board.take(_happening(1, status="success", duration_ms=1))
    assert ID in out.getvalue().decode()


def test_failures_are_red_and_counted() -> None:
    board, out = _board(terminal=True, color=True)
    board.take(_happening(1, status="application error", duration_ms=1))
    board.draw(NOW)
    text = out.getvalue().decode()
    assert "\x1b[31m22:13:24  app error" in text
    assert "0 running, 1 ended, 1 of them failed" in text


def test_programs_get_a_line_for_each_start_and_end() -> None:
    board, out = _board(terminal=False)
    board.draw(NOW)
    board.take(_happening(1))
    board.take(_happening(1, status="success", duration_ms=5_000, init_ms=45, wait_ms=3))
    board.draw(NOW)
    assert out.getvalue().decode().splitlines() == [
        "Datetime            Activation ID                    Status                 Duration   "
        "Start Init       Wait       Entity",
        f"2023-11-14 22:13:24 {ID} started                "
        "-          -     -          -          a1",
        f"2023-11-14 22:13:29 {ID} success                "
        "5s         cold  45ms       3ms        a1",
    ]


def test_what_is_told_becomes_a_happening() -> None:
    start: JSONObject = {
        "activationId": ID, "namespace": "ns", "name": "a", "path": "ns/p/a", "start": 5,
    }  # fmt: skip
    assert started(start) == Happening(activation_id=ID, name="p/a", start_ms=5)
    annotations: JSONObject = {"path": "ns/a", "kind": "sequence", "waitTime": 7}
    record: JSONObject = {
        **start, "path": None, "duration": 9, "statusCode": 1,
        "annotations": [{"key": key, "value": value} for key, value in annotations.items()],
    }  # fmt: skip
    found = ended(record)
    assert (found.status, found.duration_ms, found.wait_ms) == ("application error", 9, 7)
    assert found.temperature == "", "a sequence is neither cold nor warm"
    assert found.document()["event"] == "end"
