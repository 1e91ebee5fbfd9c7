"""Certificates from files: what can be wrong with them, and the sentence that says so."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from whisk_platform.common.errors import SettingsError
from whisk_platform.controller.edge.certificates import check_name, server_context
from whisk_platform.standalone.selfsigned import SERVER_DAYS, SelfSigned, certify

NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> SelfSigned:
    return certify(tmp_path / "tls", ["whisk.example.com", "*.whisk.example.com", "10.0.0.1"],
                   now=NOW)  # fmt: skip


def _sentence(certificate: Path, key: Path, now: datetime = NOW) -> str:
    with pytest.raises(SettingsError) as caught:
        server_context(certificate, key, now=now)
    return caught.value.message


def test_a_good_pair_makes_a_context_for_modern_tls(files: SelfSigned) -> None:
    context = server_context(files.certificate, files.key, now=NOW)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_an_expired_certificate_is_named_with_its_date(files: SelfSigned) -> None:
    late = NOW + timedelta(days=SERVER_DAYS + 1)
    assert _sentence(files.certificate, files.key, late) == (
        f"The certificate {files.certificate} has expired on 2031-02-02. Renew it and start again."
    )


def test_a_certificate_of_the_future_is_named(files: SelfSigned) -> None:
    early = NOW - timedelta(days=1)
    assert "is not valid before 2029-12-31" in _sentence(files.certificate, files.key, early)


def test_a_key_of_another_certificate_is_named(files: SelfSigned, tmp_path: Path) -> None:
    other = certify(tmp_path / "other", ["h"], now=NOW)
    assert _sentence(files.certificate, other.key) == (
        f"The key {other.key} does not belong to the certificate {files.certificate}. Give the one"
        " that it was made with."
    )


def test_files_that_are_missing_or_something_else_are_named(
    files: SelfSigned, tmp_path: Path
) -> None:
    missing, text = tmp_path / "missing.pem", tmp_path / "text.pem"
    text.write_text("hello")
    assert f"The certificate {missing} cannot be read: No such file" in _sentence(
        missing, files.key
    )
    assert f"The key {missing} cannot be read: No such file" in _sentence(
        files.certificate, missing
    )
    assert "holds no certificate in PEM form" in _sentence(text, files.key)
    assert "holds no private key in PEM form" in _sentence(files.certificate, text)
    assert "holds no private key" in _sentence(files.certificate, files.certificate)
    assert "cannot be read: Is a directory" in _sentence(tmp_path, files.key)


def test_a_key_with_a_passphrase_is_refused_without_a_prompt(
    files: SelfSigned, tmp_path: Path
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "locked.key"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    )
    assert "is protected by a passphrase" in _sentence(files.certificate, path)


@pytest.mark.parametrize("host", ["whisk.example.com", "Guest.whisk.example.com", "10.0.0.1"])
def test_a_certificate_is_for_its_names_and_addresses(files: SelfSigned, host: str) -> None:
    check_name(files.certificate, host)


@pytest.mark.parametrize("host", ["example.com", "a.b.whisk.example.com", "10.0.0.2", "localhost"])
def test_another_host_is_told_for_whom_the_certificate_is(files: SelfSigned, host: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_name(files.certificate, host)
    assert caught.value.message == (
        f"The certificate {files.certificate} is not for '{host}' but for whisk.example.com,"
        " *.whisk.example.com, 10.0.0.1. Name the host by which clients reach the platform with"
        " --api-host-name, or give another certificate."
    )


def test_a_key_that_does_not_fit_tls_is_a_sentence_too(files: SelfSigned, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "other.key"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert "does not belong" in _sentence(files.certificate, path)
