"""Actions and messages as tests want them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from whisk_platform.common.ids import ActivationId, TransactionId, new_activation_id
from whisk_platform.common.jsontext import RawJSON, dumps
from whisk_platform.entities.action import Action
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.exec import BlackBoxExec, CodeExec, Exec
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.limits import ActionLimits, NamespaceLimits
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import parse
from whisk_platform.entities.parameters import Parameters
from whisk_platform.invoker.job import Job, key_of
from whisk_platform.invoker.prepared import PreparedAction, prepare

RECEIVED_MS = 1_700_000_000_000


def identity(namespace: str = "guest", limits: NamespaceLimits | None = None) -> Identity:
    """The owner of a namespace."""
    key = AuthKey(uuid=f"uuid-of-{namespace}", key="k" * 64)
    return Identity(
        subject=f"{namespace}-subject",
        namespace=namespace,
        authkey=key,
        limits=limits or NamespaceLimits(),
    )


def action(
    name: str = "hello",
    *,
    revision: int = 1,
    version: str = "0.0.1",
    memory: int = 256,
    timeout: int = 60_000,
    logs: int = 10,
    concurrency: int = 1,
    instances: int | None = None,
    annotations: Mapping[str, object] | None = None,
    executable: Exec | None = None,
    namespace: str = "guest",
) -> Action:
    """An action of the namespace ``guest``."""
    members = {key: RawJSON(dumps(value)) for key, value in (annotations or {}).items()}
    return Action(
        fqn=parse(f"/{namespace}/{name}"),
        exec=executable or CodeExec(kind="python:3.11", binary=False),
        limits=ActionLimits(
            timeout=timeout, memory=memory, logs=logs, concurrency=concurrency, instances=instances
        ),
        revision=revision,
        version=version,
        annotations=Parameters.from_members(members),
    )


def black_box(image: str) -> BlackBoxExec:
    """A container image without code."""
    return BlackBoxExec(image=image, binary=False)


def prepared(of: Action) -> PreparedAction:
    """The action as the invoker handles it."""
    made = prepare(of)
    assert made is not None
    return made


def message(
    of: Action | None = None,
    *,
    content: bytes = b"{}",
    init: Mapping[str, bytes] | None = None,
    user: Identity | None = None,
    blocking: bool = True,
    journaled: bool = False,
    cause: str | None = None,
    binding: str | None = None,
    activation_id: str | None = None,
) -> ActivationMessage:
    """A call of an action."""
    called = of or action()
    return ActivationMessage(
        transid=TransactionId("tid"),
        received_ms=RECEIVED_MS,
        action=called.fqn,
        revision=called.revision,
        user=user or identity(),
        activation_id=ActivationId(activation_id or new_activation_id()),
        controller="0",
        blocking=blocking,
        content=RawJSON(content),
        init_content={key: RawJSON(value) for key, value in (init or {}).items()},
        cause=None if cause is None else ActivationId(cause),
        binding=binding,
        journaled=journaled,
    )


def job(of: Action | None = None, *, namespace: str = "guest", arrived: float = 0.0) -> Job:
    """A call on its way through the pool."""
    called = of or action()
    sent = message(called, user=identity(namespace))
    return Job(sent, prepared(called), key_of(sent, called), arrived)


def error_of(activation: Activation) -> str:
    """The sentence that a failed activation has for its user."""
    text = json.loads(bytes(activation.response.result))["error"]
    assert isinstance(text, str)
    return text
