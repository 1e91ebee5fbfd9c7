"""``GET …/activations/{id}[/result|/logs]``: one record, or a part of it.

Source: contracts rest-api §1.7, §2.6.1, §2.6.6.
"""

from __future__ import annotations

from whisk_platform.common.errors import BadRequestError, ForbiddenError, NotFoundError
from whisk_platform.common.ids import ACTIVATION_ID_LENGTH, ActivationId, is_activation_id
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer, object_answer, raw_answer
from whisk_platform.controller.api.activations.rendering import rendered
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.activation import Activation


async def get(services: Services, request: Request) -> Answer:
    """Answer the whole record."""
    record = await _record(services, request)
    return await rendered([record], lambda: object_answer(wire.activation(record)))


async def get_result(services: Services, request: Request) -> Answer:
    """Answer the response: result, status and success."""
    record = await _record(services, request)
    return raw_answer(wire.response(record.response))


async def get_logs(services: Services, request: Request) -> Answer:
    """Answer the log lines."""
    record = await _record(services, request)
    return await rendered([record], lambda: object_answer({"logs": wire.raw(tuple(record.logs))}))


async def _record(services: Services, request: Request) -> Activation:
    namespace = request.namespace
    activation_id = checked_id(request.param("name"))
    if namespace != request.identity.namespace:
        raise ForbiddenError(texts.not_authorized(f"{namespace}/{activation_id}"))
    activation = await services.activations.get(namespace, activation_id)
    if activation is None:
        raise NotFoundError(texts.NOT_FOUND)
    return activation


def checked_id(text: str) -> ActivationId:
    """Return the id in lower case if it is one.

    Raises:
        BadRequestError: wrong length, or not hexadecimal; the contract's text.
    """
    if len(text) != ACTIVATION_ID_LENGTH:
        raise BadRequestError(texts.activation_id_length(len(text), ACTIVATION_ID_LENGTH))
    if not is_activation_id(text):
        raise BadRequestError(texts.ACTIVATION_ID_NOT_VALID)
    return ActivationId(text.lower())
