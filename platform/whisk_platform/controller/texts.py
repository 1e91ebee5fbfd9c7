"""Every sentence of the controller that clients match on.

Source: contracts rest-api §1, §2, §3, §6, appendices A and D.
"""

from __future__ import annotations

ROUTE_NOT_FOUND = "The requested resource could not be found."
METHOD_NOT_ALLOWED = "HTTP method not allowed, supported methods: OPTIONS"
NO_CREDENTIALS = "The resource requires authentication, which was not supplied with the request"
BAD_CREDENTIALS = "The supplied authentication is invalid"
AUTHENTICATION_NEEDED = "Authentication is possible but has failed or not yet been provided."
NOT_FOUND = "The requested resource does not exist."
ALREADY_EXISTS = "resource already exists"
WRONG_COLLECTION = "Resource by this name exists but is not in this collection."
OBJECT_EXPECTED = "JSON object expected"
IMMUTABLE_PARAMETER = "Request defines parameters that are not allowed (e.g., reserved properties)."
BAD_TIMEOUT = "Timeout must be number of milliseconds up to {max}."
SEQUENCE_TOO_LONG = "Too many actions in the sequence."
SEQUENCE_COMPONENT_MISSING = "Sequence component does not exist."
SEQUENCE_FAILED = "Sequence failed."


def not_authorized(resource: str) -> str:
    """403: who asks may not touch ``ns`` or ``ns/name``."""
    return f"The supplied authentication is not authorized to access '{resource}'."


def kind_not_authorized(kind: str) -> str:
    """403: the namespace may not use this kind."""
    return f"The supplied authentication is not authorized to access actions of kind '{kind}'."


def package_not_found(path: str) -> str:
    """404: the only text that names the resource."""
    return f"The requested resource '{path}' does not exist."


def larger_than_allowed(what: str, size: int, limit: int) -> str:
    """413: for ``Request``, ``exec``, ``parameters`` and ``annotations``."""
    return f"{what} larger than allowed: {size} > {limit} bytes."


def too_many_requests(count: int, allowed: int) -> str:
    """429: the rate of the running minute."""
    return f"Too many requests in the last minute (count: {count}, allowed: {allowed})."


def too_many_in_flight(count: int, allowed: int) -> str:
    """429: the namespace's activations that run now."""
    return f"Too many concurrent requests in flight (count: {count}, allowed: {allowed})."


def deprecated_kind(kind: str) -> str:
    """400: the manifest marks the kind as deprecated."""
    return (
        f"The '{kind}' runtime is no longer supported. You may read and delete but not update"
        " or invoke this action."
    )


def unknown_kind(kind: str, kinds: list[str]) -> str:
    """400, inside the malformed wrapper: the manifest does not have the kind."""
    valid = ", ".join(f"'{known}'" for known in kinds)
    return (
        f"The specified runtime '{kind}' is not supported by this platform."
        f" Valid values are: {valid}"
    )


def content_type_not_supported(content_type: str) -> str:
    """415: a body that is not JSON."""
    return (
        f"The request's Content-Type [{content_type}] is not supported. Expected:\napplication/json"
    )
