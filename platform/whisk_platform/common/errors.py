"""The tree of errors: one root, an HTTP status as a class attribute, mapped once at the edge."""

from __future__ import annotations

import inspect
from typing import ClassVar


class WhiskError(Exception):
    """There was an internal server error."""

    status: ClassVar[int] = 500
    """HTTP status at the REST edge."""

    def __init__(self, message: str | None = None) -> None:
        if message is None:
            message = (inspect.getdoc(type(self)) or "").splitlines()[0]
        super().__init__(message)
        self.message = message


class SettingsError(WhiskError):
    """A setting cannot be used."""


class StateDirectoryError(WhiskError):
    """The state directory cannot be used."""


class StoreError(WhiskError):
    """There was an internal server error."""


class StoreFullError(StoreError):
    """The disk that holds the state directory is full. Free some space and repeat the request."""

    status = 507


class DocumentConflictError(StoreError):
    """Concurrent modification to resource detected."""

    status = 409


class ContainerError(WhiskError):
    """Failed to provision resources to run the action."""


class MissingToolchainError(ContainerError):
    """The kind has no toolchain on this machine."""


class BadRequestError(WhiskError):
    """The request is not valid."""

    status = 400


class MalformedContentError(BadRequestError):
    """The request content was malformed."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"The request content was malformed:\n{detail}")


class MalformedQueryError(BadRequestError):
    """A query parameter was malformed."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"The query parameter '{name}' was malformed:\n{detail}")


class UnauthorizedError(WhiskError):
    """The supplied authentication is invalid"""  # noqa: D415 - the contract has no period

    status = 401


class ForbiddenError(WhiskError):
    """The supplied authentication is not authorized to access this resource."""

    status = 403


class NotFoundError(WhiskError):
    """The requested resource does not exist."""

    status = 404


class NotAcceptableError(WhiskError):
    """Resource representation is only available with these types:"""  # noqa: D415 - contract

    status = 406


class ConflictError(WhiskError):
    """The request could not be processed because of conflict in the request."""

    status = 409


class TooLargeError(WhiskError):
    """The request content is larger than the server is willing or able to process."""

    status = 413


class UnsupportedMediaTypeError(WhiskError):
    """The request's Content-Type is not supported."""

    status = 415


class UnprocessableError(WhiskError):
    """The request cannot be processed."""

    status = 422


class TooManyRequestsError(WhiskError):
    """The user has sent too many requests in a given amount of time."""

    status = 429


class UnavailableError(WhiskError):
    """The server is currently unavailable (because it is overloaded or down for maintenance)."""

    status = 503
