"""Where settings come from."""

from pathlib import Path

import pytest

from whisk_cli.client.endpoint import parse_address, proxy_for
from whisk_cli.client.http import Address
from whisk_cli.config import Origin, Proxies, resolve


def test_each_setting_remembers_where_it_came_from(tmp_path: Path) -> None:
    (tmp_path / ".wskprops").write_text("APIHOST=p\nAUTH=p\nCERT=p\nAPIVERSION=v9\n")
    found = resolve(
        {"auth": "f", "insecure": True},
        {"HOME": str(tmp_path), "WHISK_APIHOST": "e/", "WHISK_AUTH": "e"},
    )
    assert (found.api_host, found.auth, found.cert, found.key) == ("e", "f", "p", "")
    assert found.api_version == "v9"
    assert found.origins == {
        "api_host": Origin.ENVIRONMENT,
        "auth": Origin.FLAG,
        "cert": Origin.PROFILE,
        "api_version": Origin.PROFILE,
    }
    assert found.insecure
    assert not found.verbose


def test_empty_values_do_not_count(tmp_path: Path) -> None:
    (tmp_path / ".wskprops").write_text("AUTH=p\n")
    found = resolve({"auth": ""}, {"HOME": str(tmp_path), "WHISK_AUTH": ""})
    assert (found.auth, found.origins["auth"]) == ("p", Origin.PROFILE)
    assert found.api_version == "v1"


@pytest.mark.parametrize("value", ["", "0", "1"])
def test_the_debug_variable_counts_whatever_its_value(tmp_path: Path, value: str) -> None:
    found = resolve({}, {"HOME": str(tmp_path), "WSK_CLI_DEBUG": value})
    assert found.debug
    assert found.verbose


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://h", Address(secure=True, host="h", port=443)),
        ("http://h:3233/", Address(secure=False, host="h", port=3233)),
        ("http://[::1]:80/base/", Address(secure=False, host="::1", port=80, prefix="/base")),
    ],
)
def test_addresses(url: str, address: Address) -> None:
    assert parse_address(url) == address


def test_an_address_is_shown_as_a_person_writes_it() -> None:
    assert Address(secure=True, host="h", port=443).shown == "https://h"
    assert Address(secure=False, host="::1", port=3233, prefix="/x").shown == "http://[::1]:3233/x"


PROXIES = Proxies(http="http://p:1", https="http://p:2", excluded="corp, .in.corp:8080,*.z")


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://h", "http://p:1"),
        ("https://h", "http://p:2"),
        ("http://localhost", ""),
        ("http://127.0.0.9", ""),
        ("http://[::1]", ""),
        ("http://corp", ""),
        ("http://x.corp", ""),
        ("http://xcorp", "http://p:1"),
        ("http://y.z", ""),
    ],
)
def test_some_hosts_are_reached_without_the_proxy(url: str, proxy: str) -> None:
    assert proxy_for(parse_address(url), PROXIES) == proxy


def test_an_exclusion_may_name_a_port() -> None:
    proxies = Proxies(http="http://p:1", excluded="h:8080")
    assert proxy_for(parse_address("http://h:8080"), proxies) == ""
    assert proxy_for(parse_address("http://h:80"), proxies) == "http://p:1"


def test_a_star_excludes_everything() -> None:
    assert proxy_for(parse_address("http://h"), Proxies(http="http://p", excluded="*")) == ""
