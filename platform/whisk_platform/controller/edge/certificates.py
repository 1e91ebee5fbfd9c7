"""Certificates from files: examined before they are used, so that every fault is a sentence."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from whisk_platform.common.errors import SettingsError

_SHOWN_NAMES = 5


def server_context(certificate: Path, key: Path, *, now: datetime | None = None) -> ssl.SSLContext:
    """How TLS is spoken with a certificate: 1.2 and later, HTTP/1.1.

    Args:
        certificate: PEM, the server's first, then those that lead to its authority.
        key: PEM, without a passphrase.
        now: for the dates; None = the present.

    Raises:
        SettingsError: one of them cannot be used, or they do not belong together.
    """
    leaf = read_certificates(certificate)[0]
    _check_dates(certificate, leaf, now or datetime.now(UTC))
    _check_pair(certificate, leaf, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"The certificate {certificate} cannot be used with the key {key}: {error}."
        ) from error
    return context


def read_certificates(path: Path) -> list[x509.Certificate]:
    """The certificates of a PEM file, at least one.

    Raises:
        SettingsError: it cannot be read, or holds none.
    """
    text = _read(path, "certificate")
    try:
        return x509.load_pem_x509_certificates(text)
    except ValueError as error:
        raise SettingsError(
            f"The file {path} holds no certificate in PEM form. Give one that begins with"
            " '-----BEGIN CERTIFICATE-----'."
        ) from error


def check_name(certificate: Path, host: str) -> None:
    """Verify that a certificate is for a host.

    Args:
        certificate: a file that ``server_context`` has taken.
        host: a name or an address.

    Raises:
        SettingsError: it is for others.
    """
    names, addresses = _names(read_certificates(certificate)[0])
    if any(_is_for(name, host.lower()) for name in names) or host in addresses:
        return
    known = [*names, *addresses]
    more = ", …" if len(known) > _SHOWN_NAMES else ""
    shown = ", ".join(known[:_SHOWN_NAMES]) + more if known else "no host at all"
    raise SettingsError(
        f"The certificate {certificate} is not for '{host}' but for {shown}. Name the host by which"
        " clients reach the platform with --api-host-name, or give another certificate."
    )


def _names(leaf: x509.Certificate) -> tuple[list[str], list[str]]:
    try:
        extension = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return [], []
    names = [name.lower() for name in extension.value.get_values_for_type(x509.DNSName)]
    return names, [str(each) for each in extension.value.get_values_for_type(x509.IPAddress)]


def _is_for(name: str, host: str) -> bool:
    if name == host:
        return True
    head, dot, parent = host.partition(".")
    return bool(head and dot) and name == f"*.{parent}" and not _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _check_dates(path: Path, leaf: x509.Certificate, now: datetime) -> None:
    if leaf.not_valid_after_utc < now:
        raise SettingsError(
            f"The certificate {path} has expired on {leaf.not_valid_after_utc:%Y-%m-%d}. Renew it"
            " and start again."
        )
    if leaf.not_valid_before_utc > now:
        raise SettingsError(
            f"The certificate {path} is not valid before {leaf.not_valid_before_utc:%Y-%m-%d}."
            " Check the clock of this machine, or give another certificate."
        )


def _check_pair(certificate: Path, leaf: x509.Certificate, key: Path) -> None:
    text = _read(key, "key")
    try:
        private = load_pem_private_key(text, password=None)
    except TypeError as error:
        raise SettingsError(
            f"The key {key} is protected by a passphrase. Give one without, readable for this user"
            " alone."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SettingsError(
            f"The file {key} holds no private key in PEM form. Give the one of the certificate"
            f" {certificate}."
        ) from error
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*form) != leaf.public_key().public_bytes(*form):
        raise SettingsError(
            f"The key {key} does not belong to the certificate {certificate}. Give the one that it"
            " was made with."
        )


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"The {what} {path} cannot be read: {error.strerror}. Check the path and who may read"
            " it."
        ) from error
