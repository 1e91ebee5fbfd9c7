"""The body of a PUT of a package or binding.

Source: contracts rest-api §2.3.2, appendix D 21.
"""

from __future__ import annotations

from dataclasses import dataclass

from whisk_platform.common.errors import BadRequestError, MalformedContentError
from whisk_platform.common.jsontext import JSONObject, JSONTextError, RawJSON, split_object
from whisk_platform.controller.bodies import (
    PutBody,
    common_members,
    parameter_limit,
    parsed,
    shown,
    string,
)
from whisk_platform.controller.request import Request
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.entities.names import (
    DEFAULT_NAMESPACE,
    FullyQualifiedEntityName,
    check_entity_name,
    check_namespace,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageBody:
    """What a PUT of a package says."""

    common: PutBody
    binding: FullyQualifiedEntityName | None
    """The provider, ``_`` still unresolved; None = none, or not said."""


async def package_body(request: Request, limits: SystemLimits) -> PackageBody:
    """Read the body of a PUT of a package.

    Raises:
        MalformedContentError: no JSON, or a member of the wrong shape; the contract's texts.
        TooLargeError: parameters or annotations exceed their limit.
    """
    most = parameter_limit(request.identity, limits)

    def parse(members: JSONObject) -> PackageBody:
        return PackageBody(common=common_members(members, most), binding=_binding(members))

    return await parsed(request, parse)


def _binding(members: JSONObject) -> FullyQualifiedEntityName | None:
    value = members.get("binding")
    if value is None:
        return None
    try:
        fields = split_object(value)
    except JSONTextError as error:
        raise MalformedContentError("Object expected in field 'namespace'") from error
    if not fields:
        return None
    namespace = _member(fields, "namespace")
    name = _member(fields, "name")
    try:
        if namespace != DEFAULT_NAMESPACE:
            check_namespace(namespace)
        return FullyQualifiedEntityName(namespace, None, check_entity_name(name))
    except BadRequestError as error:
        raise MalformedContentError(error.message) from error


def _member(fields: JSONObject, name: str) -> str:
    value: RawJSON | None = fields.get(name)
    if value is None:
        raise MalformedContentError(f"Object is missing required member '{name}'")
    text = string(value)
    if text is None:
        raise MalformedContentError(
            f"'{name}' of 'binding' must be a string, but is {shown(value)}"
        )
    return text
