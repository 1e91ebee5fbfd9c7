"""What an operator can set at the edge."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSettings:
    """Names, ports and bounds."""

    host_name: str = "localhost"
    """Of the API: a namespace's vanity host is ``<namespace>.<host_name>``."""
    https_port: int | None = None
    """Where TLS is spoken: plain requests are sent there. None = nowhere, plain HTTP is served."""
    request_bytes: int = 65 << 20
    """Longest body that may be announced; what a body may be used for is bounded lower."""
    uri_bytes: int = 8 << 10
    """Longest path with its query."""
    head_bytes: int = 64 << 10
    """Length of all headers together."""
    read_timeout_s: float = 75.0
    """Seconds in which the head of a request has to arrive, and the next piece of its body."""
