"""What a PUT makes of an action: the rules of creating and of updating, without any effect.

Source: contracts rest-api §2.2.2.
"""

from __future__ import annotations

import msgspec

from whisk_platform.controller.actionbody import ActionBody, Executable
from whisk_platform.entities.action import FIRST_VERSION, Action, next_version
from whisk_platform.entities.exec import SequenceExec
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.entities.names import FullyQualifiedEntityName
from whisk_platform.entities.parameters import NO_PARAMETERS, Parameters

API_KEY = "provide-api-key"
EXEC = "exec"
ACTIONS = "_actions"
"""The one parameter of a sequence: its components."""


def created(
    fqn: FullyQualifiedEntityName, body: ActionBody, executable: Executable, limits: SystemLimits
) -> Action:
    """A new action: what the body leaves out takes the standard value."""
    annotations = body.common.annotations or NO_PARAMETERS
    if annotations.get(API_KEY) is None:
        annotations = annotations.with_value(API_KEY, False)
    standard = limits.standard()
    return Action(
        fqn=fqn,
        version=body.common.version or FIRST_VERSION,
        publish=body.common.publish or False,
        annotations=annotations.with_value(EXEC, executable.exec.kind),
        exec=executable.exec,
        parameters=_own_parameters(executable, body.common.parameters or NO_PARAMETERS),
        limits=standard if body.limits is None else body.limits.over(standard),
    )


def updated(action: Action, body: ActionBody) -> Action:
    """A changed action: what the body leaves out stays; annotations merge, parameters do not."""
    executable = action.exec if body.executable is None else body.executable.exec
    annotations = action.annotations.without(body.removed_annotations)
    if body.common.annotations is not None:
        annotations = body.common.annotations.over(annotations)
    publish = action.publish if body.common.publish is None else body.common.publish
    return msgspec.structs.replace(
        action,
        version=body.common.version or next_version(action.version),
        publish=publish,
        annotations=annotations.with_value(EXEC, executable.kind),
        exec=executable,
        parameters=_updated_parameters(action, body),
        limits=action.limits if body.limits is None else body.limits.over(action.limits),
    )


def _updated_parameters(action: Action, body: ActionBody) -> Parameters:
    given = body.common.parameters
    was_sequence = isinstance(action.exec, SequenceExec)
    if body.executable is None:
        return action.parameters if was_sequence or given is None else given
    kept = NO_PARAMETERS if was_sequence else action.parameters
    return _own_parameters(body.executable, kept if given is None else given)


def _own_parameters(executable: Executable, parameters: Parameters) -> Parameters:
    if not isinstance(executable.exec, SequenceExec):
        return parameters
    components = [component.with_slash for component in executable.exec.components]
    return NO_PARAMETERS.with_value(ACTIONS, components)
