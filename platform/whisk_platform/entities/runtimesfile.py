"""An operator's own runtimes manifest: the JSON document as upstream writes it.

Source: contracts rest-api §7.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from whisk_platform.common.errors import SettingsError
from whisk_platform.common.units import ByteSize
from whisk_platform.entities.runtimes import Reactive, Runtime, RuntimesManifest, StemCell

_TOP = frozenset(
    {
        "runtimes",
        "blackboxes",
        "bypassPullForLocalImages",
        "localImagePrefix",
        "defaultImagePrefix",
        "defaultImageTag",
    }
)
_RUNTIME = frozenset(
    {
        "kind",
        "default",
        "deprecated",
        "requireMain",
        "sentinelledLogs",
        "image",
        "attached",
        "stemCells",
    }
)
_IMAGE = frozenset({"registry", "prefix", "name", "tag"})
_CELL = frozenset({"initialCount", "count", "memory", "reactive"})
_REACTIVE = frozenset({"minCount", "maxCount", "ttl", "threshold", "increment"})
_KIND = re.compile(r"([a-z0-9][a-z0-9_.-]*):([a-z0-9][a-z0-9_.-]*)", re.ASCII)
_TTL = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", re.ASCII)
_SECONDS = {"millisecond": 0.001, "ms": 0.001, "second": 1, "s": 1, "minute": 60, "m": 60,
            "min": 60, "hour": 3600, "h": 3600, "day": 86400, "d": 86400}  # fmt: skip
_MOST_CELLS = 100


def load(path: Path) -> RuntimesManifest:
    """Read an operator's manifest.

    Args:
        path: of the file.

    Raises:
        SettingsError: it cannot be read or is wrong; the sentence names the place in it.
    """
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise SettingsError(
            f"The runtimes manifest '{path}' cannot be read: {error.strerror}."
        ) from error
    except ValueError as error:
        raise SettingsError(f"The runtimes manifest '{path}' is no JSON: {error}.") from error
    try:
        return read(document)
    except SettingsError as error:
        raise SettingsError(f"In the runtimes manifest '{path}': {error.message}") from error


def read(document: object) -> RuntimesManifest:
    """Understand the document.

    Args:
        document: decoded JSON.

    Raises:
        SettingsError: it is wrong; the sentence names the place and what belongs there.
    """
    top = _object(document, "the document", _TOP)
    families = _object(top.get("runtimes"), "runtimes")
    if not families:
        raise SettingsError("runtimes has no family: list one kind at least.")
    prefix = _text(top, "", "defaultImagePrefix", "")
    tag = _text(top, "", "defaultImageTag", "latest")
    _flag(top, "", "bypassPullForLocalImages", False)
    _text(top, "", "localImagePrefix", "")
    runtimes: list[Runtime] = []
    for family, members in families.items():
        runtimes += _family(family, _array(members, f"runtimes.{family}"), prefix, tag)
    black = _array(top.get("blackboxes", []), "blackboxes")
    images = [_image(one, f"blackboxes[{n}]", prefix, "") for n, one in enumerate(black)]
    return RuntimesManifest(runtimes=tuple(runtimes), blackboxes=tuple(images))


def _family(family: str, members: list[object], prefix: str, tag: str) -> list[Runtime]:
    place = f"runtimes.{family}"
    if not members:
        raise SettingsError(f"{place} is empty: list one kind at least, or leave the family out.")
    found = [_runtime(one, f"{place}[{n}]", family, prefix, tag) for n, one in enumerate(members)]
    kinds = [one.kind for one in found]
    twice = next((kind for kind in kinds if kinds.count(kind) > 1), None)
    if twice is not None:
        raise SettingsError(f"{place} lists the kind '{twice}' twice.")
    defaults = [one.kind for one in found if one.default]
    if len(defaults) > 1:
        raise SettingsError(
            f"{place} has more than one default: {', '.join(defaults)}. Keep one of them."
        )
    if not defaults and len(found) > 1:
        raise SettingsError(f'{place} has no default: mark one kind with "default": true.')
    return found


def _runtime(value: object, place: str, family: str, prefix: str, tag: str) -> Runtime:
    members = _object(value, place, _RUNTIME)
    kind = _text(members, place, "kind", "")
    match = _KIND.fullmatch(kind)
    if match is None or match[1] != family:
        raise SettingsError(f"{place}.kind must be '{family}:VERSION', but it is '{kind}'.")
    _flag(members, place, "sentinelledLogs", True)
    attached = _object(members.get("attached", {}), f"{place}.attached")
    cells = _array(members.get("stemCells", []), f"{place}.stemCells")
    return Runtime(
        kind=kind,
        image=_image(members.get("image"), f"{place}.image", prefix, tag),
        default=_flag(members, place, "default", False),
        deprecated=_flag(members, place, "deprecated", False),
        attached=bool(attached),
        require_main=_flag(members, place, "requireMain", False),
        stem_cells=tuple(_cell(one, f"{place}.stemCells[{n}]") for n, one in enumerate(cells)),
    )


def _image(value: object, place: str, prefix: str, tag: str) -> str:
    """``[registry/]prefix/name[:tag]``; without a tag where none is given and none is usual."""
    members = _object(value, place, _IMAGE)
    name = _text(members, place, "name", "")
    if not name:
        raise SettingsError(f"{place}.name is missing: give the image's name.")
    parts = (
        _text(members, place, "registry", "").rstrip("/"),
        _text(members, place, "prefix", prefix),
        name,
    )
    own_tag = _text(members, place, "tag", tag)
    return "/".join(filter(None, parts)) + (f":{own_tag}" if own_tag else "")


def _cell(value: object, place: str) -> StemCell:
    members = _object(value, place, _CELL)
    count = "initialCount" if "initialCount" in members else "count"
    memory = _text(members, place, "memory", "")
    try:
        size = ByteSize.parse(memory)
    except SettingsError as error:
        raise SettingsError(f"{place}.memory must be a size like '256 MB': '{memory}'.") from error
    reactive = members.get("reactive")
    return StemCell(
        memory_mb=max(1, size.bytes >> 20),
        initial_count=_number(members, place, count, 0),
        reactive=None if reactive is None else _reactive(reactive, f"{place}.reactive"),
    )


def _reactive(value: object, place: str) -> Reactive:
    members = _object(value, place, _REACTIVE)
    low, high = _number(members, place, "minCount", 0), _number(members, place, "maxCount", 1)
    if low > high:
        raise SettingsError(f"{place}.minCount ({low}) must not exceed maxCount ({high}).")
    ttl = _text(members, place, "ttl", "")
    match = _TTL.fullmatch(ttl)
    unit = None
    if match is not None:
        word = match[2]
        unit = _SECONDS.get(word, _SECONDS.get(word.removesuffix("s")))
    if match is None or unit is None:
        raise SettingsError(f"{place}.ttl must be a duration like '2 minutes': '{ttl}'.")
    return Reactive(
        min_count=low,
        max_count=high,
        ttl_s=float(match[1]) * unit,
        threshold=_number(members, place, "threshold", 1),
        increment=_number(members, place, "increment", 1),
    )


def _object(value: object, place: str, known: frozenset[str] = frozenset()) -> Mapping[str, object]:
    if not isinstance(value, dict):
        what = "is missing" if value is None else "must be an object"
        raise SettingsError(f"{place} {what}.")
    for name in value:
        if known and name not in known and name != "description" and not name.startswith("_"):
            usual = ", ".join(sorted(known))
            raise SettingsError(f"{place} has an unknown member '{name}'. Known: {usual}.")
    return value


def _array(value: object, place: str) -> list[object]:
    if not isinstance(value, list):
        raise SettingsError(f"{place} must be an array.")
    return value


def _text(members: Mapping[str, object], place: str, name: str, usual: str) -> str:
    value = members.get(name, usual)
    if not isinstance(value, str):
        raise SettingsError(f"{_at(place, name)} must be a string.")
    return value


def _flag(members: Mapping[str, object], place: str, name: str, usual: bool) -> bool:
    value = members.get(name, usual)
    if not isinstance(value, bool):
        raise SettingsError(f"{_at(place, name)} must be true or false.")
    return value


def _number(members: Mapping[str, object], place: str, name: str, least: int) -> int:
    value = members.get(name)
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, int) or not whole or not least <= value <= _MOST_CELLS:
        raise SettingsError(
            f"{_at(place, name)} must be a whole number from {least} to {_MOST_CELLS}."
        )
    return value


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
