"""Vanity hosts: ``<namespace>.<host name of the API>`` stands for the web actions of a namespace.

A name in the domain name system has no case and no more than letters, digits and hyphens, so only
namespaces of lower-case letters, digits and hyphens have one. Source: contracts rest-api §1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from whisk_platform.controller.web.addressing import PREFIX

API = b"/api/v1"
INDEX = "/public/index.html"
"""What ``/`` stands for."""
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def host_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The Host header, which most clients send first; empty if there is none."""
    for name, value in headers:
        if name == b"host":
            return value
    return b""


def namespace_of(host: bytes, suffix: bytes) -> str | None:
    """Whose vanity host a Host header names.

    Args:
        host: the header, perhaps with a port.
        suffix: a dot and the host name of the API, lower case.

    Returns:
        The namespace; None if it is no vanity host.
    """
    name, _, _ = host.lower().partition(b":")
    if not name.endswith(suffix):
        return None
    label = name[: -len(suffix)].decode("latin-1")
    return label if is_label(label) else None


def is_label(namespace: str) -> bool:
    """Whether a namespace can be a part of a host name."""
    return _LABEL.fullmatch(namespace) is not None


def is_of_the_api(raw_path: bytes) -> bool:
    """Whether a path means the API on every host, so that pages can call it where they are."""
    return raw_path.startswith(API) and raw_path[len(API) : len(API) + 1] in (b"", b"/")


def web_path(path: str, namespace: str) -> str:
    """The path of the web action that a path on a vanity host stands for."""
    return f"{PREFIX}{namespace}{INDEX if path in ('', '/') else path}"


def https_location(host: bytes, port: int, raw_path: bytes, query: bytes) -> bytes:
    """Where a plain request is to be repeated.

    Args:
        host: the Host header, perhaps with a port.
        port: where TLS is spoken.
        raw_path: percent-encoded.
        query: without its question mark.
    """
    name = host[: host.find(b"]") + 1] if host.startswith(b"[") else host.partition(b":")[0]
    place = name if port == 443 else b"%s:%d" % (name, port)
    return b"https://" + place + (raw_path or b"/") + (b"?" + query if query else b"")
