"""What clients are told of the build (contract rest-api §1.3)."""

import re

from whisk_platform.standalone import build


def test_a_build_has_a_day_and_a_version() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", build.date())
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", build.version())
