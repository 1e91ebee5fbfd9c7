"""A limits document: which members there are, and what each may hold. Pure.

A value beyond the system's is legal and counts as the system's; a range that the system's leaves
nothing of is refused, since no action could be created any more.
Source: contracts rest-api §6.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from whisk_platform.common.errors import BadRequestError, SettingsError
from whisk_platform.common.units import ByteSize
from whisk_platform.entities.limits import Bounds, NamespaceLimits, SystemLimits
from whisk_platform.entities.runtimes import RuntimesManifest

_LEAST = {
    "invocationsPerMinute": 0,
    "concurrentInvocations": 0,
    "firesPerMinute": 0,
    "minActionMemory": 1,
    "maxActionMemory": 1,
    "minActionLogs": 0,
    "maxActionLogs": 0,
    "minActionTimeout": 1,
    "maxActionTimeout": 1,
    "minActionConcurrency": 1,
    "maxActionConcurrency": 1,
    "maxActionInstances": 0,
    "warmedContainerKeepingCount": 0,
}
"""Whole numbers, and the least that makes sense."""
_SIZES = frozenset({"maxParameterSize", "maxPayloadSize", "truncationSize"})
_MOST = (1 << 31) - 1
_DURATION = re.compile(
    r"\s*\d+(?:\.\d+)?\s*(?:ms|millis?|milliseconds?|s|sec|secs|seconds?|m|min|mins|minutes?"
    r"|h|hrs?|hours?|d|days?)\s*",
    re.ASCII,
)
_NO_RUNTIME = frozenset({"blackbox"})
"""Kinds that no runtime of the manifest stands for."""

MEMBERS = frozenset(field.encode_name for field in msgspec.structs.fields(NamespaceLimits))
"""What a document may hold."""


def members(limits: NamespaceLimits) -> dict[str, object]:
    """A document without the members that are not set."""
    found: dict[str, object] = msgspec.to_builtins(limits)
    return found


def read(
    document: Mapping[str, object], system: SystemLimits, manifest: RuntimesManifest
) -> NamespaceLimits:
    """Verify a document and make it a record.

    Args:
        document: decoded, its names known; null counts as absent.
        system: what the deployment allows everybody.
        manifest: the kinds that it has.

    Raises:
        BadRequestError: a value cannot be used; the sentence names member, value and remedy.
    """
    given = {name: value for name, value in document.items() if value is not None}
    kinds = {*_NO_RUNTIME, *(runtime.kind for runtime in manifest.runtimes)}
    for name, value in given.items():
        _check(name, value, kinds)
    limits = msgspec.convert(given, NamespaceLimits)
    _check_range("Memory", limits.min_action_memory, limits.max_action_memory, system.memory)
    _check_range("Logs", limits.min_action_logs, limits.max_action_logs, system.logs)
    _check_range("Timeout", limits.min_action_timeout, limits.max_action_timeout, system.timeout)
    _check_range(
        "Concurrency",
        limits.min_action_concurrency,
        limits.max_action_concurrency,
        system.concurrency,
    )
    return limits


def _check(name: str, value: object, kinds: set[str]) -> None:
    if name in _LEAST:
        _check_number(name, value, _LEAST[name])
    elif name in _SIZES:
        _check_size(name, value)
    elif name == "allowedKinds":
        _check_kinds(name, value, kinds)
    elif name == "storeActivations":
        if not isinstance(value, bool):
            raise BadRequestError(f"'{name}' must be true or false.")
    elif not isinstance(value, str) or _DURATION.fullmatch(value) is None:
        raise BadRequestError(f"'{name}' must be a duration, for example '10 minutes'.")


def _check_number(name: str, value: object, least: int) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not least <= value <= _MOST:  # type: ignore[operator]  # whole
        raise BadRequestError(f"'{name}' must be a whole number from {least} to {_MOST}.")


def _check_size(name: str, value: object) -> None:
    try:
        usable = isinstance(value, str) and 0 <= ByteSize.parse(value).bytes <= _MOST
    except SettingsError:
        usable = False
    if not usable:
        raise BadRequestError(f"'{name}' must be a size below 2 GB, for example '1 MB'.")


def _check_kinds(name: str, value: object, kinds: set[str]) -> None:
    if not isinstance(value, list) or not all(isinstance(kind, str) for kind in value):
        raise BadRequestError(f"'{name}' must be an array of kinds, for example ['nodejs:20'].")
    unknown = [kind for kind in value if kind not in kinds]
    if unknown:
        known = ", ".join(f"'{kind}'" for kind in sorted(kinds))
        raise BadRequestError(f"'{unknown[0]}' in '{name}' is no kind of this platform: {known}.")


def _check_range(what: str, low: int | None, high: int | None, system: Bounds) -> None:
    lowest, highest = f"minAction{what}", f"maxAction{what}"
    if low is not None and high is not None and low > high:
        raise BadRequestError(f"'{lowest}' ({low}) must not exceed '{highest}' ({high}).")
    if low is not None and low > system.max:
        raise BadRequestError(f"'{lowest}' ({low}) must not exceed the system's {system.max}.")
    if high is not None and high < system.min:
        raise BadRequestError(f"'{highest}' ({high}) must not be below the system's {system.min}.")
