"""A platform that speaks TLS, used by ``wsk``, by browsers' kind and by its own actions."""

import http.client
import json
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import parts
from tests.machine import Machine
from whisk_platform.standalone.selfsigned import certify, ensure_authority

PAGE = """
def main(args):
    return {"headers": {"content-type": "text/html"}, "body": "<h1>index</h1>"}
"""
ASK = """
import os, urllib.request

def main(args):
    host = os.environ["__OW_API_HOST"]
    return {"host": host, "said": urllib.request.urlopen(host + "/ping").read().decode()}
"""
ASK_JS = """
function main() {
    const host = process.env.__OW_API_HOST;
    return new Promise((resolve, reject) => {
        require("https").get(host + "/ping", answer => {
            let said = "";
            answer.on("data", data => { said += data; });
            answer.on("end", () => resolve({ host, said }));
        }).on("error", reject);
    });
}
"""


def _get(address: str, path: str, authority: Path, host: str) -> tuple[int, str]:
    """Ask over TLS under a name of this machine that its resolver need not know."""
    port = urlsplit(address).port
    assert port is not None
    context = ssl.create_default_context(cafile=str(authority))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
    connection.request("GET", path, headers={"Host": f"{host}:{port}"})
    answer = connection.getresponse()
    status, text = answer.status, answer.read().decode()
    connection.close()
    return status, text


def test_wsk_verifies_a_platform_that_certifies_itself(machine: Machine) -> None:
    machine.start("--tls", "self-signed")
    assert machine.address.startswith("https://127.0.0.1:")
    assert machine.wsk("namespace", "list").out.splitlines()[-1] == "guest"
    profile = (machine.home / ".wskprops").read_text()
    copy = machine.home / ".wskprops.ca.pem"
    assert f"CACERT={copy}\n" in profile
    assert copy.stat().st_mode & 0o777 == 0o600
    # Nobody else's word counts, and without the authority there is no connection.
    (machine.home / ".wskprops").write_text(profile.replace("CACERT=", "OTHER="))
    outcome = machine.wsk("namespace", "list", check=False)
    assert (outcome.code, "cannot validate certificate" in outcome.err) == (3, True)
    assert machine.wsk("namespace", "list", "--cacert", str(copy)).code == 0


def test_the_authority_outlives_a_restart_and_leaves_with_tls(machine: Machine) -> None:
    machine.start("--tls", "self-signed")
    authority = (machine.state / "tls" / "ca.crt").read_bytes()
    server = (machine.state / "tls" / "server.crt").read_bytes()
    machine.stop()
    machine.start("--tls", "self-signed")
    assert (machine.state / "tls" / "ca.crt").read_bytes() == authority
    assert (machine.state / "tls" / "server.crt").read_bytes() != server
    outcome = machine.start("--tls", "self-signed")
    assert "already running" in outcome.out
    machine.stop()
    machine.start()
    assert "CACERT" not in (machine.home / ".wskprops").read_text()
    assert machine.wsk("list").code == 0
    outcome = machine.start("--tls", "self-signed", check=False)
    assert (outcome.code, "without TLS. Stop it first" in outcome.err) == (1, True)


def test_actions_reach_the_platform_and_verify_it(machine: Machine) -> None:
    machine.start("--tls", "self-signed")
    programs = {"ask.py": ASK}
    if parts.node():
        programs["ask.js"] = ASK_JS
    for name, code in programs.items():
        machine.wsk("action", "create", name, machine.write(name, code))
        answer = machine.wsk("action", "invoke", name, "--result").json()
        assert answer == {"host": machine.address, "said": "pong"}


def test_a_namespace_has_pages_of_its_own_and_plain_http_leads_there(machine: Machine) -> None:
    outcome = machine.start("--tls", "self-signed", "--http-port", "0")
    plain = int(machine.run_file()["http_port"])
    assert f"Plain HTTP on port {plain} leads there." in outcome.err
    machine.wsk("package", "create", "public")
    page = machine.write("page.py", PAGE)
    machine.wsk("action", "create", "public/index", page, "--web", "true")
    authority = machine.home / ".wskprops.ca.pem"
    host = "guest.localhost"
    assert _get(machine.address, "/", authority, host) == (200, "<h1>index</h1>")
    port = urlsplit(machine.address).port
    for each in (plain, port):
        connection = http.client.HTTPConnection("localhost", each, timeout=30)
        connection.request("GET", "/x?y=z", headers={"Host": f"{host}:{each}"})
        answer = connection.getresponse()
        assert answer.status == 308
        assert answer.getheader("location") == f"https://{host}:{port}/x?y=z"
        connection.close()


