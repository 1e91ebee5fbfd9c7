"""Paths below ``/api/<version>/``, percent-encoded segment by segment."""

from __future__ import annotations

from urllib.parse import quote

from whisk_cli.names import QualifiedName


def encoded(path: str) -> str:
    """Percent-encode a path, keeping its slashes."""
    return quote(path, safe="/", errors="surrogateescape")


def collection(namespace: str, kind: str) -> str:
    """Give the path of a collection, such as ``namespaces/_/actions``."""
    return f"namespaces/{encoded(namespace)}/{kind}"


def entity(name: QualifiedName, kind: str) -> str:
    """Give the path of an entity, such as ``namespaces/_/actions/pkg/foo``."""
    return f"{collection(name.namespace, kind)}/{encoded(name.path)}"
