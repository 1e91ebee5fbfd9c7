"""Routing: how a noun of the API declares its paths.

A path is a Starlette route whose endpoint is a ``Resource``; a handler gets the services bound.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.routing import Route

from whisk_platform.controller.answer import Answer
from whisk_platform.controller.request import Request
from whisk_platform.controller.resource import Handler, Resource
from whisk_platform.controller.services import Services

Verb: TypeAlias = Callable[[Services, Request], Awaitable[Answer]]
"""One file's function: what a method on a path does."""

NAMESPACE = "/api/v1/namespaces/{namespace}"


def path(
    services: Services,
    template: str,
    *,
    public: bool = False,
    options: bool = True,
    **verbs: Verb,
) -> Route:
    """Declare one path.

    Args:
        services: bound to every handler.
        template: Starlette's, for example ``/api/v1/namespaces/{namespace}/rules/{name}``.
        public: whether no key is needed.
        options: whether OPTIONS is answered with the API's CORS headers.
        **verbs: method in lower case to its function.
    """
    return path_of(services, template, verbs, public=public, options=options)


def path_of(
    services: Services,
    template: str,
    verbs: Mapping[str, Verb],
    *,
    public: bool = False,
    options: bool = True,
) -> Route:
    """Declare one path whose methods are worked out; see ``path``."""
    resource = Resource(
        {method.upper(): _bind(verb, services) for method, verb in verbs.items()},
        clock=services.clock,
        authenticator=None if public else services.authenticator,
        options=options,
    )
    return Route(template, endpoint=resource)


def _bind(verb: Verb, services: Services) -> Handler:
    def handler(request: Request) -> Awaitable[Answer]:
        return verb(services, request)

    return handler
