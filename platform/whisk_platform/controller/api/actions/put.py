"""``PUT …/actions/[pkg/]name``: create, or update with ``overwrite=true``.

Source: contracts rest-api §2.0, §2.2, §6.4.
"""

from __future__ import annotations

from dataclasses import replace

from whisk_platform.common.errors import BadRequestError
from whisk_platform.controller import texts
from whisk_platform.controller.actionbody import ActionBody, Executable, action_body
from whisk_platform.controller.answer import Answer
from whisk_platform.controller.api.actions.changes import created, updated
from whisk_platform.controller.api.actions.components import check_readable, check_sequence
from whisk_platform.controller.api.actions.packaging import check_package
from whisk_platform.controller.api.actions.rendering import action_answer, answer_with_code
from whisk_platform.controller.catalog import already_exists
from whisk_platform.controller.entitlement import check_kind, owned_name
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services
from whisk_platform.entities import limits as action_limits
from whisk_platform.entities.action import Action
from whisk_platform.entities.exec import CodeExec, SequenceExec
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.limits import SystemLimits, effective
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.entities.runtimes import RuntimesManifest


async def put(services: Services, request: Request) -> Answer:
    """Create or update an action and answer with it."""
    identity = request.identity
    fqn = owned_name(request)
    await check_package(services.catalog, fqn)
    bounds = effective(services.limits, identity.limits)
    body = resolved(await action_body(request, bounds, services.manifest), identity)
    overwrite = request.flag("overwrite")
    if body.limits is not None:
        action_limits.check(body.limits.over(bounds.standard()), bounds)
    if body.executable is not None:
        await _check_rights(services, identity, body.executable)
    action = await services.catalog.find(fqn, Action)
    if action is not None and not overwrite:
        raise already_exists()
    if body.executable is not None:
        await _check_executable(services, fqn, body.executable)
    changed = _changed(services.manifest, action, fqn, body, bounds)
    if body.executable is None:
        return await action_answer(services, await services.catalog.put(changed))
    code = body.executable.code
    written = await services.catalog.put(changed, code=code, drop_code=code is None)
    if code is not None and isinstance(written.exec, CodeExec):
        services.foresee(written, code)
    return await answer_with_code(written, code)


def resolved(body: ActionBody, identity: Identity) -> ActionBody:
    """Replace the namespace ``_`` of components by the caller's."""
    if body.executable is None or not isinstance(body.executable.exec, SequenceExec):
        return body
    components = (c.resolve(identity.namespace) for c in body.executable.exec.components)
    sequence = SequenceExec(components=tuple(components))
    return replace(body, executable=replace(body.executable, exec=sequence))


def _changed(
    manifest: RuntimesManifest,
    action: Action | None,
    fqn: FullyQualifiedEntityName,
    body: ActionBody,
    bounds: SystemLimits,
) -> Action:
    if action is None:
        if body.executable is None:
            raise BadRequestError(texts.EXEC_UNDEFINED)
        return created(fqn, body, body.executable, bounds)
    if body.executable is None:
        kind = action.exec.kind
        if any(runtime.kind == kind and runtime.deprecated for runtime in manifest.runtimes):
            raise BadRequestError(texts.deprecated_kind(kind))
    return updated(action, body)


async def _check_rights(services: Services, identity: Identity, executable: Executable) -> None:
    if isinstance(executable.exec, SequenceExec):
        await check_readable(services.resolver, identity, executable.exec.components)
    check_kind(identity, executable.exec.kind)


async def _check_executable(
    services: Services, fqn: FullyQualifiedEntityName, executable: Executable
) -> None:
    if executable.deprecated:
        raise BadRequestError(texts.deprecated_kind(executable.exec.kind))
    if isinstance(executable.exec, SequenceExec):
        await check_sequence(
            services.catalog, fqn, executable.exec.components, services.limits.sequence_length
        )
