"""Secrets at rest: AES-256-GCM under the deployment's master key.

While the key is being replaced there are several: the newest seals, all of them open. Where they
live is another module's business (``masterkeys``).
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from whisk_platform.common.errors import StateDirectoryError, StoreError

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"
"""First byte of everything sealed, so that another cipher can follow."""


class SealError(StoreError):
    """A stored secret cannot be opened with this deployment's master key."""


class Sealer:
    """Seals and opens short secrets.

    Args:
        key: the master key, 32 bytes.
        *former: keys that were replaced and may still be needed to open something.

    Raises:
        StateDirectoryError: a key has another length.
    """

    def __init__(self, key: bytes, *former: bytes) -> None:
        self._ciphers = tuple(_cipher(each) for each in (key, *former))

    def adopt(self, key: bytes) -> None:
        """Seal with a new key from now on; what the others sealed is still opened."""
        self._ciphers = (_cipher(key), *self._ciphers)

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
        return _FORMAT + nonce + self._ciphers[0].encrypt(nonce, secret, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what ``seal`` made, under any of the keys.

        Raises:
            SealError: another key or context, or the bytes were changed.
        """
        for cipher in self._ciphers:
            secret = _decrypted(cipher, sealed, context)
            if secret is not None:
                return secret
        raise SealError

    def renewed(self, sealed: bytes, context: str) -> bytes | None:
        """The same secret under the newest key; None if it is under that one already.

        Raises:
            SealError: see ``open``.
        """
        if _decrypted(self._ciphers[0], sealed, context) is not None:
            return None
        return self.seal(self.open(sealed, context), context)


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise StateDirectoryError(
            f"The master key has {len(key)} bytes instead of {KEY_BYTES}."
            " Restore the one this deployment was started with."
        )
    return AESGCM(key)


def _decrypted(cipher: AESGCM, sealed: bytes, context: str) -> bytes | None:
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if sealed[:1] != _FORMAT or len(nonce) < _NONCE_BYTES:
        return None
    try:
        return cipher.decrypt(nonce, ciphertext, context.encode())
    except (InvalidTag, ValueError):
        return None
