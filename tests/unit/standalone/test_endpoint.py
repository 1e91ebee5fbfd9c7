"""Under which address the platform is reached, and which settings contradict each other."""

import ssl
from pathlib import Path

import pytest
from cryptography import x509

from whisk_platform.common.errors import SettingsError
from whisk_platform.standalone.endpoint import Endpoint
from whisk_platform.standalone.listeners import listen
from whisk_platform.standalone.selfsigned import certify, ensure_authority
from whisk_platform.standalone.settings import Edge, Server


def _endpoint(directory: Path, **server: object) -> Endpoint:
    return Endpoint(Server(**server), Edge(), directory)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("server", "address"),
    [
        ({}, "http://127.0.0.1:3233"),
        ({"host": "::1"}, "http://[::1]:3233"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:3233"),
        ({"host": "::"}, "http://[::1]:3233"),
        ({"api_host_name": "Whisk.Example.com"}, "http://whisk.example.com:3233"),
        ({"tls": "self-signed"}, "https://127.0.0.1:3233"),
        ({"tls": "self-signed", "api_host_name": "w.example"}, "https://w.example:3233"),
    ],
)
def test_the_address_is_what_clients_use(
    tmp_path: Path, server: dict[str, object], address: str
) -> None:
    endpoint = _endpoint(tmp_path, **server)
    assert endpoint.address(3233) == address
    assert endpoint.secure is address.startswith("https")


def test_usual_ports_are_left_out(tmp_path: Path) -> None:
    assert _endpoint(tmp_path).address(80) == "http://127.0.0.1"
    assert _endpoint(tmp_path, tls="self-signed").address(443) == "https://127.0.0.1"


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        ({"tls": "yes"}, "'yes' is no way to get a certificate. Say --tls self-signed"),
        ({"tls": "self-signed", "tls_cert": "c", "tls_key": "k"}, "Leave one out."),
        ({"tls_cert": "c"}, "Give --tls-key, too."),
        ({"tls_key": "k"}, "Give --tls-cert, too."),
        ({"tls_ca": "a"}, "--tls-ca goes with --tls-cert and --tls-key."),
        ({"http_port": 8080}, "--http-port leads plain HTTP to https, but TLS is not on."),
        ({"api_host_name": "https://h"}, "'https://h' is no host name."),
        ({"api_host_name": "h:80"}, "'h:80' is no host name."),
        ({"api_host_name": "a_b"}, "without scheme and port."),
        ({"tls_cert": "/no/such", "tls_key": "/no/such"}, "The certificate /no/such cannot be"),
    ],
)
def test_what_does_not_go_together_is_refused(
    tmp_path: Path, server: dict[str, object], sentence: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        _endpoint(tmp_path, **server)
    assert sentence in caught.value.message


def test_a_given_certificate_has_to_be_for_the_host(tmp_path: Path) -> None:
    made = certify(tmp_path / "given", ["whisk.example.com"])
    given = {"tls_cert": str(made.certificate), "tls_key": str(made.key)}
    with pytest.raises(SettingsError, match=r"is not for '127\.0\.0\.1' but for whisk\.example"):
        _endpoint(tmp_path, **given)
    endpoint = _endpoint(tmp_path, **given, api_host_name="whisk.example.com")
    assert isinstance(endpoint.context([]), ssl.SSLContext)
    assert endpoint.authority() is None
    assert endpoint.trusted() is None


def test_an_authority_that_is_given_is_trusted_beside_the_systems(tmp_path: Path) -> None:
    made = certify(tmp_path / "given", ["127.0.0.1"])
    authority = ensure_authority(tmp_path / "given")
    endpoint = _endpoint(
        tmp_path, tls_cert=str(made.certificate), tls_key=str(made.key), tls_ca=str(authority)
    )
    assert endpoint.authority() == authority
    trusted = endpoint.trusted()
    if trusted is not None:
        assert trusted.read_bytes().endswith(authority.read_bytes())
        assert len(trusted.read_bytes()) > len(authority.read_bytes())
        assert trusted.stat().st_mode & 0o777 == 0o644


def test_a_certificate_of_our_own_names_what_clients_may_call_the_platform(tmp_path: Path) -> None:
    endpoint = _endpoint(
        tmp_path, tls="self-signed", host="10.1.2.3", api_host_name="whisk.example.com"
    )
    assert endpoint.context(["guest", "whisk.system", "a_b"]) is not None
    leaf = x509.load_pem_x509_certificate((tmp_path / "tls" / "server.crt").read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [
        "localhost",
        "*.localhost",
        "whisk.example.com",
        "*.whisk.example.com",
        "guest.localhost",
        "guest.whisk.example.com",
    ]
    addresses = [str(each) for each in names.get_values_for_type(x509.IPAddress)]
    assert addresses == ["127.0.0.1", "::1", "10.1.2.3"]


def test_without_tls_nothing_is_written(tmp_path: Path) -> None:
    endpoint = _endpoint(tmp_path)
    assert (endpoint.context(["guest"]), endpoint.authority(), endpoint.trusted()) == (None,) * 3
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_none_is_named_with_its_flag() -> None:
    with pytest.raises(SettingsError, match=r"70000 is no TCP port.*--port"):
        listen(Server(port=70000))
    with pytest.raises(SettingsError, match=r"70000 is no TCP port.*--http-port"):
        listen(Server(port=0, http_port=70000))
