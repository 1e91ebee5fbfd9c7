"""Counters stand still in a snapshot and tell the difference."""

from whisk_platform.common.counters import Counters


def test_the_difference_is_what_was_counted_in_between() -> None:
    counters = Counters(bus_messages=5)
    before = counters.snapshot()
    counters.bus_messages += 2
    counters.payload_codecs += 1
    assert before.bus_messages == 5
    assert counters.since(before) == Counters(bus_messages=2, payload_codecs=1)
