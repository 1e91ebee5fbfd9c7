"""``require-whisk-auth``."""

import pytest

from whisk_platform.common.jsontext import RawJSON
from whisk_platform.controller.web.access import is_admitted


@pytest.mark.parametrize(
    ("requirement", "secret", "authenticated", "admitted"),
    [
        (None, None, False, True),
        ("false", None, False, True),
        ("true", None, True, True),
        ("true", None, False, False),
        ("true", "true", False, False),
        ('"s3cret"', "s3cret", False, True),
        ('"s3cret"', "S3CRET", False, False),
        ('"s3cret"', None, True, False),
        ('"\\u00e4"', "ä", False, True),
        ("12345", "12345", False, True),
        ("-1.50", "-1.50", False, True),
        ("12345", "1234", False, False),
        ("12345", None, True, False),
        ("null", None, True, False),
        ("{}", "{}", True, False),
        ("[]", "[]", True, False),
    ],
)
def test_who_is_let_in(
    requirement: str | None, secret: str | None, authenticated: bool, admitted: bool
) -> None:
    raw = None if requirement is None else RawJSON(requirement.encode())
    assert is_admitted(raw, secret=secret, authenticated=authenticated) is admitted
