"""What was printed: the same as a tuple of its lines, however it is kept."""

import pytest

from whisk_platform.entities.printed import LINE_OVERHEAD, Block, Printed, characters

STAMP = 1_706_782_332_123_456_789
BLOCKS: tuple[Block, ...] = (
    (STAMP, "stdout", b"one\n\ntwo"),
    (STAMP + 1, "stderr", "drei €".encode()),
    (STAMP + 2, "stdout", b""),
)
LINES = (
    "2024-02-01T10:12:12.123456789Z stdout: one",
    "2024-02-01T10:12:12.123456789Z stdout: ",
    "2024-02-01T10:12:12.123456789Z stdout: two",
    "2024-02-01T10:12:12.123456790Z stderr: drei €",
    "2024-02-01T10:12:12.123456791Z stdout: ",
)


def test_it_is_the_tuple_of_its_lines() -> None:
    printed = Printed(BLOCKS)
    assert printed
    assert len(printed) == len(LINES)
    assert tuple(printed) == LINES
    assert printed == LINES
    assert {LINES: 1}[printed] == 1  # type: ignore[index]
    assert printed != LINES[1:]
    assert hash(printed) == hash(LINES)
    assert repr(printed) == repr(LINES)
    assert printed[3] == LINES[3]
    assert printed[2:] == LINES[2:]


def test_equal_lines_are_equal_however_they_came() -> None:
    apart = Printed(((STAMP, "stdout", b"one"), (STAMP, "stdout", b"\ntwo"), *BLOCKS[1:]))
    assert apart == Printed(BLOCKS)


def test_nothing_printed_is_no_line() -> None:
    assert not Printed(())
    assert Printed(()) == ()


def test_it_survives_packing_and_looks_like_no_json() -> None:
    for count in (1, 3, 20, 70_000):
        printed = Printed((BLOCKS * count)[:count])
        packed = printed.pack()
        assert not packed.startswith(b"[")
        assert Printed.unpack(packed).blocks == printed.blocks


def test_what_nobody_packed_is_refused() -> None:
    with pytest.raises(ValueError, match="array"):
        Printed.unpack(b"\x01")


def test_bytes_that_are_no_text_are_replaced_in_the_lines_only() -> None:
    printed = Printed(((STAMP, "stdout", b"a\xffb"),))
    assert printed[0].endswith("stdout: a\N{REPLACEMENT CHARACTER}b")
    assert Printed.unpack(printed.pack()).blocks[0][2] == b"a\xffb"


def test_its_size_is_known_without_its_lines() -> None:
    ascii_only = Printed((BLOCKS[0], BLOCKS[2]))
    assert characters(ascii_only) == sum(map(len, ascii_only))
    assert characters(LINES) == sum(map(len, LINES))
    assert characters(()) == 0
    assert ascii_only.characters() == 4 * LINE_OVERHEAD + len("onetwo")
