"""``PUT …/triggers/{name}``: create a trigger, or change one.

Source: contracts rest-api §2.0, §2.4, appendix D 21.
"""

from __future__ import annotations

import msgspec

from whisk_platform.common.errors import BadRequestError, MalformedContentError
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer, object_answer
from whisk_platform.controller.bodies import PutBody, decoded_value, put_body
from whisk_platform.controller.catalog import already_exists
from whisk_platform.controller.entitlement import owned_name
from whisk_platform.controller.links import until_unopposed, without_links
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import FIRST_VERSION, Trigger, next_version
from whisk_platform.entities.names import FullyQualifiedEntityName, check_entity_name
from whisk_platform.entities.parameters import NO_PARAMETERS, Parameters


async def put(services: Services, request: Request) -> Answer:
    """Write the trigger and answer it.

    Raises:
        DocumentConflictError: it exists and may not be overwritten, or changed meanwhile.
    """
    fqn = owned_name(request)
    overwrite = request.flag("overwrite")
    body = await put_body(request, services.limits)
    _check_limits(body)

    async def write() -> Trigger:
        existing = await services.catalog.find(fqn, Trigger)
        if existing is not None and not overwrite:
            raise already_exists()
        changed = created(fqn, body) if existing is None else updated(existing, body)
        return await services.catalog.put(changed)

    async def own() -> Trigger | None:
        return without_links(await services.catalog.find(fqn, Trigger))

    return object_answer(wire.trigger(await until_unopposed(write, own)))


def created(fqn: FullyQualifiedEntityName, body: PutBody) -> Trigger:
    """The trigger that a body describes.

    Raises:
        BadRequestError: its feed's name is not valid.
    """
    annotations = body.annotations or NO_PARAMETERS
    _check_feed(annotations)
    return Trigger(
        fqn=fqn,
        version=body.version or FIRST_VERSION,
        publish=body.publish or False,
        annotations=annotations,
        parameters=body.parameters or NO_PARAMETERS,
    )


def updated(existing: Trigger, body: PutBody) -> Trigger:
    """A trigger changed by a body: what it names is replaced, rules stay."""
    return msgspec.structs.replace(
        existing,
        version=body.version or next_version(existing.version),
        publish=existing.publish if body.publish is None else body.publish,
        annotations=existing.annotations if body.annotations is None else body.annotations,
        parameters=existing.parameters if body.parameters is None else body.parameters,
    )


def _check_feed(annotations: Parameters) -> None:
    """Verify that a feed could exist; whether it does is the client's affair."""
    if annotations.get("feed") is None:
        return
    feed = annotations.value("feed")
    segments = [s for s in feed.split("/") if s] if isinstance(feed, str) else []
    if not segments:
        raise BadRequestError(texts.FEED_NAME_NOT_VALID)
    try:
        for segment in segments:
            check_entity_name(segment)
    except BadRequestError as error:
        raise BadRequestError(texts.FEED_NAME_NOT_VALID) from error


def _check_limits(body: PutBody) -> None:
    limits = body.members.get("limits")
    if limits is not None and not isinstance(decoded_value(limits), dict):
        raise MalformedContentError("Object expected in field 'limits'")
