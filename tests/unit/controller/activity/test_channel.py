"""A channel's row is bounded, in order, and shared."""

from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.common.positions import Position
from whisk_platform.controller.activity.channel import Channel, Watcher


def _watcher(channel: Channel) -> Watcher:
    watcher = Watcher(namespace="guest", joined=Position(1))
    watcher.channel, watcher.place = channel, channel.after_last
    channel.watchers.add(watcher)
    return watcher


def _add(channel: Channel, *texts: bytes, most_bytes: int = 1 << 20, events: int = 1000) -> None:
    for text in texts:
        channel.add(text, 1)
    channel.seal(most_bytes, events)


def test_a_piece_is_the_pages_that_fit_and_at_least_one() -> None:
    channel = Channel()
    watcher = _watcher(channel)
    for text in (b"aaaa", b"bb", b"cc", b"dddddddddd"):
        _add(channel, text)
    pieces = [channel.take(watcher, 6) for _ in range(3)]
    assert pieces == [b"aaaabb", b"cc", b"dddddddddd"]
    assert not watcher.behind


def test_watchers_in_the_same_place_get_the_very_same_piece() -> None:
    channel = Channel()
    one, two = _watcher(channel), _watcher(channel)
    _add(channel, b"a")
    _add(channel, b"b")
    piece = channel.take(one, 100)
    _add(channel, b"c")
    assert channel.take(two, 100) is piece
    assert (channel.take(one, 100), channel.take(two, 100)) == (b"c", b"c")


def test_who_is_further_behind_than_the_row_reaches_gets_nothing() -> None:
    channel = Channel()
    watcher = _watcher(channel)
    for _ in range(3):
        _add(channel, b"a", events=2)
    assert channel.take(watcher, 100) is None


def test_the_newest_page_stays_however_large() -> None:
    channel = Channel()
    watcher = _watcher(channel)
    _add(channel, b"x" * 1000, most_bytes=10)
    assert channel.take(watcher, 10) == b"x" * 1000


def test_what_everybody_has_read_is_forgotten() -> None:
    channel = Channel()
    quick, slow = _watcher(channel), _watcher(channel)
    for _ in range(4):
        _add(channel, b"a")
    assert (channel.take(slow, 2), channel.take(quick, 2)) == (b"aa", b"aa")
    channel.take(quick, 100)
    channel.release()
    assert (channel.size, channel.take(slow, 100)) == (2, b"aa")
    channel.release()
    assert (channel.size, channel.events, len(channel.pages)) == (0, 0, 0)
    _add(channel, b"b")
    assert (channel.take(quick, 9), channel.take(slow, 9)) == (b"b", b"b")


def test_sealing_wakes_those_who_wait_once() -> None:
    channel = Channel()
    watcher = _watcher(channel)
    channel.idle[watcher] = None
    channel.add(b"a", 1)
    assert channel.seal(100, 100) == [watcher]
    channel.add(b"b", 1)
    assert channel.seal(100, 100) == []


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), st.integers(0, 30)),
            st.tuples(st.just("take"), st.integers(0, 2)),
            st.tuples(st.just("release"), st.just(0)),
        ),
        max_size=60,
    ),
    st.integers(1, 60),
    st.integers(1, 8),
)
def test_every_watcher_reads_a_part_without_a_gap_and_memory_is_bounded(
    steps: list[tuple[str, int]], most_bytes: int, most_events: int
) -> None:
    channel = Channel()
    watchers = [_watcher(channel) for _ in range(3)]
    whole, got, lost = b"", [b"", b"", b""], [False] * 3
    for what, amount in steps:
        if what == "add":
            text = bytes([65 + len(whole) % 26]) * amount
            whole += text
            _add(channel, text, most_bytes=most_bytes, events=most_events)
        elif what == "release":
            channel.release()
        elif watchers[amount].behind and not lost[amount]:
            piece = channel.take(watchers[amount], 10)
            lost[amount] = piece is None
            got[amount] += piece or b""
        assert channel.size == sum(len(page.text) for page in channel.pages)
        assert channel.events == sum(page.events for page in channel.pages)
        assert len(channel.pages) <= 1 or channel.size <= most_bytes
        assert len(channel.pages) <= most_events
    for index, text in enumerate(got):
        assert whole.startswith(text)
        if not lost[index] and not watchers[index].behind:
            assert text == whole
