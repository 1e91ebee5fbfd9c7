"""Which hosts and paths mean what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.controller.edge import hosts
from whisk_platform.entities.names import check_namespace


@pytest.mark.parametrize(
    ("host", "namespace"),
    [
        (b"guest.localhost", "guest"),
        (b"guest.localhost:3233", "guest"),
        (b"Guest.LOCALHOST:1", "guest"),
        (b"my-team-1.localhost", "my-team-1"),
        (b"localhost", None),
        (b".localhost", None),
        (b"a.b.localhost", None),
        (b"-a.localhost", None),
        (b"a-.localhost", None),
        (b"a_b.localhost", None),
        (b"guest.localhost.example", None),
        (b"guestlocalhost", None),
        (b"\xe4.localhost", None),
        (b"a" * 64 + b".localhost", None),
        (b"[::1]:3233", None),
        (b"", None),
    ],
)
def test_a_host_names_a_namespace_or_not(host: bytes, namespace: str | None) -> None:
    assert hosts.namespace_of(host, b".localhost") == namespace


@given(st.binary(max_size=80))
def test_whatever_a_host_names_is_a_legal_namespace(label: bytes) -> None:
    namespace = hosts.namespace_of(label + b".localhost", b".localhost")
    if namespace is not None:
        assert check_namespace(namespace) == namespace


@pytest.mark.parametrize(
    ("path", "of_the_api"),
    [
        (b"/api/v1", True),
        (b"/api/v1/web/guest/default/a", True),
        (b"/api/v10", False),
        (b"/api", False),
        (b"/", False),
    ],
)
def test_only_paths_below_the_api_are_the_apis(path: bytes, of_the_api: bool) -> None:
    assert hosts.is_of_the_api(path) is of_the_api


@pytest.mark.parametrize(
    ("path", "web"),
    [
        ("/", "/api/v1/web/guest/public/index.html"),
        ("", "/api/v1/web/guest/public/index.html"),
        ("/pkg/action.json/x%20y", "/api/v1/web/guest/pkg/action.json/x%20y"),
        ("/../whisk.system/secret/a", "/api/v1/web/guest/../whisk.system/secret/a"),
    ],
)
def test_a_path_becomes_one_of_web_actions(path: str, web: str) -> None:
    assert hosts.web_path(path, "guest") == web


@pytest.mark.parametrize(
    ("host", "port", "path", "query", "place"),
    [
        (b"h", 443, b"/", b"", b"https://h/"),
        (b"h:80", 443, b"/a%20b", b"x=%2F", b"https://h/a%20b?x=%2F"),
        (b"h:3233", 3233, b"/a", b"", b"https://h:3233/a"),
        (b"[::1]:80", 3233, b"", b"", b"https://[::1]:3233/"),
        (b"[::1]", 443, b"//evil.example", b"", b"https://[::1]//evil.example"),
    ],
)
def test_a_redirect_keeps_host_path_and_query(
    host: bytes, port: int, path: bytes, query: bytes, place: bytes
) -> None:
    assert hosts.https_location(host, port, path, query) == place
