"""Paths of ``/api/v1/admin/subjects``."""

from __future__ import annotations

from starlette.routing import Route

from whisk_platform.controller.api.admin.operator import operator_path
from whisk_platform.controller.api.admin.subjects.block import block
from whisk_platform.controller.api.admin.subjects.delete import delete
from whisk_platform.controller.api.admin.subjects.get import get
from whisk_platform.controller.api.admin.subjects.list import list_subjects
from whisk_platform.controller.api.admin.subjects.put import put
from whisk_platform.controller.services import Services

SUBJECTS = "/api/v1/admin/subjects"


def subject_routes(services: Services) -> list[Route]:
    """Subjects, for operators."""
    every = ("list_subjects", list_subjects)
    return [
        operator_path(services, SUBJECTS, get=every),
        operator_path(services, SUBJECTS + "/", get=every),
        operator_path(
            services,
            SUBJECTS + "/{subject}",
            get=("get_subject", get),
            put=("put_subject", put),
            delete=("delete_subject", delete),
            post=("block_subject", block),
        ),
    ]
