"""``GET /api/v1/admin/subjects/name``: one subject, keys included."""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.subjects.subject import existing, subject_name, with_keys
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def get(services: Services, request: Request) -> Answer:
    """Show a subject with its keys."""
    name = subject_name(request)
    subject = await existing(services, name)
    return json_answer(with_keys(subject))
