"""``POST …/rules/{name}``: switch a rule on or off.

Source: contracts rest-api §2.5.
"""

from __future__ import annotations

from whisk_platform.common.errors import MalformedContentError, NotFoundError
from whisk_platform.common.jsontext import JSONTextError, split_object
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer, text_answer
from whisk_platform.controller.bodies import shown, string
from whisk_platform.controller.catalog import Write
from whisk_platform.controller.entitlement import owned_name
from whisk_platform.controller.links import find_trigger, is_active, linked, until_unopposed
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities.action import Rule, RuleLink

_STATES = {"active": True, "inactive": False}


async def set_status(services: Services, request: Request) -> Answer:
    """Set the status and answer ``OK``, also when nothing had to change.

    Raises:
        NotFoundError: there is no such rule, or its trigger is gone.
    """
    fqn = owned_name(request)
    active = wanted_state(await request.json_body())

    async def write() -> None:
        rule = await services.catalog.get(fqn, Rule)
        trigger = await find_trigger(services.catalog, rule.trigger)
        if trigger is None:
            if active:
                raise NotFoundError(texts.RULE_WITHOUT_TRIGGER)
        elif is_active(trigger, fqn) != active:
            link = RuleLink(action=rule.action, active=active)
            await services.catalog.put_all([Write(entity=linked(trigger, fqn, link))])

    async def own() -> Rule | None:
        return await services.catalog.find(fqn, Rule)

    await until_unopposed(write, own)
    return text_answer("OK")


def wanted_state(body: bytes) -> bool:
    """Read the status that a body asks for; other members are ignored.

    Raises:
        MalformedContentError: no JSON object, no status, or no known one.
    """
    try:
        value = split_object(body).get("status")
    except JSONTextError as error:
        raise MalformedContentError(error.message) from error
    if value is None:
        raise MalformedContentError("Object is missing required member 'status'")
    state = string(value)
    if state not in _STATES:
        named = shown(value) if state is None else state
        raise MalformedContentError(texts.not_a_rule_state(named))
    return _STATES[state]
