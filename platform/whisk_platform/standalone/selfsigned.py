"""A certificate authority of the deployment's own, and the server certificates that it signs.

The authority stays, so that clients trust it once; the server's certificate and key are made anew
at every start. Keys are readable for their owner alone.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from whisk_platform.common.errors import StateDirectoryError

AUTHORITY = "ca.crt"
"""The file that clients trust."""
AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
"""Longer ones are refused by some clients; every start makes a new one."""
_AUTHORITY_KEY = "ca.key"
_BACKDATED = timedelta(hours=1)
"""Clocks of clients may be late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfSigned:
    """The files of a server."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def ensure_authority(directory: Path, *, now: datetime | None = None) -> Path:
    """The certificate of the deployment's authority, made if there is none that lives long enough.

    Args:
        directory: private; made if it does not exist.
        now: for the dates; None = the present.

    Raises:
        StateDirectoryError: the directory cannot be written.
    """
    with _writing(directory):
        _ensured(directory, now or datetime.now(UTC))
    return directory / AUTHORITY


def certify(directory: Path, hosts: Sequence[str], *, now: datetime | None = None) -> SelfSigned:
    """Make a server certificate, signed by the deployment's authority.

    Args:
        directory: private; made if it does not exist.
        hosts: names, ``*.`` names and addresses that the certificate is for.
        now: for the dates; None = the present.

    Raises:
        StateDirectoryError: the directory cannot be written.
    """
    moment = now or datetime.now(UTC)
    files = SelfSigned(certificate=directory / "server.crt", key=directory / "server.key")
    with _writing(directory):
        authority = _ensured(directory, moment)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _sign(authority, key, hosts, moment)
        _write(files.key, _pem(key))
        _write(files.certificate, certificate.public_bytes(Encoding.PEM))
    return files


@contextmanager
def _writing(directory: Path) -> Iterator[None]:
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        yield
    except OSError as error:
        raise StateDirectoryError(
            f"The certificates in {directory} cannot be written: {error.strerror}. Make the"
            " directory writable for this user."
        ) from error


def _ensured(directory: Path, now: datetime) -> _Authority:
    authority = _load(directory / AUTHORITY, directory / _AUTHORITY_KEY, now)
    if authority is None:
        authority = _make_authority(now)
        _write(directory / _AUTHORITY_KEY, _pem(authority.key))
        _write(directory / AUTHORITY, authority.certificate.public_bytes(Encoding.PEM))
    return authority


def _load(certificate: Path, key: Path, now: datetime) -> _Authority | None:
    """The authority of former starts; None if it is not there, damaged or near its end."""
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = load_pem_private_key(key.read_bytes(), password=None)
    except (FileNotFoundError, ValueError, TypeError):
        return None
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        return None
    belongs = private.public_key() == found.public_key()
    if not belongs or found.not_valid_after_utc < now + timedelta(days=SERVER_DAYS):
        return None
    return _Authority(certificate=found, key=private)


def _make_authority(now: datetime) -> _Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    # Two deployments' authorities must not be taken for each other by their names.
    name = _name(f"whisk authority {secrets.token_hex(4)}")
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        _builder(now, AUTHORITY_DAYS)
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, SHA256())
    )
    return _Authority(certificate=certificate, key=key)


def _sign(
    authority: _Authority, key: ec.EllipticCurvePrivateKey, hosts: Sequence[str], now: datetime
) -> x509.Certificate:
    issuer = authority.certificate
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    names = x509.SubjectAlternativeName([_general_name(host) for host in dict.fromkeys(hosts)])
    return (
        _builder(now, SERVER_DAYS)
        .subject_name(_name("whisk"))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(issuer_key, critical=False)
        .sign(authority.key, SHA256())
    )


def _builder(now: datetime, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable for its owner alone from its first byte."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.replace(draft, path)
