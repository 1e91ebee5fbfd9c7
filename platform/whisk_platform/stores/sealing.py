"""Secrets at rest: AES-256-GCM under the deployment's master key, and the file it lives in."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from whisk_platform.common.errors import StateDirectoryError, StoreError

KEY_BYTES = 32
MASTER_KEY_FILE = "master.key"
_NONCE_BYTES = 12
_FORMAT = b"\x01"
"""First byte of everything sealed, so that another cipher can follow."""


class SealError(StoreError):
    """A stored secret cannot be opened with this deployment's master key."""


class Sealer:
    """Seals and opens short secrets.

    Args:
        key: the master key, 32 bytes.

    Raises:
        StateDirectoryError: the key has another length.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise StateDirectoryError(
                f"The master key has {len(key)} bytes instead of {KEY_BYTES}."
                " Restore the one this deployment was started with."
            )
        self._cipher = AESGCM(key)

    def seal(self, secret: bytes, context: str) -> bytes:
        """Encrypt a secret, bound to its context.

        Args:
            secret: what nobody may read.
            context: where it belongs; ``open`` succeeds only with the same one, so that a sealed
                value moved to another row is noticed.

        Returns:
            Format byte, nonce and ciphertext with its tag.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, secret, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what ``seal`` made.

        Raises:
            SealError: another key or context, or the bytes were changed.
        """
        nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _FORMAT or len(nonce) < _NONCE_BYTES:
            raise SealError
        try:
            return self._cipher.decrypt(nonce, ciphertext, context.encode())
        except (InvalidTag, ValueError) as error:
            raise SealError from error


def read_master_key(directory: Path) -> bytes | None:
    """The deployment's master key, or None if the directory has none.

    Raises:
        StateDirectoryError: the file cannot be read or does not hold a key.
    """
    path = directory / MASTER_KEY_FILE
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateDirectoryError(
            f"The master key {path} cannot be read: {error.strerror}. Make it readable for the"
            " user who runs the platform."
        ) from error
    if len(key) != KEY_BYTES:
        raise StateDirectoryError(
            f"{path} holds {len(key)} bytes instead of a key of {KEY_BYTES}. Restore it from a"
            " backup."
        )
    return key


def create_master_key(directory: Path) -> bytes:
    """Make a random master key and write it, readable for its owner alone.

    Returns:
        The key that is in the file when this returns, ours or a faster process's.

    Raises:
        StateDirectoryError: the file cannot be written.
    """
    path = directory / MASTER_KEY_FILE
    draft = directory / f".{MASTER_KEY_FILE}.{os.getpid()}"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            # A link appears whole or not at all and never replaces a key that is already there.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    except OSError as error:
        raise StateDirectoryError(
            f"The master key {path} cannot be written: {error.strerror}."
        ) from error
    key = read_master_key(directory)
    assert key is not None, "the file was linked above"
    return key
