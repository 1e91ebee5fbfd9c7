"""When a window of the event loop's time counts as busy."""

import pytest

from whisk_platform.common.loopwindow import BUSY, LATE_S, WINDOW_S, is_busy


@pytest.mark.parametrize(
    ("took_s", "computed_s", "busy"),
    [
        (WINDOW_S, 0.0, False),
        (WINDOW_S, BUSY * WINDOW_S, True),
        (WINDOW_S, 0.5 * BUSY * WINDOW_S, False),
        (WINDOW_S + 2 * LATE_S, 0.0, True),
    ],
)
def test_who_has_computed_most_of_it_or_comes_late_is_busy(
    took_s: float, computed_s: float, busy: bool
) -> None:
    assert is_busy(took_s, computed_s) is busy
