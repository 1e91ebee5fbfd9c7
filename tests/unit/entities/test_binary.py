"""When code counts as binary (contract rest-api §2.2.1)."""

import pytest

from whisk_platform.entities.exec import is_binary


@pytest.mark.parametrize("code", ["abcd", "abc=", "ab==", " abcd\n", "ab+/" * 1000])
def test_padded_base64_is_binary_even_when_it_is_source(code: str) -> None:
    assert is_binary(code)


@pytest.mark.parametrize(
    "code", ["", " ", "abc", "a===", "====", "ab=c", "ab cd ef", "äbcd", "ab-_"]
)
def test_everything_else_is_not(code: str) -> None:
    assert not is_binary(code)
