"""A namespace in paths and answers of the operator API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from whisk_platform.common.errors import BadRequestError, NotFoundError
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.names import check_namespace
from whisk_platform.spi.stores import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedNamespace:
    """A namespace, whether its subject is blocked or not."""

    identity: Identity
    blocked: bool


def namespace_name(request: Request) -> str:
    """The namespace in the path.

    Raises:
        BadRequestError: it can be no namespace's name.
    """
    name = request.param("namespace")
    try:
        return check_namespace(name)
    except BadRequestError as error:
        raise BadRequestError(f"'{name}' is no name of a namespace: {error.message}") from error


async def existing(services: Services, name: str) -> OwnedNamespace:
    """Read a namespace.

    Raises:
        NotFoundError: no subject has it.
    """
    identity = await services.subjects.by_namespace(name)
    if identity is not None:
        return OwnedNamespace(identity=identity, blocked=False)
    # The store does not show those of blocked subjects.
    for each in owned(await services.subjects.list()):
        if each.identity.namespace == name:
            return each
    raise NotFoundError(f"There is no namespace '{name}'.")


def owned(subjects: Iterable[Subject]) -> Iterator[OwnedNamespace]:
    """The namespaces of some subjects."""
    for subject in subjects:
        for identity in subject.identities:
            yield OwnedNamespace(identity=identity, blocked=subject.blocked)


def shown(namespace: OwnedNamespace) -> dict[str, object]:
    """A namespace without its key."""
    identity = namespace.identity
    return {
        "name": identity.namespace,
        "uuid": identity.authkey.uuid,
        "subject": identity.subject,
        "blocked": namespace.blocked,
        "limits": msgspec.to_builtins(identity.limits),
    }
