"""Who calls: subject, namespace, key and limits.

Source: contracts rest-api §1.4, §6.
"""

from __future__ import annotations

import msgspec

from whisk_platform.entities.limits import NamespaceLimits


class AuthKey(msgspec.Struct, frozen=True, kw_only=True):
    """``uuid:key``."""

    uuid: str
    key: str

    def __str__(self) -> str:
        return f"{self.uuid}:{self.key}"

    def __repr__(self) -> str:
        return f"AuthKey(uuid={self.uuid!r}, key=<secret>)"


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A subject in one of its namespaces, as a key selects it."""

    subject: str
    namespace: str
    authkey: AuthKey
    limits: NamespaceLimits = NamespaceLimits()
