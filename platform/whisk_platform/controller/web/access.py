"""Access: whether a request satisfies an action's ``require-whisk-auth``.

Source: contracts rest-api §4.2.
"""

from __future__ import annotations

import hmac

from whisk_platform.common.jsontext import RawJSON, loads

SECRET_HEADER = "x-require-whisk-auth"


def is_admitted(requirement: RawJSON | None, *, secret: str | None, authenticated: bool) -> bool:
    """Decide on a request.

    Args:
        requirement: the annotation's value; None when the action has none.
        secret: the header ``X-Require-Whisk-Auth``.
        authenticated: whether the caller has shown a valid key.
    """
    if requirement is None:
        return True
    text = bytes(requirement).strip()
    if text == b"false":
        return True
    if text == b"true":
        return authenticated
    if text[:1] == b'"':
        return _matches(secret, loads(text))
    if text[:1] in b"-0123456789":
        return _matches(secret, text.decode())
    return False


def _matches(secret: str | None, expected: str) -> bool:
    if secret is None:
        return False
    return hmac.compare_digest(
        secret.encode("utf-8", "surrogatepass"), expected.encode("utf-8", "surrogatepass")
    )
