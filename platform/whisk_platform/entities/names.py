"""Names: of entities, of namespaces, and fully qualified.

Source: contracts rest-api §1.7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from whisk_platform.common.errors import BadRequestError, MalformedContentError

MAX_NAME_LENGTH = 256
DEFAULT_NAMESPACE = "_"
"""In a path or reference: the namespace of the presented key."""

_SEGMENT = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_@ .&-]{0,254}[A-Za-z0-9_@.&-])?", re.ASCII)
_UNQUALIFIED = (
    "requirement failed: The fully qualified name of the entity must contain at least the"
    " namespace and the name of the entity."
)


def check_entity_name(name: str) -> str:
    """Return the name if it is legal.

    Raises:
        BadRequestError: too long, or illegal characters; the contract's text.
    """
    if len(name) > MAX_NAME_LENGTH:
        raise BadRequestError(
            # The contract keeps the reference's spelling.
            f"Name segement longer than allowed: {len(name)} > {MAX_NAME_LENGTH}."
        )
    if _SEGMENT.fullmatch(name) is None:
        raise BadRequestError("The name of the entity contains illegal characters.")
    return name


def check_namespace(name: str) -> str:
    """Return the namespace if it is legal.

    Raises:
        BadRequestError: too long, or illegal characters; the contract's text.
    """
    if len(name) > MAX_NAME_LENGTH:
        raise BadRequestError(f"Namespace longer than allowed: {len(name)} > {MAX_NAME_LENGTH}.")
    if _SEGMENT.fullmatch(name) is None:
        raise BadRequestError("The namespace contains illegal characters.")
    return name


@dataclass(frozen=True, slots=True, order=True)
class FullyQualifiedEntityName:
    """``namespace[/package]/name``."""

    namespace: str
    package: str | None
    name: str

    @property
    def path(self) -> str:
        """``namespace`` or ``namespace/package``: what the wire calls the entity's namespace."""
        return self.namespace if self.package is None else f"{self.namespace}/{self.package}"

    @property
    def package_name(self) -> FullyQualifiedEntityName | None:
        """The package's own fully qualified name, if there is one."""
        if self.package is None:
            return None
        return FullyQualifiedEntityName(self.namespace, None, self.package)

    def resolve(self, namespace: str) -> FullyQualifiedEntityName:
        """Replace the namespace ``_`` by the given one."""
        if self.namespace != DEFAULT_NAMESPACE:
            return self
        return FullyQualifiedEntityName(namespace, self.package, self.name)

    def __str__(self) -> str:
        return f"{self.path}/{self.name}"

    @property
    def with_slash(self) -> str:
        """``/namespace[/package]/name``."""
        return f"/{self.path}/{self.name}"


def from_path(path: str, name: str) -> FullyQualifiedEntityName:
    """Build from the wire's ``namespace`` (``ns`` or ``ns/pkg``) and ``name``."""
    namespace, _, package = path.partition("/")
    return FullyQualifiedEntityName(namespace, package or None, name)


def parse(text: str) -> FullyQualifiedEntityName:
    """Read ``[/]ns/name`` or ``[/]ns/pkg/name`` as it stands in a request body.

    Raises:
        MalformedContentError: unqualified, too many parts, or illegal characters.
    """
    segments = text.removeprefix("/").split("/")
    if len(segments) < 2 or not all(segments):
        raise MalformedContentError(_UNQUALIFIED)
    if len(segments) > 3:
        raise MalformedContentError(f"'{text}' is not a valid name: it has too many parts.")
    try:
        if segments[0] != DEFAULT_NAMESPACE:
            check_namespace(segments[0])
        for segment in segments[1:]:
            check_entity_name(segment)
    except BadRequestError as error:
        raise MalformedContentError(error.message) from error
    package = segments[1] if len(segments) == 3 else None
    return FullyQualifiedEntityName(segments[0], package, segments[-1])
