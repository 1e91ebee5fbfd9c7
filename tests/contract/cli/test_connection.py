"""Reaching the API host: refused, not HTTP, TLS, certificates, proxies, keep-alive, narration."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cli.controller import Controller, running
from tests.contract.cli.driver import Outcome, Wsk, failed
from tests.parts import program

LIST = "Unable to obtain the list of available namespaces: "


def test_a_refused_connection_exits_3_with_a_remedy(wsk: Wsk) -> None:
    wsk.host = "http://127.0.0.1:1"
    assert wsk("namespace", "list") == failed(
        f"{LIST}Unable to reach the API host http://127.0.0.1:1: connection refused. "
        "Check that the platform runs and that the port is right.",
        3,
    )


def test_a_host_without_scheme_is_reached_by_https(wsk: Wsk) -> None:
    wsk.host = "127.0.0.1:1"
    assert "https://127.0.0.1:1: connection refused." in wsk("namespace", "list").err


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("ftp://h", "has the scheme 'ftp', not http or https"),
        ("http://", "names no host"),
        ("http://h:port", "has a port that is not a number from 1 to 65535"),
        ("http://h/?q", "has a query or a fragment"),
    ],
)
def test_a_host_that_is_none_is_refused(wsk: Wsk, host: str, reason: str) -> None:
    wsk.host = host
    assert wsk("namespace", "list") == failed(
        f"The API host is not valid: '{host}' {reason}. "
        "Use a form such as https://host or http://host:3233.",
        hint=True,
    )


@contextmanager
def _speaking(answer: bytes) -> Iterator[str]:
    """Run a server that says one thing to everybody and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        stopping = threading.Event()

        def serve() -> None:
            while not stopping.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(5)
                    connection.recv(65536)
                    connection.sendall(answer)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):
                        pass

        thread = threading.Thread(target=serve, name="speaking")
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stopping.set()
            thread.join()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "the connection was closed before an answer came."),
        (b"SSH-2.0-OpenSSH\r\n", "the answer is not HTTP."),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[",
            "the connection was closed in the middle of the answer.",
        ),
    ],
)
def test_an_answer_that_is_none_exits_3(wsk: Wsk, answer: bytes, reason: str) -> None:
    with _speaking(answer) as wsk.host:
        outcome = wsk("namespace", "list")
    assert outcome.code == 3
    assert f"{wsk.host}: {reason}" in outcome.err
    assert outcome.err.count("\n") == 1


def test_one_connection_serves_all_requests_of_a_command(
    wsk: Wsk, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, int]] = []
    create = socket.create_connection

    def counted(address: tuple[str, int], *more: Any, **named: Any) -> socket.socket:
        opened.append(address)
        return create(address, *more, **named)

    monkeypatch.setattr(socket, "create_connection", counted)
    controller.answer("POST namespaces/_/rules/r", b"OK")
    controller.answer("DELETE namespaces/_/rules/r", {})
    assert wsk("rule", "delete", "r", "--disable").code == 0
    assert len(opened) == 1


