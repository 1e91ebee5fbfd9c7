"""The secret half of a key."""

from __future__ import annotations

import secrets
import string

from whisk_platform.controller.authentication import KEY_LENGTH

_ALPHABET = string.ascii_letters + string.digits


def new_key() -> str:
    """Draw letters and digits that nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(KEY_LENGTH))
