"""Paths of ``/api/v1/admin/subjects``."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.admin.subjects.block import block
from whisk_platform.controller.api.admin.subjects.delete import delete
from whisk_platform.controller.api.admin.subjects.get import get
from whisk_platform.controller.api.admin.subjects.list import list_subjects
from whisk_platform.controller.api.admin.subjects.put import put
from whisk_platform.controller.routing import path
from whisk_platform.controller.services import Services

SUBJECTS = "/api/v1/admin/subjects"


def subject_routes(services: Services) -> list[Route]:
    """Subjects, for operators."""
    return [
        path(services, SUBJECTS, get=list_subjects),
        path(services, SUBJECTS + "/", get=list_subjects),
        path(services, SUBJECTS + "/{subject}", get=get, put=put, delete=delete, post=block),
    ]
