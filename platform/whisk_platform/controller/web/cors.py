"""CORS headers of web actions.

Source: contracts rest-api §4.5.
"""

from __future__ import annotations

from typing import TypeAlias

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]

_ORIGIN = (b"access-control-allow-origin", b"*")
_METHODS = (b"access-control-allow-methods", b"OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH")
_USUAL = b"Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent"


def cors_headers(requested: str | None) -> Headers:
    """Build the headers of an action that leaves CORS to the platform.

    Args:
        requested: the request's ``Access-Control-Request-Headers``, which is echoed.
    """
    allowed = _USUAL if requested is None else requested.encode("utf-8", "replace")
    return (_ORIGIN, _METHODS, (b"access-control-allow-headers", allowed))
