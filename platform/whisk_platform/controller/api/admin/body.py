"""Bodies of the operator API: small objects in which every member is known."""

from __future__ import annotations

from collections.abc import Mapping

from whisk_platform.common.errors import MalformedContentError
from whisk_platform.common.jsontext import JSONTextError, split_object
from whisk_platform.controller.bodies import decoded_value
from whisk_platform.controller.request import Request

MAX_BYTES = 64 << 10


async def operator_body(
    request: Request, known: frozenset[str], *, nulls: bool = False
) -> Mapping[str, object]:
    """Read a body; an absent one is empty.

    Args:
        request: whose body.
        known: the members that may be there.
        nulls: whether a null member is kept; else it counts as absent.

    Raises:
        MalformedContentError: no JSON object, or a member that is not known.
    """
    body = await request.json_body(MAX_BYTES)
    if not body:
        return {}
    try:
        members = split_object(body)
    except JSONTextError as error:
        raise MalformedContentError(error.message) from error
    unknown = sorted(set(members) - known)
    if unknown:
        names = ", ".join(f"'{name}'" for name in sorted(known))
        raise MalformedContentError(f"'{unknown[0]}' is not known here; use {names}")
    decoded = {name: decoded_value(value) for name, value in members.items()}
    return decoded if nulls else {n: value for n, value in decoded.items() if value is not None}
