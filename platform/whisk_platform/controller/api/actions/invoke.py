"""``POST …/actions/[pkg/]name``: invoke an action or a sequence.

Source: contracts rest-api §3.
"""

from __future__ import annotations

from whisk_platform.common.counters import COUNTERS
from whisk_platform.common.errors import MalformedQueryError
from whisk_platform.common.ids import ActivationId
from whisk_platform.common.jsontext import dumps
from whisk_platform.controller import texts
from whisk_platform.controller.activator import Invocation, wait_for
from whisk_platform.controller.answer import Answer
from whisk_platform.controller.payloads import payload_limit
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import journal, wire
from whisk_platform.entities.activation import Activation, StatusCode
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.spi.stores import JournalEntry

_MOST_DIGITS = 18
"""Longer numbers are out of any range, and Python refuses to read very long ones."""
_STATUS = {
    StatusCode.SUCCESS: 200,
    StatusCode.APPLICATION_ERROR: 502,
    StatusCode.DEVELOPER_ERROR: 502,
    StatusCode.INTERNAL_ERROR: 500,
}


async def invoke(services: Services, request: Request, fqn: FullyQualifiedEntityName) -> Answer:
    """Run an action; answer with its result, its record or its id.

    Args:
        services: the controller's parts.
        request: may carry ``blocking``, ``result`` and ``timeout``.
        fqn: as addressed, namespace resolved.
    """
    identity = request.identity
    blocking = request.flag("blocking")
    only_result = request.flag("result") and blocking
    wait_ms = timeout_ms(request, services.limits.blocking_wait_ms)
    services.operations.admission.check()
    services.throttles.check_invocation(identity)
    target = await services.resolver.action(fqn, identity)
    payload = await request.payload(payload_limit(identity, services.limits))
    started = await services.activator.start(
        Invocation(
            user=identity,
            target=target,
            payload=payload,
            transid=request.transid,
            received_ms=request.received_ms,
            blocking=blocking,
            extra_logging=request.extra_logging,
        )
    )
    if not blocking:
        return accepted(started.activation_id)
    activation = await wait_for(started, wait_ms / 1000)
    if activation is None:
        await outlive_the_wait(services, started.message)
        return accepted(started.activation_id)
    return finished(activation, only_result)


def accepted(activation_id: ActivationId) -> Answer:
    """202 with the id: it runs, nobody waits for it here."""
    return Answer(
        status=202,
        body=dumps({"activationId": activation_id}),
        headers=activation_header(activation_id),
    )


def finished(activation: Activation, only_result: bool) -> Answer:
    """The answer to a blocking call that has ended (contract §3.4)."""
    result = bytes(activation.response.result)
    if only_result or result.lstrip()[:1] == b"[":
        body = result
    else:
        COUNTERS.payload_codecs += 1
        body = wire.activation_text(activation)
    return Answer(
        status=_STATUS[activation.response.status_code],
        body=body,
        headers=activation_header(activation.activation_id),
    )


def activation_header(activation_id: ActivationId) -> tuple[tuple[bytes, bytes], ...]:
    """The response header that names the activation."""
    return ((b"x-openwhisk-activation-id", activation_id.encode()),)


async def outlive_the_wait(services: Services, message: ActivationMessage) -> None:
    """Make a blocking call durable whose client is about to be told to come back later.

    From here on it counts as accepted work: should the platform die, it ends as lost, not as
    silence.
    """
    entry = JournalEntry(
        activation_id=message.activation_id, message=journal.encode(message), started=True
    )
    await services.activations.accept(entry)


def timeout_ms(request: Request, most: int) -> int:
    """How long a request wants to wait.

    Raises:
        MalformedQueryError: no number, or beyond ``most``.
    """
    value = request.query.get("timeout")
    if value is None:
        return most
    number = value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    if not number or not 1 <= int(value) <= most:
        raise MalformedQueryError("timeout", texts.BAD_TIMEOUT.format(max=most))
    return int(value)
