"""Resolution: from the name in a request to the action that runs, with its parameters merged.

Source: contracts rest-api §1.9, §2.2.4, §2.3, §3.3.
"""

from __future__ import annotations

from dataclasses import dataclass

from whisk_platform.common.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    UnprocessableError,
)
from whisk_platform.common.jsontext import JSONObject, is_truthy
from whisk_platform.controller import texts
from whisk_platform.controller.catalog import Catalog
from whisk_platform.entities.action import Action, Package
from whisk_platform.entities.exec import SequenceExec
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.entities.parameters import NO_PARAMETERS, Parameters

CACHE_ENTRIES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedPackage:
    """A package, reached directly or through a binding."""

    package: Package
    """The provider."""
    binding: Package | None
    parameters: Parameters
    """Provider's, overlaid by the binding's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedAction:
    """An action, with everything its packages add."""

    action: Action
    """The provider's document."""
    binding: FullyQualifiedEntityName | None
    """The binding it was reached through."""
    parameters: Parameters
    """Package < binding < action."""
    arguments: JSONObject
    """Defaults under a payload: all parameters but the ``init`` ones."""
    init_arguments: JSONObject
    immutable: frozenset[str]
    """Keys that no payload may name (annotation ``final``)."""
    locked_arguments: frozenset[str] = frozenset()
    """Keys of ``arguments`` whose values are sealed."""
    locked_init: frozenset[str] = frozenset()
    """The same of ``init_arguments``."""
    is_conductor: bool = False
    """Whether its results say what runs next (annotation ``conductor``)."""

    @property
    def is_composite(self) -> bool:
        """Whether running it means running other actions, one after another."""
        return self.is_conductor or isinstance(self.action.exec, SequenceExec)

    def check(self, payload: JSONObject) -> None:
        """Verify that a payload may be laid over the parameters.

        Raises:
            BadRequestError: it names an immutable one.
        """
        if self.immutable and not self.immutable.isdisjoint(payload):
            raise BadRequestError(texts.IMMUTABLE_PARAMETER)

    def merge(self, payload: JSONObject) -> JSONObject:
        """Lay a payload over the defaults; members replace, never merge.

        Raises:
            BadRequestError: the payload names an immutable parameter.
        """
        self.check(payload)
        return {**self.arguments, **payload} if self.arguments else payload


class Resolver:
    """Resolves names against the catalog, checking who may READ on the way."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._generation = -1
        self._cache: dict[tuple[FullyQualifiedEntityName, str], ResolvedAction] = {}

    async def package(self, fqn: FullyQualifiedEntityName, identity: Identity) -> ResolvedPackage:
        """Find a package or binding that the identity may READ.

        Raises:
            NotFoundError: it, or its provider, is missing in the identity's own namespace.
            ForbiddenError: private, or missing elsewhere.
            ConflictError: in the identity's own namespace, the name belongs to another kind.
            UnprocessableError: a binding whose provider is itself.
        """
        package = await self._find(fqn, identity)
        if package is None:
            if fqn.namespace == identity.namespace:
                raise NotFoundError(texts.NOT_FOUND)
            raise ForbiddenError(texts.not_authorized(str(fqn)))
        if package.binding is None:
            _check_read(package, fqn, identity)
            return ResolvedPackage(package=package, binding=None, parameters=package.parameters)
        if fqn.namespace != identity.namespace:
            raise ForbiddenError(texts.not_authorized(str(fqn)))
        provider = await self._provider(package, identity)
        return ResolvedPackage(
            package=provider,
            binding=package,
            parameters=package.parameters.over(provider.parameters),
        )

    async def _provider(self, binding: Package, identity: Identity) -> Package:
        assert binding.binding is not None
        if binding.binding == binding.fqn:
            raise UnprocessableError(texts.circular_binding(str(binding.fqn)))
        provider = await self._find(binding.binding, identity)
        # A binding in the place of a provider that was deleted provides nothing.
        if provider is None or provider.binding is not None:
            if binding.binding.namespace == identity.namespace:
                raise NotFoundError(texts.NOT_FOUND)
            raise ForbiddenError(texts.not_authorized(str(binding.fqn)))
        _check_read(provider, binding.fqn, identity)
        return provider

    async def _find(self, fqn: FullyQualifiedEntityName, identity: Identity) -> Package | None:
        """Look a package up; strangers do not learn that the name belongs to something else."""
        try:
            return await self._catalog.find(fqn, Package)
        except ConflictError:
            if fqn.namespace == identity.namespace:
                raise
            return None

    async def action(self, fqn: FullyQualifiedEntityName, identity: Identity) -> ResolvedAction:
        """Find an action that the identity may READ and ACTIVATE.

        Raises:
            ForbiddenError: in somebody else's namespace and not in a public package.
            NotFoundError: missing.
            ConflictError: the name belongs to an entity of another kind.
        """
        if self._generation != self._catalog.generation:
            self._generation = self._catalog.generation
            self._cache.clear()
        cached = self._cache.get((fqn, identity.namespace))
        if cached is not None:
            return cached
        generation = self._generation
        resolved = await self._resolve(fqn, identity)
        if generation == self._catalog.generation and len(self._cache) < CACHE_ENTRIES:
            self._cache[(fqn, identity.namespace)] = resolved
        return resolved

    @property
    def generation(self) -> int:
        """Grows whenever an entity changes."""
        return self._catalog.generation

    def known(self, fqn: FullyQualifiedEntityName, identity: Identity) -> ResolvedAction | None:
        """What ``action`` has found before, if nothing has changed since."""
        if self._generation != self._catalog.generation:
            return None
        return self._cache.get((fqn, identity.namespace))

    async def _resolve(self, fqn: FullyQualifiedEntityName, identity: Identity) -> ResolvedAction:
        package_name = fqn.package_name
        if package_name is None:
            if fqn.namespace != identity.namespace:
                raise ForbiddenError(texts.not_authorized(str(fqn)))
            return resolved_action(await self._catalog.get(fqn, Action), NO_PARAMETERS, None)
        found = await self.package(package_name, identity)
        provider = found.package.fqn
        target = FullyQualifiedEntityName(provider.namespace, provider.name, fqn.name)
        action = await self._catalog.get(target, Action)
        binding = None if found.binding is None else found.binding.fqn
        return resolved_action(action, found.parameters, binding)


def resolved_action(
    action: Action, inherited: Parameters, binding: FullyQualifiedEntityName | None
) -> ResolvedAction:
    """Merge what packages add into an action."""
    parameters = action.parameters.over(inherited)
    final = action.annotations.is_true("final")
    return ResolvedAction(
        action=action,
        binding=binding,
        parameters=parameters,
        arguments=parameters.members(),
        init_arguments=parameters.init_members(),
        immutable=parameters.defined_keys() if final else frozenset(),
        locked_arguments=parameters.locked_members(),
        locked_init=parameters.locked_init(),
        is_conductor=_is_conductor(action),
    )


def _is_conductor(action: Action) -> bool:
    if isinstance(action.exec, SequenceExec):
        return False
    annotation = action.annotations.get("conductor")
    return annotation is not None and is_truthy(annotation)


def _check_read(package: Package, asked: FullyQualifiedEntityName, identity: Identity) -> None:
    if package.fqn.namespace != identity.namespace and not package.publish:
        raise ForbiddenError(texts.not_authorized(str(asked)))
