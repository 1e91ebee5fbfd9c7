"""A subject in paths and answers of the operator API.

Source: contracts rest-api §6.1.
"""

from __future__ import annotations

from collections.abc import Iterable

from whisk_platform.common.errors import BadRequestError, ConflictError, NotFoundError
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities.identity import Identity
from whisk_platform.spi.stores import Subject

SHORTEST, LONGEST = 5, 256


def subject_name(request: Request) -> str:
    """The subject in the path.

    Raises:
        BadRequestError: too short, too long, or not printable.
    """
    name = request.param("subject")
    if not SHORTEST <= len(name) <= LONGEST or not name.isprintable() or name != name.strip():
        raise BadRequestError(
            f"'{name}' is no name of a subject. Use {SHORTEST} to {LONGEST} printable characters"
            " without spaces at the ends."
        )
    return name


async def existing(services: Services, name: str) -> Subject:
    """Read a subject.

    Raises:
        NotFoundError: there is none.
    """
    subject = await services.subjects.get(name)
    if subject is None:
        raise no_subject(name)
    return subject


def no_subject(name: str) -> NotFoundError:
    """404 for a subject that does not exist, or no longer."""
    return NotFoundError(f"There is no subject '{name}'.")


def check_keeps_operator(services: Services, identities: Iterable[Identity], what: str) -> None:
    """Verify that an operation does not take the system key away.

    Raises:
        ConflictError: the system namespace is among those that would be lost.
    """
    if any(identity.namespace == services.system_namespace for identity in identities):
        raise ConflictError(
            f"The namespace '{services.system_namespace}' cannot be {what}: nobody could use the"
            " operator API any more."
        )


def with_keys(subject: Subject) -> dict[str, object]:
    """A subject with its keys in clear."""
    return _document(subject, [_with_key(identity) for identity in subject.identities])


def without_keys(subject: Subject) -> dict[str, object]:
    """A subject as lists show it."""
    return _document(subject, [_without_key(identity) for identity in subject.identities])


def _document(subject: Subject, namespaces: list[dict[str, str]]) -> dict[str, object]:
    return {"subject": subject.name, "blocked": subject.blocked, "namespaces": namespaces}


def _without_key(identity: Identity) -> dict[str, str]:
    return {"name": identity.namespace, "uuid": identity.authkey.uuid}


def _with_key(identity: Identity) -> dict[str, str]:
    return {**_without_key(identity), "key": identity.authkey.key}
