"""``PUT /api/v1/admin/subjects/name``: a new subject, or a further namespace of one.

The body may name the ``namespace`` (else it is called like the subject) and the ``auth`` (else a
key is generated). With ``overwrite=true`` an existing namespace gets the new key.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from whisk_platform.common.errors import (
    BadRequestError,
    ConflictError,
    DocumentConflictError,
    MalformedContentError,
)
from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.body import operator_body
from whisk_platform.controller.api.admin.effect import take_effect
from whisk_platform.controller.api.admin.keys.generation import new_key
from whisk_platform.controller.api.admin.operator import note
from whisk_platform.controller.api.admin.subjects.subject import existing, subject_name, with_keys
from whisk_platform.controller.authentication import KEY_LENGTH
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.names import check_namespace
from whisk_platform.spi.stores import Subject

_KNOWN = frozenset({"namespace", "auth"})


async def put(services: Services, request: Request) -> Answer:
    """Create a key and answer with the subject and all its keys."""
    name = subject_name(request)
    overwrite = request.flag("overwrite")
    body = await operator_body(request, _KNOWN)
    namespace = _namespace(body, name)
    note(request, namespace=namespace)
    authkey = _authkey(body)
    identity = Identity(subject=name, namespace=namespace, authkey=authkey)
    async with services.operations.changes:
        _check_free(await services.subjects.get(name), name, namespace, overwrite)
        await _write(services, identity)
        await take_effect(services)
    return json_answer(with_keys(await existing(services, name)))


async def _write(services: Services, identity: Identity) -> None:
    try:
        await services.subjects.put_identity(identity)
    except DocumentConflictError as error:
        raise ConflictError(
            f"The namespace '{identity.namespace}', or the uuid of the key, already belongs to"
            " another subject or namespace. Choose another one."
        ) from error


def _check_free(subject: Subject | None, name: str, namespace: str, overwrite: bool) -> None:
    if subject is None:
        return
    if subject.blocked:
        raise ConflictError(f"The subject '{name}' is blocked. Unblock it first.")
    if not overwrite and any(each.namespace == namespace for each in subject.identities):
        raise ConflictError(
            f"The subject '{name}' already has the namespace '{namespace}'. Name another one, or"
            " replace its key with overwrite=true."
        )


def _namespace(body: Mapping[str, object], name: str) -> str:
    namespace = body.get("namespace", name)
    if not isinstance(namespace, str):
        raise MalformedContentError("'namespace' must be a string")
    try:
        return check_namespace(namespace)
    except BadRequestError as error:
        raise BadRequestError(
            f"'{namespace}' is no name of a namespace: {error.message} Choose another one."
        ) from error


def _authkey(body: Mapping[str, object]) -> AuthKey:
    auth = body.get("auth")
    if auth is None:
        return AuthKey(uuid=str(uuid.uuid4()), key=new_key())
    authkey = _parsed_authkey(auth) if isinstance(auth, str) else None
    if authkey is None:
        raise BadRequestError(
            f"'auth' must be 'uuid:key' with a UUID and a key of exactly {KEY_LENGTH} letters,"
            " digits or other printable ASCII characters."
        )
    return authkey


def _parsed_authkey(auth: str) -> AuthKey | None:
    user, _, key = auth.partition(":")
    try:
        canonical = str(uuid.UUID(user))
    except ValueError:
        return None
    printable = key.isascii() and key.isprintable() and " " not in key
    if canonical != user.lower() or len(key) != KEY_LENGTH or not printable:
        return None
    return AuthKey(uuid=canonical, key=key)
