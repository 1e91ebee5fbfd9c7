"""Who a message comes from: an invoker or a controller."""

from __future__ import annotations

import re

import msgspec

_SIZE = re.compile(r"([0-9]+) ?(B|KB|MB|GB|K|M|G)", re.IGNORECASE)
_MEGABYTES = {"B": 1 / (1 << 20), "K": 1 / 1024, "M": 1.0, "G": 1024.0}


class InvokerInstance(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True
):
    """One invoker."""

    instance: int
    user_memory: str
    """``1024 MB``."""
    busy_memory: str | None = None
    tags: tuple[str, ...] | None = None
    dedicated_namespaces: tuple[str, ...] | None = None
    unique_name: str | None = None
    displayed_name: str | None = None
    instance_type: str | None = None
    incarnation: str | None = None
    """Names this life of it; the reference does not know it."""

    @property
    def memory_mb(self) -> int:
        """Megabytes for containers; 0 if it is not readable."""
        found = _SIZE.fullmatch(self.user_memory)
        return int(int(found[1]) * _MEGABYTES[found[2][0].upper()]) if found else 0


def invoker(
    number: int,
    memory_mb: int,
    *,
    unique_name: str | None = None,
    displayed_name: str | None = None,
    incarnation: str | None = None,
) -> InvokerInstance:
    """Describe an invoker.

    Args:
        number: its dense id.
        memory_mb: for containers.
        unique_name: what its id was given to.
        displayed_name: what people see.
        incarnation: names this life of it.
    """
    return InvokerInstance(
        instance=number,
        user_memory=f"{memory_mb} MB",
        tags=(),
        dedicated_namespaces=(),
        unique_name=unique_name,
        displayed_name=displayed_name,
        instance_type="invoker",
        incarnation=incarnation,
    )
