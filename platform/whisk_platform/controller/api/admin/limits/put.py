"""``PUT`` and ``PATCH /api/v1/admin/namespaces/name/limits``: replace the document, or members."""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.body import operator_body
from whisk_platform.controller.api.admin.effect import take_effect
from whisk_platform.controller.api.admin.limits.document import MEMBERS, members, read
from whisk_platform.controller.api.admin.namespaces.namespace import existing, namespace_name
from whisk_platform.controller.api.admin.operator import note
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def replace(services: Services, request: Request) -> Answer:
    """Set the whole document; what it does not name is the system's again."""
    return await _write(services, request, keep=False)


async def change(services: Services, request: Request) -> Answer:
    """Set the members that are named; ``null`` takes one away, the others stay."""
    return await _write(services, request, keep=True)


async def _write(services: Services, request: Request, *, keep: bool) -> Answer:
    name = namespace_name(request)
    given = await operator_body(request, MEMBERS, nulls=True)
    note(request, members=",".join(sorted(given)))
    async with services.operations.changes:
        before = (await existing(services, name)).identity.limits
        wanted = {**members(before), **given} if keep else given
        limits = read(wanted, services.limits, services.manifest)
        document = members(limits)
        await services.subjects.set_limits(name, limits if document else None)
        await take_effect(services)
    return json_answer(document)
