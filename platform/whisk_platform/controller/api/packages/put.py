"""``PUT …/packages/name``: create or, with ``overwrite=true``, update a package or binding.

Source: contracts rest-api §2.0, §2.3.
"""

from __future__ import annotations

import msgspec

from whisk_platform.common.errors import BadRequestError, ConflictError, NotFoundError
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer, object_answer
from whisk_platform.controller.catalog import already_exists
from whisk_platform.controller.entitlement import owned_name
from whisk_platform.controller.packagebody import PackageBody, package_body
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import FIRST_VERSION, Package, next_version
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.entities.parameters import NO_PARAMETERS, Parameters

RESERVED = frozenset({"default"})
BINDING = "binding"
"""Annotation that the server makes for bindings and takes away from everything else."""


async def put(services: Services, request: Request) -> Answer:
    """Create or update a package or binding and answer with it."""
    identity = request.identity
    fqn = owned_name(request)
    body = await package_body(request, services.limits)
    overwrite = request.flag("overwrite")
    if fqn.name in RESERVED:
        raise BadRequestError(texts.reserved_package(fqn.name))
    binding = None if body.binding is None else body.binding.resolve(fqn.namespace)
    to_binding = binding is not None and await _is_binding(services, binding, identity)
    package = await services.catalog.find(fqn, Package)
    if package is not None and not overwrite:
        raise already_exists()
    if package is not None and package.binding is None and binding is not None:
        raise ConflictError(texts.PACKAGE_TO_BINDING)
    if to_binding:
        raise BadRequestError(texts.BINDING_TO_BINDING)
    changed = created(fqn, body, binding) if package is None else updated(package, body, binding)
    return object_answer(wire.package(await services.catalog.put(changed)))


def created(
    fqn: FullyQualifiedEntityName, body: PackageBody, binding: FullyQualifiedEntityName | None
) -> Package:
    """A new package or binding."""
    annotations = body.common.annotations or NO_PARAMETERS
    return Package(
        fqn=fqn,
        version=body.common.version or FIRST_VERSION,
        publish=body.common.publish or False,
        annotations=_annotated(annotations, binding),
        parameters=body.common.parameters or NO_PARAMETERS,
        binding=binding,
    )


def updated(
    package: Package, body: PackageBody, binding: FullyQualifiedEntityName | None
) -> Package:
    """A changed package: parameters and annotations that are given replace the old ones."""
    common = body.common
    annotations = package.annotations if common.annotations is None else common.annotations
    provider = binding or package.binding
    return msgspec.structs.replace(
        package,
        version=common.version or next_version(package.version),
        publish=package.publish if common.publish is None else common.publish,
        annotations=_annotated(annotations, provider),
        parameters=package.parameters if common.parameters is None else common.parameters,
        binding=provider,
    )


def _annotated(annotations: Parameters, binding: FullyQualifiedEntityName | None) -> Parameters:
    if binding is None:
        return annotations.without([BINDING])
    value = {"namespace": binding.namespace, "name": binding.name}
    return annotations.with_value(BINDING, value)


async def _is_binding(
    services: Services, provider: FullyQualifiedEntityName, identity: Identity
) -> bool:
    """Verify that the caller may bind to a provider, and tell whether it is a binding itself."""
    try:
        found = await services.resolver.package(provider, identity)
    except NotFoundError as error:
        raise BadRequestError(texts.BINDING_MISSING) from error
    except ConflictError as error:
        raise ConflictError(texts.BINDING_TO_OTHER) from error
    return found.binding is not None
