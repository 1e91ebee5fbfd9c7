"""``GET …/activations``: a page of a namespace's records, filtered.

Source: contracts rest-api §2.6.2, §2.6.5, appendix D 11, 12, 21.
"""

from __future__ import annotations

from whisk_platform.common.errors import BadRequestError, MalformedQueryError
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer, list_answer
from whisk_platform.controller.api.activations.rendering import rendered
from whisk_platform.controller.entitlement import owned_namespace
from whisk_platform.controller.lists import count_answer, page
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.names import check_entity_name
from whisk_platform.spi.stores import ActivationFilter

_MOST_DIGITS = 18
"""Longer numbers are no 64-bit integers."""


async def list_activations(services: Services, request: Request) -> Answer:
    """Answer summaries or, with ``docs``, whole records, newest first; or their number."""
    namespace = owned_namespace(request)
    wanted = page(request, "activations", services.limits)
    docs = request.flag("docs")
    matching = ActivationFilter(
        namespace=namespace,
        name=name_filter(request.query.get("name")),
        since=_moment(request, "since"),
        upto=_moment(request, "upto"),
    )
    if wanted.count:
        if docs:
            raise BadRequestError(texts.COUNT_WITH_DOCS)
        total = await services.activations.count(matching)
        return count_answer("activations", total, wanted)
    records = await services.activations.list(
        matching, skip=wanted.skip, limit=wanted.limit, docs=docs
    )
    render = wire.activation if docs else wire.activation_summary
    return await rendered(records, lambda: list_answer(map(render, records)))


def name_filter(text: str | None) -> str | None:
    """Read ``name``: ``a`` or ``pkg/a``; blank filters nothing.

    Raises:
        MalformedQueryError: more parts, or an illegal name.
    """
    if text is None or not text.strip():
        return None
    segments = text.strip().removeprefix("/").split("/")
    try:
        names = [check_entity_name(segment) for segment in segments]
    except BadRequestError as error:
        raise MalformedQueryError("name", texts.not_a_name_filter(text)) from error
    if len(names) > 2:
        raise MalformedQueryError("name", texts.not_a_name_filter(text))
    return "/".join(names)


def _moment(request: Request, name: str) -> int | None:
    text = request.query.get(name)
    if text is None:
        return None
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
        raise MalformedQueryError(name, texts.not_epoch_seconds(text))
    return int(text)
