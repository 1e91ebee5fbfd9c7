"""Keys of a new platform, and where the public ones may be used."""

import pytest

from whisk_platform.common.errors import SettingsError
from whisk_platform.controller.authentication import KEY_LENGTH, parse_basic
from whisk_platform.standalone.identities import (
    DEVELOPMENT_KEYS,
    check_exposure,
    generate_key,
    is_loopback,
)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_may_do_everything(host: str) -> None:
    assert is_loopback(host)
    check_exposure(host, development=True, insecure_http=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_development_keys_refuse_every_other_address(host: str) -> None:
    with pytest.raises(SettingsError, match="development keys are known to everybody"):
        check_exposure(host, development=True, insecure_http=True)


def test_plain_http_beyond_loopback_has_to_be_asked_for() -> None:
    with pytest.raises(SettingsError, match=r"--tls self-signed.*say --insecure-http"):
        check_exposure("0.0.0.0", development=False, insecure_http=False)
    check_exposure("0.0.0.0", development=False, insecure_http=True)


def test_generated_keys_differ_and_authenticate() -> None:
    import base64

    first, second = generate_key(), generate_key()
    assert first != second
    assert len(first.key) == KEY_LENGTH
    header = "Basic " + base64.b64encode(str(first).encode()).decode()
    assert parse_basic(header) == first


def test_the_development_keys_are_well_formed() -> None:
    assert {len(key.key) for key in DEVELOPMENT_KEYS.values()} == {KEY_LENGTH}
