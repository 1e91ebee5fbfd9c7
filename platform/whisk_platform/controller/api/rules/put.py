"""``PUT …/rules/{name}``: create a rule, or change one.

Source: contracts rest-api §2.0, §2.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from whisk_platform.common.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
)
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer, object_answer
from whisk_platform.controller.bodies import PutBody, put_body, reference
from whisk_platform.controller.catalog import Write, already_exists
from whisk_platform.controller.entitlement import check_owner, owned_name
from whisk_platform.controller.links import (
    find_trigger,
    is_active,
    linked,
    unlinked,
    until_unopposed,
)
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import FIRST_VERSION, Rule, RuleLink, Trigger, next_version
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.entities.parameters import NO_PARAMETERS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What the client asks for, decoded."""

    fqn: FullyQualifiedEntityName
    body: PutBody
    trigger: FullyQualifiedEntityName | None
    action: FullyQualifiedEntityName | None


async def put(services: Services, request: Request) -> Answer:
    """Write the rule together with its link in the trigger, and answer it.

    Raises:
        BadRequestError: trigger or action missing, in the body or altogether.
        ForbiddenError: one of them may not be read.
        DocumentConflictError: it exists and may not be overwritten, or changed meanwhile.
    """
    fqn = owned_name(request)
    overwrite = request.flag("overwrite")
    wish = _wish(fqn, await put_body(request, services.limits))

    async def own() -> Rule | None:
        return await services.catalog.find(fqn, Rule)

    async def write() -> tuple[Rule, bool]:
        existing = await own()
        if existing is not None and not overwrite:
            await _check_readable(services, request.identity, wish)
            raise already_exists()
        return await _write(services, request.identity, wish, existing)

    rule, active = await until_unopposed(write, own)
    return object_answer(wire.rule(rule, active))


def _wish(fqn: FullyQualifiedEntityName, body: PutBody) -> _Wish:
    trigger, action = body.members.get("trigger"), body.members.get("action")
    return _Wish(
        fqn=fqn,
        body=body,
        trigger=None if trigger is None else reference(trigger).resolve(fqn.namespace),
        action=None if action is None else reference(action).resolve(fqn.namespace),
    )


async def _write(
    services: Services, identity: Identity, wish: _Wish, existing: Rule | None
) -> tuple[Rule, bool]:
    """Write all documents concerned; the rule as stored, and its status."""
    await _check_readable(services, identity, wish)
    rule = _created(wish) if existing is None else _updated(wish, existing)
    rule = msgspec.structs.replace(rule, updated=services.clock.now_ms())
    old = None if existing is None else await find_trigger(services.catalog, existing.trigger)
    active = existing is None or is_active(old, rule.fqn)
    trigger = await find_trigger(services.catalog, rule.trigger)
    if trigger is None:
        raise BadRequestError(texts.does_not_exist("trigger", rule.trigger.with_slash))
    await _check_exists(services, identity, rule.action)
    link = RuleLink(action=rule.action, active=active)
    writes = [Write(entity=rule), Write(entity=linked(trigger, rule.fqn, link))]
    writes += [Write(entity=left) for left in _left(old, trigger, rule)]
    written, *_ = await services.catalog.put_all(writes)
    assert isinstance(written, Rule)
    return written, active


def _created(wish: _Wish) -> Rule:
    if wish.trigger is None or wish.action is None:
        raise BadRequestError(texts.RULE_INCOMPLETE)
    body = wish.body
    return Rule(
        fqn=wish.fqn,
        version=body.version or FIRST_VERSION,
        publish=body.publish or False,
        annotations=body.annotations or NO_PARAMETERS,
        trigger=wish.trigger,
        action=wish.action,
    )


def _updated(wish: _Wish, existing: Rule) -> Rule:
    body = wish.body
    return msgspec.structs.replace(
        existing,
        version=body.version or next_version(existing.version),
        publish=existing.publish if body.publish is None else body.publish,
        annotations=existing.annotations if body.annotations is None else body.annotations,
        trigger=wish.trigger or existing.trigger,
        action=wish.action or existing.action,
    )


def _left(old: Trigger | None, new: Trigger, rule: Rule) -> list[Trigger]:
    """The trigger that a rule moves away from, if it does."""
    if old is None or old.fqn == new.fqn:
        return []
    free = unlinked(old, rule.fqn)
    return [] if free is old else [free]


async def _check_readable(services: Services, identity: Identity, wish: _Wish) -> None:
    """Verify the right to read what the body names; whether it exists comes later.

    Raises:
        ForbiddenError: the caller may not read one of them.
    """
    if wish.trigger is not None:
        check_owner(identity, wish.trigger)
    if wish.action is not None:
        try:
            await services.resolver.action(wish.action, identity)
        except (NotFoundError, ConflictError):
            return


async def _check_exists(
    services: Services, identity: Identity, action: FullyQualifiedEntityName
) -> None:
    try:
        await services.resolver.action(action, identity)
    except ForbiddenError:
        # Named by the body, it was refused before; kept from earlier, it may have become private.
        return
    except (NotFoundError, ConflictError) as error:
        raise BadRequestError(texts.does_not_exist("action", action.with_slash)) from error
