"""Components of a sequence: who may use them, and what a sequence may be made of.

Source: contracts rest-api §1.9, §2.2.2 (sequence creation checks).
"""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from whisk_platform.common.errors import BadRequestError, ForbiddenError
from whisk_platform.controller import texts
from whisk_platform.controller.catalog import Catalog
from whisk_platform.controller.resolution import Resolver
from whisk_platform.entities.action import Action, Package
from whisk_platform.entities.exec import SequenceExec
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.names import FullyQualifiedEntityName

_Graph: TypeAlias = dict[FullyQualifiedEntityName, tuple[FullyQualifiedEntityName, ...]]
"""Sequences, with their components; bindings resolved."""


async def check_readable(
    resolver: Resolver, identity: Identity, components: Sequence[FullyQualifiedEntityName]
) -> None:
    """Verify that a subject may READ every component, whether or not it exists.

    Raises:
        ForbiddenError: in a private package, or outside any package in a foreign namespace.
        NotFoundError: in a package that does not exist in the subject's namespace.
    """
    refused = set()
    for component in components:
        package = component.package_name
        if package is not None:
            await resolver.package(package, identity)
        elif component.namespace != identity.namespace:
            refused.add(str(component))
    if refused:
        raise ForbiddenError(texts.not_authorized(", ".join(sorted(refused))))


async def check_sequence(
    catalog: Catalog,
    target: FullyQualifiedEntityName,
    components: Sequence[FullyQualifiedEntityName],
    most: int,
) -> None:
    """Verify that a sequence may consist of these components.

    Args:
        catalog: where they are looked up.
        target: the sequence that is about to be written.
        components: as the body names them, ``_`` resolved.
        most: how many actions a sequence may have, directly and with inner sequences inlined.

    Raises:
        BadRequestError: too many or none, one is missing, or it would contain itself.
        ConflictError: one is no action.
    """
    if len(components) > most:
        raise BadRequestError(texts.SEQUENCE_TOO_LONG)
    if not components:
        raise BadRequestError(texts.SEQUENCE_EMPTY)
    graph = await _explore(catalog, target, components, most)
    if inlined_length(graph, target) > most:
        raise BadRequestError(texts.SEQUENCE_TOO_LONG)


def inlined_length(graph: _Graph, sequence: FullyQualifiedEntityName) -> int:
    """How many actions run when a sequence and all sequences inside it are written out.

    Raises:
        BadRequestError: a sequence contains itself.
    """
    lengths: dict[FullyQualifiedEntityName, int] = {}
    try:
        for name in TopologicalSorter(graph).static_order():
            parts = graph.get(name)
            lengths[name] = 1 if parts is None else sum(lengths[part] for part in parts)
    except CycleError as error:
        raise BadRequestError(texts.SEQUENCE_CYCLIC) from error
    return lengths[sequence]


async def _explore(
    catalog: Catalog,
    target: FullyQualifiedEntityName,
    components: Sequence[FullyQualifiedEntityName],
    most: int,
) -> _Graph:
    graph: _Graph = {}
    seen = {target}
    pending = [(target, tuple(components))]
    while pending:
        name, parts = pending.pop()
        graph[name] = tuple([await _provided(catalog, part) for part in parts])
        # Chains of sequences with one component each would otherwise be of any length.
        if len(graph) > most * most:
            raise BadRequestError(texts.SEQUENCE_TOO_LONG)
        for part in graph[name]:
            if part == target:
                raise BadRequestError(texts.SEQUENCE_CYCLIC)
            if part in seen:
                continue
            seen.add(part)
            action = await catalog.find(part, Action)
            if action is None:
                raise BadRequestError(texts.SEQUENCE_COMPONENT_MISSING)
            if isinstance(action.exec, SequenceExec):
                pending.append((part, action.exec.components))
    return graph


async def _provided(
    catalog: Catalog, component: FullyQualifiedEntityName
) -> FullyQualifiedEntityName:
    """The action itself, where a component is addressed through a binding."""
    if component.package_name is None:
        return component
    package = await catalog.find(component.package_name, Package)
    if package is None:
        raise BadRequestError(texts.SEQUENCE_COMPONENT_MISSING)
    provider = package.binding or package.fqn
    return FullyQualifiedEntityName(provider.namespace, provider.name, component.name)
