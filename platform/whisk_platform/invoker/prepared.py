"""An action with everything about it that is the same for each of its activations. Pure.

Made once for each revision, so that a warm call neither encodes nor decodes what it knows already.
"""

from __future__ import annotations

from dataclasses import dataclass

from whisk_platform.common.jsontext import dumps, dumps_text, is_truthy
from whisk_platform.entities import wire
from whisk_platform.entities.action import Action
from whisk_platform.entities.exec import BlackBoxExec, CodeExec, SequenceExec, image_name
from whisk_platform.entities.parameters import Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedAction:
    """An action as the invoker handles it."""

    action: Action
    executable: CodeExec | BlackBoxExec
    container_kind: str
    """Of the containers that run it: the kind, for a black box with its image."""
    name: str
    """``/ns/[pkg/]name``."""
    run_members: bytes
    """``,"action_name":…,"action_version":…`` for the body of ``/run``."""
    annotations: tuple[Parameter, ...]
    """``path``, ``kind`` and ``limits`` of every record."""
    provides_key: bool
    """Whether it gets the caller's API key (contract §3.6)."""
    timeout_s: float
    log_bytes: int


def prepare(action: Action) -> PreparedAction | None:
    """Work out what never changes; None for a sequence, which no invoker runs."""
    executable = action.exec
    if isinstance(executable, SequenceExec):
        return None
    name = action.fqn.with_slash
    members = b',"action_name":' + dumps(name) + b',"action_version":' + dumps(action.version)
    return PreparedAction(
        action=action,
        executable=executable,
        container_kind=_container_kind(executable),
        name=name,
        run_members=members,
        annotations=(
            Parameter(key="path", value=dumps_text(str(action.fqn))),
            Parameter(key="kind", value=dumps_text(executable.kind)),
            Parameter(key="limits", value=wire.limits(action.limits)),
        ),
        provides_key=_provides_key(action),
        timeout_s=action.limits.timeout / 1000,
        log_bytes=action.limits.logs << 20,
    )


def _container_kind(executable: CodeExec | BlackBoxExec) -> str:
    if isinstance(executable, CodeExec):
        return executable.kind
    return f"{executable.kind}:{image_name(executable.image)}"


def _provides_key(action: Action) -> bool:
    annotation = action.annotations.get("provide-api-key")
    return annotation is None or is_truthy(annotation)
