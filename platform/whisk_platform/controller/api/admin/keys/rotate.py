"""``POST /api/v1/admin/namespaces/name/key``: a new key; the old one stops working at once.

The uuid stays, because counters and records of the namespace hang on it; ``{"newUuid": true}``
replaces it too. Source: contracts rest-api §6.1 (``wskadmin user create --revoke``).
"""

from __future__ import annotations

import uuid

import msgspec

from whisk_platform.common.errors import MalformedContentError
from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.api.admin.body import operator_body
from whisk_platform.controller.api.admin.effect import take_effect
from whisk_platform.controller.api.admin.keys.generation import new_key
from whisk_platform.controller.api.admin.namespaces.namespace import existing, namespace_name
from whisk_platform.controller.api.admin.operator import note
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities.identity import AuthKey


async def rotate(services: Services, request: Request) -> Answer:
    """Replace a key and answer with the new one; a blocked subject stays blocked."""
    name = namespace_name(request)
    new_uuid = (await operator_body(request, frozenset({"newUuid"}))).get("newUuid", False)
    if not isinstance(new_uuid, bool):
        raise MalformedContentError("'newUuid' must be true or false")
    note(request, new_uuid=new_uuid)
    async with services.operations.changes:
        identity = (await existing(services, name)).identity
        kept = str(uuid.uuid4()) if new_uuid else identity.authkey.uuid
        authkey = AuthKey(uuid=kept, key=new_key())
        await services.subjects.put_identity(msgspec.structs.replace(identity, authkey=authkey))
        await take_effect(services)
    return json_answer(
        {
            "subject": identity.subject,
            "name": name,
            "uuid": authkey.uuid,
            "key": authkey.key,
        }
    )
