"""``POST /api/v1/admin/subjects/name`` with ``{"blocked": true|false}``."""

from __future__ import annotations

from whisk_platform.common.errors import MalformedContentError
from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.body import operator_body
from whisk_platform.controller.api.admin.effect import take_effect
from whisk_platform.controller.api.admin.operator import note
from whisk_platform.controller.api.admin.subjects.subject import (
    check_keeps_operator,
    existing,
    no_subject,
    subject_name,
    without_keys,
)
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def block(services: Services, request: Request) -> Answer:
    """Refuse or accept the keys of a subject, at once."""
    name = subject_name(request)
    blocked = (await operator_body(request, frozenset({"blocked"}))).get("blocked")
    if not isinstance(blocked, bool):
        raise MalformedContentError("'blocked' must be true or false")
    note(request, blocked=blocked)
    async with services.operations.changes:
        subject = await existing(services, name)
        if blocked:
            check_keeps_operator(services, subject.identities, "blocked")
        if not await services.subjects.block(name, blocked):
            raise no_subject(name)
        await take_effect(services)
    return json_answer(without_keys(await existing(services, name)))