def test_a_connection_that_the_server_closed_is_opened_again(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer("POST namespaces/_/rules/r", b"OK", headers=(("Connection", "close"),))
    controller.answer("DELETE namespaces/_/rules/r", {})
    assert wsk("rule", "delete", "r", "--disable").code == 0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    openssl = program("openssl", "apt-get install openssl")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = [str(openssl), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.fixture
def secure(certificate: tuple[Path, Path]) -> Iterator[Controller]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with running(context) as found:
        found.answer("GET namespaces", ["guest"])
        yield found


def test_a_certificate_nobody_vouches_for_exits_3(wsk: Wsk, secure: Controller) -> None:
    wsk.host = secure.address
    outcome = wsk("namespace", "list")
    assert outcome.code == 3
    assert f"{secure.address}: cannot validate certificate: " in outcome.err
    assert "Name the authority that vouches for the host with --cacert" in outcome.err
    assert "or use --insecure (-i)" in outcome.err


def test_insecure_skips_the_check(wsk: Wsk, secure: Controller) -> None:
    wsk.host = secure.address
    assert wsk("-i", "namespace", "list").code == 0


def test_a_trusted_certificate_is_accepted(
    wsk: Wsk, secure: Controller, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    wsk.host = secure.address
    assert wsk("namespace", "list").code == 0


def test_an_authority_that_is_named_vouches_for_the_host(
    wsk: Wsk, secure: Controller, certificate: tuple[Path, Path]
) -> None:
    wsk.host = secure.address
    assert wsk("namespace", "list", "--cacert", str(certificate[0])).code == 0
    assert wsk("property", "set", "--cacert", str(certificate[0])).out == (
        "ok: certificate authority set. Run 'wsk property get --cacert' to see the new value.\n"
    )
    profile = wsk.home / ".wskprops"
    profile.write_text(f"{profile.read_text()}APIHOST={secure.address}\n")
    assert wsk("namespace", "list").code == 0


def test_the_profiles_authority_vouches_only_for_the_profiles_host(
    wsk: Wsk, secure: Controller, certificate: tuple[Path, Path]
) -> None:
    (wsk.home / ".wskprops").write_text(f"APIHOST=https://elsewhere\nCACERT={certificate[0]}\n")
    wsk.host = secure.address
    assert wsk("namespace", "list").code == 3
    assert wsk("namespace", "list", "--cacert", str(certificate[0])).code == 0


def test_an_authority_that_cannot_be_used_is_named(wsk: Wsk, tmp_path: Path) -> None:
    wsk.host = "https://127.0.0.1:1"
    missing = str(tmp_path / "no.pem")
    assert wsk("namespace", "list", "--cacert", missing) == failed(
        f"Unable to initialize server connection: Unable to load the certificate authority"
        f" '{missing}': No such file or directory. Give the right file with --cacert, or 'wsk"
        " property unset --cacert'.",
        hint=True,
    )
    text = tmp_path / "text"
    text.write_text("no certificate")
    outcome = wsk("property", "set", "--cacert", str(text))
    assert (outcome.code, f"certificate authority '{text}'" in outcome.err) == (1, True)
    assert not (wsk.home / ".wskprops").exists()


def test_a_host_that_has_moved_is_named(wsk: Wsk, controller: Controller) -> None:
    place = "https://127.0.0.1:3233/api/v1/namespaces"
    controller.answer("GET namespaces", None, status=308, headers=(("Location", place),))
    outcome = wsk("namespace", "list")
    assert outcome.code == 52
    assert f"The API is at {place}; name that host with --apihost." in outcome.err


def test_a_client_certificate_is_shown_to_the_server(
    wsk: Wsk, certificate: tuple[Path, Path]
) -> None:
    cert, key = map(str, certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    context.load_verify_locations(cert)
    context.verify_mode = ssl.CERT_REQUIRED
    with running(context) as controller:
        controller.answer("GET namespaces", ["guest"])
        wsk.host = controller.address
        assert wsk("-i", "namespace", "list", "--cert", cert, "--key", key).code == 0


@pytest.mark.parametrize(("given", "missing"), [("--cert", "Key"), ("--key", "Cert")])
def test_half_a_client_certificate_is_refused(
    wsk: Wsk, controller: Controller, given: str, missing: str
) -> None:
    assert wsk("namespace", "list", given, "x.pem") == failed(
        f"Unable to initialize server connection: The {missing} file is not configured. "
        f"Please configure the missing {missing} file.\n",
        hint=True,
    )


def test_half_a_client_certificate_is_ignored_when_insecure(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer("GET namespaces", ["guest"])
    assert wsk("-i", "namespace", "list", "--cert", "x.pem").code == 0


def test_plain_http_where_tls_was_expected_says_what_to_write(
    wsk: Wsk, controller: Controller
) -> None:
    wsk.host = controller.address.replace("http://", "https://")
    outcome = wsk("namespace", "list")
    assert outcome.code == 3
    assert "If the host speaks plain http, begin it with http://." in outcome.err


def test_a_proxy_gets_the_whole_address(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET http://api.example:8080/api/v1/namespaces", ["guest"])
    wsk.host = "http://api.example:8080"
    user = controller.address.replace("http://", "http://me:s%40y@")
    wsk.environment = {"http_proxy": user}
    # Above, the script's key begins with a slash only for paths; a proxy is asked for a URL.
    outcome = wsk("namespace", "list")
    assert controller.asked[0].target == "http://api.example:8080/api/v1/namespaces"
    assert controller.asked[0].headers["proxy-authorization"] == "Basic bWU6c0B5"
    assert outcome.code == 256 + 418 - 512


def test_a_host_on_this_machine_is_reached_directly(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces", ["guest"])
    wsk.environment = {"HTTP_PROXY": "http://127.0.0.1:1"}
    assert wsk("namespace", "list").code == 0


def test_a_proxy_that_is_none_is_named(wsk: Wsk) -> None:
    wsk.host = "http://api.example"
    wsk.environment = {"HTTP_PROXY": "ftp://x"}
    assert wsk("namespace", "list") == failed(
        "The proxy 'ftp://x' from the environment has the scheme 'ftp', not http or https."
    )


def test_verbose_narrates_on_stderr_and_hides_the_key(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces", ["g" * 2000])
    outcome = wsk("namespace", "list", "-v")
    assert outcome.out == f"namespaces\n{'g' * 2000}\n"
    assert f"[GET]\t{controller.address}/api/v1/namespaces\n" in outcome.err
    assert "Body exceeds 1000 bytes and will be truncated\n" in outcome.err
    assert '"Basic (hidden)"' in outcome.err
    assert "Basic MjNi" not in outcome.err
    assert "Basic MjNi" in wsk("namespace", "list", "-v", "--show-secrets").err


def test_debug_narrates_whole_bodies(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces", ["g" * 2000])
    assert "g" * 2000 in wsk("namespace", "list", "--debug").err


def test_the_key_of_a_feed_is_hidden_too(wsk: Wsk, controller: Controller) -> None:
    controller.answer(
        "GET namespaces/_/triggers/t",
        {"annotations": [{"key": "feed", "value": "/_/f"}]},
    )
    controller.answer("POST namespaces/_/actions/f?blocking=true&result=false", {})
    outcome = wsk("trigger", "get", "t", "-v")
    assert '"authKey":"(hidden)"' in outcome.err
    assert wsk.auth not in outcome.err


def test_an_unexpected_failure_is_one_sentence(
    wsk: Wsk, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("whisk_cli.client.api.Client.request", fail)
    assert wsk("namespace", "list") == Outcome(
        code=1,
        err="error: wsk failed unexpectedly: RuntimeError: broken on purpose. "
        "Repeat the command with --debug to see where.\n",
    )
    with pytest.raises(RuntimeError):
        wsk("namespace", "list", "--debug")
