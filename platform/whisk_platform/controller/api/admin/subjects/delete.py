"""``DELETE /api/v1/admin/subjects/name``: a subject, or with ``?namespace=`` one namespace of it.

What is stored in the namespaces stays.
"""

from __future__ import annotations

from dataclasses import replace

from whisk_platform.common.errors import NotFoundError
from whisk_platform.controller.answer import Answer, json_answer
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


async def delete(services: Services, request: Request) -> Answer:
    """Delete; the keys stop working at once. Answers with what was deleted."""
    name = subject_name(request)
    namespace = request.query.get("namespace") or None
    note(request, namespace=namespace)
    async with services.operations.changes:
        subject = await existing(services, name)
        if namespace is not None:
            lost = tuple(each for each in subject.identities if each.namespace == namespace)
            if not lost:
                raise NotFoundError(f"The subject '{name}' has no namespace '{namespace}'.")
            subject = replace(subject, identities=lost)
        check_keeps_operator(services, subject.identities, "deleted")
        if not await services.subjects.delete(name, namespace=namespace):
            raise no_subject(name)
        await take_effect(services)
    return json_answer(without_keys(subject))
