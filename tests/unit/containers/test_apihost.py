"""Where the API host is, for a sandbox that reaches nothing else."""

import pytest

from whisk_platform.common.errors import SettingsError
from whisk_platform.containers.process import apihost
from whisk_platform.containers.process.apihost import ApiHost

LOOPBACK = ["127.0.0.1", "::1"]


@pytest.mark.parametrize(
    ("address", "host", "port", "addresses", "names"),
    [
        ("http://127.0.0.1:3233", "127.0.0.1", 3233, ["127.0.0.1"], []),
        ("http://localhost:3233", "localhost", 3233, LOOPBACK, []),
        ("https://whisk.example", "whisk.example", 443, LOOPBACK, ["whisk.example"]),
        ("http://192.0.2.7", "192.0.2.7", 80, ["192.0.2.7"], []),
        ("https://[2001:db8::1]:8443", "2001:db8::1", 8443, ["2001:db8::1"], []),
        ("localhost:3233", "localhost", 3233, LOOPBACK, []),
    ],
)
def test_an_address_is_read(
    address: str, host: str, port: int, addresses: list[str], names: list[str]
) -> None:
    found = apihost.parse(address)
    assert found == ApiHost(host=host, port=port)
    assert found.addresses == addresses
    assert found.names == names


@pytest.mark.parametrize("address", ["", "http://", "ftp://host", "http://host:x", "http://:80"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="is no address of an API host"):
        apihost.parse(address)
