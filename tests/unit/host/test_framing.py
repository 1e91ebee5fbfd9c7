"""The frames of a runtime mean the same however the bytes are split."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.host import framing
from whisk_platform.host.framing import FrameError, FrameReader

Event = (
    tuple[str | int, bytes]
    | tuple[str, int, bytes, int]
    | tuple[int, int, bytes]
    | tuple[int, str, int, bytes, int]
)


class Heard:
    """Writes down what a reader says, with neighboring output of one stream joined."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def on_ready(self) -> None:
        self.events.append(("ready", b""))

    def on_output(self, stream: int, data: bytes | memoryview) -> None:
        last = self.events[-1] if self.events else ("nothing", b"")
        if len(last) == 2 and last[0] == stream:
            self.events[-1] = (stream, last[1] + bytes(data))
        else:
            self.events.append((stream, bytes(data)))

    def on_answer(self, status: int, body: bytes, size: int) -> None:
        self.events.append(("answer", status, body, size))

    def on_output_beside(self, number: int, stream: int, data: bytes | memoryview) -> None:
        last = self.events[-1] if self.events else ("nothing", b"")
        if len(last) == 3 and last[:2] == (number, stream):
            self.events[-1] = (number, stream, last[2] + bytes(data))
        elif data:
            self.events.append((number, stream, bytes(data)))

    def on_answer_beside(self, number: int, status: int, body: bytes, size: int) -> None:
        self.events.append((number, "answer", status, body, size))


def _frame(kind: str, payload: bytes) -> bytes:
    return struct.pack("!cI", kind.encode(), len(payload)) + payload


def _read(data: bytes, splits: list[int], keep: int) -> list[Event]:
    heard = Heard()
    reader = FrameReader(heard)
    reader.keep_bytes = keep
    places = sorted({min(split, len(data)) for split in splits})
    for begin, end in zip([0, *places], [*places, len(data)], strict=True):
        reader.feed(memoryview(data)[begin:end])
    return heard.events


FRAMES = st.lists(
    st.one_of(
        st.just(("K", b"")),
        st.tuples(st.sampled_from("OE"), st.binary(max_size=60)),
        st.tuples(st.just("A"), st.binary(max_size=60).map(lambda body: b"200" + body)),
        st.tuples(st.sampled_from("oe"), st.binary(min_size=4, max_size=60)),
        st.tuples(
            st.just("a"),
            st.tuples(st.binary(min_size=4, max_size=4), st.binary(max_size=60)).map(
                lambda parts: parts[0] + b"200" + parts[1]
            ),
        ),
    ),
    max_size=12,
)


@given(FRAMES, st.lists(st.integers(0, 800), max_size=20), st.integers(0, 70))
def test_any_split_of_the_bytes_means_the_same(
    frames: list[tuple[str, bytes]], splits: list[int], keep: int
) -> None:
    data = b"".join(_frame(kind, payload) for kind, payload in frames)
    assert _read(data, splits, keep) == _read(data, [], keep)


@given(st.binary(max_size=200), st.integers(0, 300))
def test_an_answer_is_cut_to_what_is_kept_and_counted_whole(body: bytes, keep: int) -> None:
    [event] = _read(_frame("A", b"502" + body), [1, 4, 9], keep)
    assert event == ("answer", 502, body[:keep], len(body))


def test_output_and_answer_arrive_in_order() -> None:
    data = _frame("K", b"") + _frame("O", b"one") + _frame("E", b"two") + _frame("A", b"200{}")
    assert _read(data, [], 100) == [
        ("ready", b""),
        (framing.STDOUT, b"one"),
        (framing.STDERR, b"two"),
        ("answer", 200, b"{}", 2),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (_frame("Z", b""), "unknown type"),
        (_frame("I", b""), "unknown type"),
        (_frame("K", b"x"), "must be empty"),
        (_frame("A", b"20"), "three digits"),
        (_frame("A", b"2x0{}"), "three digits"),
        (_frame("a", b"\0\0\0\x0120"), "three digits"),
        (_frame("a", b"\0\0\0\x012x0{}"), "three digits"),
        (_frame("a", b"\0\0"), "four bytes"),
        (_frame("o", b""), "four bytes"),
        (_frame("r", b"\0\0\0\x01{}"), "unknown type"),
        (struct.pack("!cI", b"O", framing.MAXIMUM + 1), "longer than"),
        (struct.pack("!cI", b"a", framing.MAXIMUM + 1), "longer than"),
    ],
)
def test_a_broken_frame_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(FrameError, match=sentence):
        _read(data, [], 100)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with contextlib.suppress(FrameError):
        _read(data, [3, 8, 20], 10)


def test_frames_of_runs_beside_others_carry_their_numbers() -> None:
    first, second = b"\0\0\0\x01", b"\xff\xff\xff\xff"
    data = b"".join(
        (
            _frame("o", first + b"one"),
            _frame("O", b"alone"),
            _frame("e", second + b"two"),
            _frame("a", second + b"502long"),
            _frame("a", first + b"200{}"),
        )
    )
    for splits in ([], list(range(len(data)))):
        assert _read(data, splits, 2) == [
            (1, framing.STDOUT, b"one"),
            (framing.STDOUT, b"alone"),
            (2**32 - 1, framing.STDERR, b"two"),
            (2**32 - 1, "answer", 502, b"lo", 4),
            (1, "answer", 200, b"{}", 2),
        ]


def test_a_frame_that_is_too_long_is_never_sent() -> None:
    assert framing.header(framing.RUN, 5) == b"R\0\0\0\x05"
    assert framing.header_beside(7, 5) == b"r\0\0\0\x09\0\0\0\x07"
    with pytest.raises(FrameError):
        framing.header_beside(7, framing.MAXIMUM - 3)
    with pytest.raises(FrameError):
        framing.header(framing.RUN, framing.MAXIMUM + 1)
