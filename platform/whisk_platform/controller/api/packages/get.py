"""``GET …/packages/name``: a package or binding, with what is in it.

Source: contracts rest-api §1.9, §2.3.1, appendix D 10.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from whisk_platform.common.errors import NotFoundError
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer, object_answer
from whisk_platform.controller.entitlement import named
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import Action, Package

FEED = "feed"
"""Annotation that makes an action a feed."""


async def get(services: Services, request: Request) -> Answer:
    """Show a package; a binding with its provider's parameters, actions and feeds."""
    fqn = named(request)
    own = fqn.namespace == request.identity.namespace
    if own and await services.catalog.find(fqn, Package) is None:
        raise NotFoundError(texts.package_not_found(str(fqn)))
    found = await services.resolver.package(fqn, request.identity)
    provider = found.package.fqn
    contents = await services.catalog.list(Action, provider.namespace, package=provider.name)
    shown = msgspec.structs.replace(found.binding or found.package, parameters=found.parameters)
    members = wire.package(shown)
    members["actions"] = _briefly(a for a in contents if a.annotations.get(FEED) is None)
    members["feeds"] = _briefly(a for a in contents if a.annotations.get(FEED) is not None)
    return object_answer(members)


def _briefly(actions: Iterable[Action]) -> RawJSON:
    return wire.array(
        wire.obj(
            {
                "name": wire.raw(action.fqn.name),
                "version": wire.raw(action.version),
                "annotations": wire.pairs(action.annotations),
            }
        )
        for action in actions
    )
