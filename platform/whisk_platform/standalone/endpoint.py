"""The endpoint: under which address the API is reached, and how TLS is spoken there."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import ssl
from collections.abc import Iterable
from pathlib import Path

from whisk_platform.common.errors import SettingsError, StateDirectoryError
from whisk_platform.common.logging import get_logger
from whisk_platform.controller.edge import certificates, hosts
from whisk_platform.controller.edge.settings import EdgeSettings
from whisk_platform.standalone import selfsigned
from whisk_platform.standalone.settings import Edge, Server

_log = get_logger("http")

SELF_SIGNED = "self-signed"
NO_PORT = -1
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Bind addresses that are no destinations, to the destination on this machine."""
_LOCAL_NAMES = ("localhost", "*.localhost", "127.0.0.1", "::1")
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where systems keep the authorities that they trust."""
_MOST_NAMESPACES = 200
"""Whose vanity hosts a certificate names one by one."""
_HOST_NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    r"(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*",
    re.ASCII,
)


class Endpoint:
    """Where the API is, and what clients need to trust it."""

    def __init__(self, server: Server, edge: Edge, directory: Path) -> None:
        """Read the settings; nothing is written yet.

        Args:
            server: where to listen and how.
            edge: bounds.
            directory: of the state; a deployment that certifies itself keeps its authority there.

        Raises:
            SettingsError: they contradict each other, or a certificate cannot be used.
        """
        _check(server)
        self._server = server
        self._edge = edge
        self._directory = directory / "tls"
        self._host = (server.api_host_name or _EVERYWHERE.get(server.host, server.host)).lower()
        self._files = None if not server.tls_cert else _given(server, self._host)
        self.secure = bool(server.tls or server.tls_cert)
        """Whether TLS is spoken."""

    def address(self, port: int) -> str:
        """The base URL under which actions and clients of this machine reach the API."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        scheme, usual = ("https", 443) if self.secure else ("http", 80)
        return f"{scheme}://{host}" + ("" if port == usual else f":{port}")

    def settings(self, port: int) -> EdgeSettings:
        """Names and bounds for the edge."""
        return EdgeSettings(
            host_name=self._vanity_name,
            https_port=port if self.secure else None,
            request_bytes=self._edge.request_mb << 20,
            uri_bytes=self._edge.uri_bytes,
            head_bytes=self._edge.head_bytes,
            read_timeout_s=self._edge.read_timeout_s,
        )

    def authority(self) -> Path | None:
        """The certificate of an authority that clients have to be told to trust, if there is one.

        Raises:
            StateDirectoryError: it cannot be written.
        """
        if self._server.tls == SELF_SIGNED:
            return selfsigned.ensure_authority(self._directory)
        return Path(self._server.tls_ca).absolute() if self._server.tls_ca else None

    def trusted(self) -> Path | None:
        """A file of all authorities that actions are to trust; None = those that they do anyway.

        Raises:
            SettingsError: the authority cannot be read.
            StateDirectoryError: the file cannot be written.
        """
        authority = self.authority()
        if authority is None:
            return None
        certificates.read_certificates(authority)
        usual = _usual_authorities()
        if not usual:
            _log.warning(
                "actions_cannot_verify_tls",
                remedy="Install the system's certificate authorities (ca-certificates).",
            )
            return None
        path = self._directory / "trusted.pem"
        try:
            self._directory.mkdir(mode=0o700, exist_ok=True)
            path.write_bytes(usual + authority.read_bytes())
            # Certificates are no secret, and sandboxes have users of their own.
            path.chmod(0o644)
        except OSError as error:
            raise StateDirectoryError(
                f"The authorities for actions cannot be written to {path}: {error.strerror}."
            ) from error
        return path

    def context(self, namespaces: Iterable[str]) -> ssl.SSLContext | None:
        """How TLS is spoken; None = it is not.

        Args:
            namespaces: those that exist, for the names of a certificate of our own.

        Raises:
            StateDirectoryError: a certificate cannot be written.
        """
        if self._server.tls != SELF_SIGNED:
            return self._files
        made = selfsigned.certify(self._directory, self._names(namespaces))
        return certificates.server_context(made.certificate, made.key)

    def _names(self, namespaces: Iterable[str]) -> list[str]:
        """Everything that the certificate is for."""
        names = [*_LOCAL_NAMES, self._host]
        if self._server.host in _EVERYWHERE:
            here = socket.gethostname().lower()
            names += [here] if _HOST_NAME.fullmatch(here) else []
        else:
            names.append(self._server.host.lower())
        if not _is_address(self._vanity_name):
            names.append(f"*.{self._vanity_name}")
        # Many clients do not take '*' directly below a name without a dot.
        labels = [each for each in namespaces if hosts.is_label(each)][:_MOST_NAMESPACES]
        parents = dict.fromkeys(("localhost", self._vanity_name))
        names += [f"{label}.{parent}" for parent in parents for label in labels]
        return names

    @property
    def _vanity_name(self) -> str:
        return self._server.api_host_name.lower() or "localhost"


def _check(server: Server) -> None:
    """Verify that the settings of TLS go together."""
    if server.tls not in ("", SELF_SIGNED):
        raise SettingsError(
            f"'{server.tls}' is no way to get a certificate. Say --tls {SELF_SIGNED}, or give one"
            " with --tls-cert and --tls-key."
        )
    if server.tls and (server.tls_cert or server.tls_key or server.tls_ca):
        raise SettingsError(
            f"--tls {SELF_SIGNED} makes a certificate, and another one is given. Leave one out."
        )
    if bool(server.tls_cert) != bool(server.tls_key):
        missing = "--tls-key" if server.tls_cert else "--tls-cert"
        raise SettingsError(f"A certificate and its key go together. Give {missing}, too.")
    if server.tls_ca and not server.tls_cert:
        raise SettingsError("--tls-ca goes with --tls-cert and --tls-key. Give them, too.")
    if server.http_port != NO_PORT and not (server.tls or server.tls_cert):
        raise SettingsError(
            "--http-port leads plain HTTP to https, but TLS is not on. Say --tls self-signed, or"
            " give a certificate, or leave it out."
        )
    name = server.api_host_name
    if name and not _HOST_NAME.fullmatch(name.lower()) and not _is_address(name):
        raise SettingsError(
            f"'{name}' is no host name. Give --api-host-name as in 'whisk.example.com', without"
            " scheme and port."
        )


def _given(server: Server, host: str) -> ssl.SSLContext:
    certificate = Path(server.tls_cert).absolute()
    context = certificates.server_context(certificate, Path(server.tls_key).absolute())
    certificates.check_name(certificate, host)
    return context


def _usual_authorities() -> bytes:
    """The authorities that this machine trusts; nothing if it keeps them elsewhere."""
    known = ssl.get_default_verify_paths().cafile
    for path in (*([known] if known else ()), *_BUNDLES):
        if os.path.isfile(path):
            return Path(path).read_bytes() + b"\n"
    return b""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
