"""The deployment's own authority and the certificates that it signs."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from whisk_platform.common.errors import StateDirectoryError
from whisk_platform.standalone.selfsigned import (
    AUTHORITY_DAYS,
    SERVER_DAYS,
    certify,
    ensure_authority,
)

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_keys_are_private_and_the_directory_too(tmp_path: Path) -> None:
    directory = tmp_path / "tls"
    certify(directory, ["localhost"])
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {path.name for path in directory.iterdir()} == {
        "ca.crt", "ca.key", "server.crt", "server.key",
    }  # fmt: skip
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}


def test_the_authority_stays_and_the_server_gets_a_new_key_every_time(tmp_path: Path) -> None:
    authority = ensure_authority(tmp_path).read_bytes()
    first = certify(tmp_path, ["a"])
    key, certificate = first.key.read_bytes(), first.certificate.read_bytes()
    certify(tmp_path, ["a"])
    assert ensure_authority(tmp_path).read_bytes() == authority
    assert first.key.read_bytes() != key
    assert first.certificate.read_bytes() != certificate


def test_the_server_is_signed_by_the_authority_for_its_hosts(tmp_path: Path) -> None:
    made = certify(tmp_path, ["localhost", "*.localhost", "127.0.0.1", "::1", "localhost"], now=NOW)
    leaf, authority = _read(made.certificate), _read(tmp_path / "ca.crt")
    leaf.verify_directly_issued_by(authority)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "*.localhost"]
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert (leaf.not_valid_after_utc - NOW).days == SERVER_DAYS


def test_an_authority_that_ends_too_soon_is_replaced(tmp_path: Path) -> None:
    old = ensure_authority(tmp_path, now=NOW).read_bytes()
    last = NOW + timedelta(days=AUTHORITY_DAYS - SERVER_DAYS)
    assert ensure_authority(tmp_path, now=last).read_bytes() == old
    assert ensure_authority(tmp_path, now=last + timedelta(days=1)).read_bytes() != old


@pytest.mark.parametrize("damaged", ["ca.crt", "ca.key"])
@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_a_damaged_authority_is_replaced(
    tmp_path: Path, damaged: str, content: bytes | None
) -> None:
    old = ensure_authority(tmp_path).read_bytes()
    (tmp_path / damaged).unlink()
    if content is not None:
        (tmp_path / damaged).write_bytes(content)
    assert ensure_authority(tmp_path).read_bytes() not in (old, content)


def test_a_key_of_another_authority_makes_both_new(tmp_path: Path) -> None:
    old = ensure_authority(tmp_path / "a").read_bytes()
    ensure_authority(tmp_path / "b")
    (tmp_path / "b" / "ca.key").replace(tmp_path / "a" / "ca.key")
    assert ensure_authority(tmp_path / "a").read_bytes() != old


def test_two_deployments_have_authorities_of_different_names(tmp_path: Path) -> None:
    subjects = {_read(ensure_authority(tmp_path / name)).subject for name in "ab"}
    assert len(subjects) == 2


def test_a_directory_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateDirectoryError, match="cannot be written: Not a directory"):
        certify(tmp_path / "file" / "tls", ["h"])