def test_a_certificate_of_ones_own(machine: Machine, tmp_path: Path) -> None:
    made = certify(tmp_path / "given", ["localhost"])
    authority = ensure_authority(tmp_path / "given")
    flags = ("--tls-cert", str(made.certificate), "--tls-key", str(made.key))
    outcome = machine.start(*flags, check=False)
    assert outcome.code == 1
    assert "is not for '127.0.0.1' but for localhost." in outcome.err
    assert "Name the host by which clients reach the platform with --api-host-name" in outcome.err
    machine.start(*flags, "--api-host-name", "localhost", "--tls-ca", str(authority))
    assert machine.address.startswith("https://localhost:")
    assert machine.wsk("namespace", "list").code == 0


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--tls", "yes"), "'yes' is no way to get a certificate. Say --tls self-signed"),
        (("--tls-cert", "c.pem"), "A certificate and its key go together. Give --tls-key, too."),
        (("--tls-cert", "no", "--tls-key", "no"), "cannot be read: No such file or directory."),
        (("--http-port", "0"), "TLS is not on."),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(
    machine: Machine, flags: tuple[str, ...], sentence: str
) -> None:
    outcome = machine.start(*flags, check=False)
    assert (outcome.code, outcome.err.count("\n")) == (1, 1)
    assert sentence in outcome.err


def test_with_tls_another_address_needs_no_leave(machine: Machine) -> None:
    machine.start("--tls", "self-signed", "--host", "0.0.0.0")
    assert machine.wsk("namespace", "list").code == 0


def test_the_docker_skeleton_comes_from_the_platform(machine: Machine) -> None:
    machine.start("--tls", "self-signed")
    machine.wsk("sdk", "install", "docker")
    folder = machine.home / "dockerSkeleton"
    assert {path.name for path in folder.iterdir()} == {
        "Dockerfile", "README.md", "buildAndPush.sh", "example.c",
    }  # fmt: skip


def test_an_encrypted_parameter_stands_nowhere_in_clear(machine: Machine) -> None:
    secret = "correct horse battery staple"
    machine.environment["WHISK_PARAMETERS__ENCRYPTION"] = "aes-256-gcm"
    machine.start()
    code = machine.write("echo.py", "def main(args):\n    return {'length': len(args['token'])}\n")
    machine.wsk("action", "create", "a", code, "-p", "token", secret)
    machine.wsk("trigger", "create", "t", "-p", "token", secret)
    machine.wsk("rule", "create", "r", "t", "a")
    assert machine.wsk("action", "invoke", "a", "-r").json() == {"length": len(secret)}
    machine.wsk("action", "create", "copy", "a", "--copy")
    assert machine.wsk("action", "invoke", "copy", "-r").json() == {"length": len(secret)}
    machine.wsk("trigger", "fire", "t")
    shown = machine.wsk("action", "get", "a").json()["parameters"]
    assert shown[0]["value"].startswith("aes-256-gcm:guest:")
    machine.stop()
    kept = [path for path in machine.state.rglob("*") if path.is_file()]
    assert [path for path in kept if secret.encode() in path.read_bytes()] == []
    assert json.dumps(shown[0]["value"]).encode() in (machine.state / "whisk.db").read_bytes()
    machine.environment.clear()
    machine.start()
    assert machine.wsk("action", "invoke", "a", "-r").json() == {"length": len(secret)}


def test_an_unknown_encryption_is_one_sentence(machine: Machine) -> None:
    machine.environment["WHISK_PARAMETERS__ENCRYPTION"] = "rot13"
    outcome = machine.start(check=False)
    assert outcome.err == (
        "error: 'rot13' is no encryption of parameters. Set parameters.encryption to 'off' or"
        " 'aes-256-gcm'.\n"
    )
