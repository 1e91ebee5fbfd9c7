"""``GET …/limits``: what a namespace may use.

Source: contracts rest-api §2.7.
"""

from __future__ import annotations

from whisk_platform.common.units import ByteSize
from whisk_platform.controller.answer import Answer, json_answer
from whisk_platform.controller.bodies import parameter_limit
from whisk_platform.controller.entitlement import owned_namespace
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities.limits import NamespaceLimits, SystemLimits, effective


async def get(services: Services, request: Request) -> Answer:
    """Show the caller's limits, the system's where the namespace has none of its own."""
    owned_namespace(request)
    own = request.identity.limits
    shown = _numbers(own, effective(services.limits, own))
    shown["maxParameterSize"] = str(ByteSize(parameter_limit(request.identity, services.limits)))
    shown.update({name: value for name, value in _optional(own).items() if value is not None})
    return json_answer(shown)


def _numbers(own: NamespaceLimits, limits: SystemLimits) -> dict[str, object]:
    instances = own.max_action_instances
    return {
        "invocationsPerMinute": limits.invocations_per_minute,
        "concurrentInvocations": limits.concurrent_invocations,
        "firesPerMinute": limits.fires_per_minute,
        "maxActionMemory": limits.memory.max,
        "minActionMemory": limits.memory.min,
        "maxActionLogs": limits.logs.max,
        "minActionLogs": limits.logs.min,
        "maxActionTimeout": limits.timeout.max,
        "minActionTimeout": limits.timeout.min,
        "maxActionConcurrency": limits.concurrency.max,
        "minActionConcurrency": limits.concurrency.min,
        "maxActionInstances": limits.concurrent_invocations if instances is None else instances,
    }


def _optional(own: NamespaceLimits) -> dict[str, object]:
    return {
        "allowedKinds": own.allowed_kinds,
        "storeActivations": own.store_activations,
        "maxPayloadSize": own.max_payload_size,
        "truncationSize": own.truncation_size,
        "warmedContainerKeepingCount": own.warmed_container_keeping_count,
        "warmedContainerKeepingTimeout": own.warmed_container_keeping_timeout,
    }
