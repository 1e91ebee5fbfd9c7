"""Addressing: which action a web path names, how its result is wanted, and what is left over.

Source: contracts rest-api §4.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote

from whisk_platform.common.errors import BadRequestError
from whisk_platform.entities.names import (
    FullyQualifiedEntityName,
    check_entity_name,
    check_namespace,
)

PREFIX = "/api/v1/web/"
DEFAULT_PACKAGE = "default"


class Extension(Enum):
    """How a result becomes a response."""

    HTTP = ".http"
    JSON = ".json"
    HTML = ".html"
    SVG = ".svg"
    TEXT = ".text"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAddress:
    """What a web path says."""

    action: FullyQualifiedEntityName
    extension: Extension
    rest: str
    """What follows the action, percent-encoded, with its slash; or nothing."""


def parse(raw_path: str) -> WebAddress | None:
    """Read the path of a request.

    Args:
        raw_path: as it was sent, percent-encoded, without the query.

    Returns:
        The address; None when the path is incomplete or holds an illegal name.
    """
    segments = raw_path.removeprefix(PREFIX).split("/", 3)
    if not raw_path.startswith(PREFIX) or len(segments) < 3:
        return None
    namespace, package, name = (unquote(segment) for segment in segments[:3])
    base, extension = split_extension(name)
    try:
        action = FullyQualifiedEntityName(
            check_namespace(namespace),
            None if package == DEFAULT_PACKAGE else check_entity_name(package),
            check_entity_name(base),
        )
    except BadRequestError:
        return None
    rest = f"/{segments[3]}" if len(segments) == 4 else ""
    return WebAddress(action=action, extension=extension, rest=rest)


def split_extension(name: str) -> tuple[str, Extension]:
    """Take a known extension off a name; an unknown one is a part of the name."""
    for extension in Extension:
        if name.endswith(extension.value):
            return name.removesuffix(extension.value), extension
    return name, Extension.HTTP
