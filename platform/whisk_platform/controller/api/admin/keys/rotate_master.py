"""``POST /api/v1/admin/master-key``: seal everything that is sealed with a new master key."""

from __future__ import annotations

from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services


async def rotate_master(services: Services, request: Request) -> Answer:
    """Replace the master key and answer how many secrets were sealed anew.

    Raises:
        StoreError: it was not finished; repeated, or at the next start, it goes on.
        StateDirectoryError: the key is not this platform's to replace, or cannot be written.
    """
    async with services.operations.changes:
        sealed = await services.operations.rotate_master_key()
    return json_answer({"sealed": sealed})
