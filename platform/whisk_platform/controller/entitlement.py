"""Entitlement: who may do what with which name.

Rights on packages, and on what is in them, depend on documents: the ``Resolver`` checks those.
Source: contracts rest-api §1.9, §6.4.
"""

from __future__ import annotations

from whisk_platform.common.errors import ForbiddenError
from whisk_platform.controller import texts
from whisk_platform.controller.request import Request
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.names import FullyQualifiedEntityName, check_entity_name


def owned_namespace(request: Request) -> str:
    """The namespace in the path, for a list that only its owner may see.

    Raises:
        ForbiddenError: it is not the caller's.
        BadRequestError: it is no legal name.
    """
    namespace = request.namespace
    if namespace != request.identity.namespace:
        raise ForbiddenError(texts.not_authorized(namespace))
    return namespace


def owned_name(request: Request) -> FullyQualifiedEntityName:
    """The entity in the path, for verbs that only its owner may use.

    Raises:
        ForbiddenError: it is in somebody else's namespace, whether it exists or not.
        BadRequestError: namespace or name is not legal.
    """
    fqn = named(request)
    check_owner(request.identity, fqn)
    return fqn


def named(request: Request) -> FullyQualifiedEntityName:
    """The entity in the path, of any namespace; in a package where the path has one.

    Raises:
        BadRequestError: namespace or name is not legal.
    """
    package = request.scope["path_params"].get("package")
    return FullyQualifiedEntityName(
        request.namespace,
        None if package is None else check_entity_name(package),
        check_entity_name(request.param("name")),
    )


def check_owner(identity: Identity, fqn: FullyQualifiedEntityName) -> None:
    """Verify that a name is in the caller's namespace.

    Raises:
        ForbiddenError: it is not; the text has the name.
    """
    if fqn.namespace != identity.namespace:
        raise ForbiddenError(texts.not_authorized(str(fqn)))


def check_kind(identity: Identity, kind: str) -> None:
    """Verify that a namespace may use a kind.

    Raises:
        ForbiddenError: its limits have a list of kinds, and this is not on it.
    """
    allowed = identity.limits.allowed_kinds
    if allowed is not None and kind not in allowed:
        raise ForbiddenError(texts.kind_not_authorized(kind))
