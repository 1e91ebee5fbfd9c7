"""The ledger: what was written into it is found again, whatever it ended with."""

import os
from pathlib import Path

import pytest

from whisk_platform.common.errors import StateDirectoryError, StoreFullError
from whisk_platform.stores.sql import ledger
from whisk_platform.stores.sql.ledger import LEDGER_FILE, RESERVE_BYTES, Ledger


def _key(number: int) -> bytes:
    return number.to_bytes(16, "big")


def _opened(directory: Path, most_bytes: int = 1 << 20) -> Ledger:
    made = Ledger(directory, lambda: None, most_bytes)
    assert made.open() == []
    made.begin()
    return made


def _left(directory: Path) -> list[tuple[bytes, bool, bytes]]:
    """What a process that was killed has left."""
    return [entry[:3] for entry in ledger.read(directory)]


def test_entries_marks_and_closings_are_found_by_the_next_process(tmp_path: Path) -> None:
    made = _opened(tmp_path)
    assert made.append([(_key(1), b"one"), (_key(2), b"two")])
    assert made.append([(_key(3), b"three")])
    assert made.start(_key(2))
    made.close_entries([_key(1)])
    assert _left(tmp_path) == [(_key(2), True, b"two"), (_key(3), False, b"three")]
    assert [entry[:3] for entry in made.entries()] == _left(tmp_path)


def test_a_mark_for_what_stands_elsewhere_is_not_taken(tmp_path: Path) -> None:
    made = _opened(tmp_path)
    assert not made.start(_key(1))
    made.append([(_key(1), b"one")])
    made.close_entries([_key(1)])
    assert not made.start(_key(1))


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_frame_that_was_not_finished_does_not_count(tmp_path: Path, cut: int) -> None:
    made = _opened(tmp_path)
    made.append([(_key(1), b"one")])
    before = _end(tmp_path, made)
    made.append([(_key(2), b"two" * 5)])
    assert len(_left(tmp_path)) == 2
    os.truncate(tmp_path / LEDGER_FILE, before + cut)
    assert _left(tmp_path) == [(_key(1), False, b"one")]


def _end(directory: Path, made: Ledger) -> int:
    """Where the next frame will begin."""
    (last,) = made.entries()
    return (last.place >> 1) + 8 + 1 + 16 + len(last.message)


def test_a_full_ledger_takes_nothing_more_but_marks_and_closings(tmp_path: Path) -> None:
    made = _opened(tmp_path, most_bytes=100)
    assert made.append([(_key(1), b"x" * 100)])
    assert not made.takes
    assert not made.append([(_key(2), b"x")])
    assert made.start(_key(1))
    made.close_entries([_key(1)])
    assert _left(tmp_path) == []


def test_an_empty_ledger_that_is_long_begins_anew(tmp_path: Path) -> None:
    made = _opened(tmp_path, most_bytes=RESERVE_BYTES)
    for number in range(5):
        assert made.append([(_key(number), b"x" * (1 << 20))]) == (number < 4)
    made.close_entries([_key(number) for number in range(4)])
    assert made.append([(_key(9), b"nine")])
    assert (tmp_path / LEDGER_FILE).stat().st_size <= RESERVE_BYTES
    assert _left(tmp_path) == [(_key(9), False, b"nine")]


def test_what_has_moved_into_the_table_is_forgotten_unless_it_has_started_meanwhile(
    tmp_path: Path,
) -> None:
    made = _opened(tmp_path)
    made.append([(_key(number), b"m") for number in range(3)])
    taken = made.take(2)
    made.start(_key(1))
    made.moved(taken)
    assert _left(tmp_path) == [(_key(1), True, b"m"), (_key(2), False, b"m")]


def test_a_disk_that_takes_nothing_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    made = _opened(tmp_path)
    made.append([(_key(1), b"one")])
    made.close()
    assert not made.append([(_key(2), b"two")])
    with pytest.raises(StoreFullError):
        made.start(_key(1))
    assert _left(tmp_path) == [(_key(1), False, b"one")]


def test_while_it_is_paused_nothing_is_entered(tmp_path: Path) -> None:
    made = _opened(tmp_path)
    made.pause()
    assert not made.append([(_key(1), b"one")])
    made.resume()
    assert made.append([(_key(1), b"one")])


def test_an_empty_ledger_leaves_no_file_and_an_open_one_does(tmp_path: Path) -> None:
    made = _opened(tmp_path)
    made.close()
    assert not (tmp_path / LEDGER_FILE).exists()
    assert ledger.read(tmp_path) == []
    made = _opened(tmp_path)
    made.append([(_key(1), b"one")])
    made.close()
    again = Ledger(tmp_path, lambda: None, 1 << 20)
    assert [entry[:3] for entry in again.open()] == [(_key(1), False, b"one")]


def test_a_newer_versions_ledger_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / LEDGER_FILE).write_bytes(b"WLDG" + (9).to_bytes(4, "little") + bytes(8))
    with pytest.raises(StateDirectoryError, match="newer version of the platform"):
        Ledger(tmp_path, lambda: None, 1 << 20).open()


def test_what_is_no_ledger_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / LEDGER_FILE).write_bytes(b"something else")
    assert Ledger(tmp_path, lambda: None, 1 << 20).open() == []
