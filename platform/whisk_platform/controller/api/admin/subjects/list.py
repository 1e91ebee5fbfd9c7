"""``GET /api/v1/admin/subjects``: all subjects by name, without keys."""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.subjects.subject import without_keys
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def list_subjects(services: Services, request: Request) -> Answer:
    """List every subject with its namespaces."""
    subjects = await services.subjects.list()
    return json_answer([without_keys(subject) for subject in subjects])
