"""Activation records: what ran, for whom, how long, with which result and log.

Source: contracts rest-api §2.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import msgspec

from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import EMPTY_OBJECT, RawJSON
from whisk_platform.entities.parameters import NO_PARAMETERS, Parameters


class StatusCode(IntEnum):
    """How an activation ended (contract §2.6.3)."""

    SUCCESS = 0
    APPLICATION_ERROR = 1
    DEVELOPER_ERROR = 2
    INTERNAL_ERROR = 3

    @property
    def text(self) -> str:
        """The wire's ``status``."""
        return _TEXTS[self]


_TEXTS = {
    StatusCode.SUCCESS: "success",
    StatusCode.APPLICATION_ERROR: "application error",
    StatusCode.DEVELOPER_ERROR: "action developer error",
    StatusCode.INTERNAL_ERROR: "whisk internal error",
}


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of an activation."""

    status_code: StatusCode
    result: RawJSON = EMPTY_OBJECT
    """Unparsed; for failures always an object ``{"error": …}``."""
    size: int | None = None
    """Bytes of the container's answer; None when no container answered."""

    @property
    def success(self) -> bool:
        """Whether the result is a good one."""
        return self.status_code is StatusCode.SUCCESS


class Activation(msgspec.Struct, frozen=True, kw_only=True):
    """One record."""

    activation_id: ActivationId
    namespace: str
    """The invoker's namespace."""
    name: str
    version: str
    subject: str
    start: int
    """Milliseconds since the epoch."""
    end: int | None
    """None for triggers."""
    duration: int | None
    """Milliseconds; None for triggers."""
    response: Response
    logs: Sequence[str] = ()
    """A tuple, or what was printed."""
    annotations: Parameters = NO_PARAMETERS
    cause: ActivationId | None = None
    publish: bool = False

    @property
    def path(self) -> str:
        """``ns/name`` or ``ns/pkg/name`` of the provider; of a trigger ``ns/name``."""
        path = self.annotations.value("path")
        return path if isinstance(path, str) else f"{self.namespace}/{self.name}"

    @property
    def kind(self) -> str | None:
        """What it ran in, ``python:3.11`` or ``sequence``; None for triggers."""
        kind = self.annotations.value("kind")
        return kind if isinstance(kind, str) else None

    @property
    def binding(self) -> str | None:
        """``ns/binding`` through which it was invoked."""
        binding = self.annotations.value("binding")
        return binding if isinstance(binding, str) else None


def names_of(activation: Activation) -> frozenset[str]:
    """What a filter by name may say to find a record; see ``names_for``."""
    return names_for(activation.name, activation.path, activation.binding)


def names_for(name: str, path: str, binding: str | None) -> frozenset[str]:
    """What a filter by name may say to find an activation.

    Args:
        name: of the action or trigger.
        path: ``ns/name`` or ``ns/pkg/name`` of the provider.
        binding: ``ns/binding`` through which it was invoked.

    Returns:
        ``pkg/name`` with the provider's package and with the binding; ``name`` if there is neither.

    Source: contract rest-api §2.6.5, appendix D 12.
    """
    packages = [parts[1] for parts in [path.split("/")] if len(parts) == 3]
    packages += [parts[1] for parts in [(binding or "").split("/")] if len(parts) == 2]
    return frozenset(f"{package}/{name}" for package in packages) or frozenset((name,))
