"""``POST …/triggers/{name}``: fire a trigger.

Every active rule's action is accepted durably, and the trigger's own record is written, before the
client hears 202. Source: contracts rest-api §2.4.1; design.md §5 Delivery.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from whisk_platform.common.errors import StoreError, UnavailableError, WhiskError
from whisk_platform.common.ids import new_activation_id
from whisk_platform.common.jsontext import JSONObject, RawJSON
from whisk_platform.common.logging import get_logger
from whisk_platform.common.positions import new_position
from whisk_platform.controller import firing
from whisk_platform.controller.activator import Invocation, Started
from whisk_platform.controller.answer import Answer
from whisk_platform.controller.api.actions.invoke import accepted
from whisk_platform.controller.entitlement import check_owner, named
from whisk_platform.controller.payloads import payload_limit
from whisk_platform.controller.request import THREAD_BYTES, Request
from whisk_platform.controller.services import Services
from whisk_platform.controller.web.arguments import visible_headers
from whisk_platform.entities.action import RuleLink, Trigger
from whisk_platform.entities.activation import Activation

_log = get_logger(__name__)


async def fire(services: Services, request: Request) -> Answer:
    """Start the actions of all active rules and answer the id of the trigger's own record.

    Raises:
        NotFoundError: there is no such trigger.
        TooManyRequestsError: too many fires in this minute.
        StoreError: nothing could be accepted.
    """
    fqn = named(request)
    services.operations.admission.check_enabled()
    services.throttles.check_fire(request.identity)
    check_owner(request.identity, fqn)
    payload = await request.payload(payload_limit(request.identity, services.limits))
    trigger = await services.catalog.get(fqn, Trigger)
    rules = trigger.rules or {}
    if not any(link.active for link in rules.values()):
        return Answer(status=204, content_type=None)
    if not services.activations.has_room():
        raise UnavailableError
    activation_id = new_activation_id()
    start = services.clock.now_ms()
    arguments = firing.arguments(trigger, visible_headers(request.scope["headers"]), payload)
    locked = firing.locked(trigger, payload)
    outcomes = await asyncio.gather(
        *(
            _set_off(services, request, trigger, rule, link, arguments, locked)
            for rule, link in rules.items()
        )
    )
    _check_any_kept(outcomes)
    record = firing.record(
        trigger,
        activation_id=activation_id,
        user=request.identity,
        start=start,
        result=await _result(request, payload),
        outcomes=outcomes,
    )
    await _keep(services, request, record)
    return accepted(activation_id)


async def _result(request: Request, payload: JSONObject) -> RawJSON:
    """The payload as it stands in the record; a long one is no work for the event loop."""
    if len(await request.body()) > THREAD_BYTES:
        return await asyncio.to_thread(firing.result, payload)
    return firing.result(payload)


async def _keep(services: Services, request: Request, record: Activation) -> None:
    """Write the record, and tell it to who watches; the lines of its log are what became of it."""
    feed = services.activity.hub
    if feed.watches(record.namespace):
        started = firing.started(record)
        feed.started(started)
        feed.printed(started, record.logs)
    keep = services.recording.keeps(
        record.response.status_code,
        request.identity.limits,
        blocking=False,
        extra_logging=request.extra_logging,
    )
    if not keep:
        feed.ended(record, new_position())
        return
    feed.ended(record, services.activations.store(record))
    await services.activations.flush()


async def _set_off(
    services: Services,
    request: Request,
    trigger: Trigger,
    rule: str,
    link: RuleLink,
    arguments: JSONObject,
    locked: frozenset[str],
) -> firing.RuleOutcome:
    """Start one rule's action; what goes wrong is told in the trigger's record, not to the client.

    The starts of one fire run side by side, so that the store takes all of them in one write.
    """
    if not link.active:
        return firing.inactive(rule, link)
    try:
        started = await _start(services, request, trigger, rule, link, arguments, locked)
    except WhiskError as error:
        return firing.refused(rule, link, error)
    except Exception:
        _log.exception("rule_crashed", transid=request.transid, rule=rule)
        return firing.refused(rule, link, WhiskError())
    return firing.accepted(rule, link, started.activation_id)


async def _start(
    services: Services,
    request: Request,
    trigger: Trigger,
    rule: str,
    link: RuleLink,
    arguments: JSONObject,
    locked: frozenset[str],
) -> Started:
    services.operations.admission.check_invokers()
    services.throttles.check_rule(request.identity)
    target = await services.resolver.action(link.action, request.identity)
    return await services.activator.start(
        Invocation(
            user=request.identity,
            target=target,
            payload=arguments,
            locked=locked,
            transid=request.transid,
            received_ms=request.received_ms,
            blocking=False,
            extra_logging=request.extra_logging,
            trigger=str(trigger.fqn),
            rule=rule,
        )
    )


def _check_any_kept(outcomes: Sequence[firing.RuleOutcome]) -> None:
    """Refuse the fire when the store took none of its actions: it would not take the record.

    Raises:
        StoreError: why the first of them was not taken.
    """
    if any(outcome.activation_id is not None for outcome in outcomes):
        return
    for outcome in outcomes:
        if isinstance(outcome.cause, StoreError):
            raise outcome.cause
