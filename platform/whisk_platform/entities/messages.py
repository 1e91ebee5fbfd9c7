"""What travels between controller and invoker: a request to run, and its acknowledgement.

Source: contracts data-plane §3.6.
"""

from __future__ import annotations

import msgspec

from whisk_platform.common.ids import ActivationId, TransactionId
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.names import FullyQualifiedEntityName


class ActivationMessage(msgspec.Struct, frozen=True, kw_only=True):
    """Run this action with these arguments."""

    transid: TransactionId
    received_ms: int
    """When the request arrived, milliseconds since the epoch; ``waitTime`` counts from here."""
    action: FullyQualifiedEntityName
    """The provider's name (bindings are resolved)."""
    revision: int
    """Of the action when it was resolved; 0 = whatever is newest."""
    user: Identity
    activation_id: ActivationId
    controller: str
    """Who waits for the acknowledgement."""
    blocking: bool
    content: RawJSON
    """Arguments, merged, without the ``init`` ones: an object, or an array inside sequences."""
    init_content: dict[str, RawJSON] = {}
    """Merged ``init`` parameters, for the environment."""
    locked_args: tuple[str, ...] = ()
    """Members of ``content`` whose values are sealed."""
    locked_init: tuple[str, ...] = ()
    """The same of ``init_content``."""
    cause: ActivationId | None = None
    """Enclosing sequence or composition."""
    binding: str | None = None
    """``ns/bindingname`` when invoked through a binding."""
    trigger: str | None = None
    """``ns/trigger`` that set it off; told to who watches, and not recorded."""
    rule: str | None = None
    """``ns/rule`` through which it did."""
    extra_logging: bool = False
    """Whether the request asked for more to be logged (``X-OW-EXTRA-LOGGING``)."""
    journaled: bool = False
    """Whether an entry of the journal has to be closed together with the record."""


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """The invoker's answer: result and completion in one message."""

    transid: TransactionId
    activation_id: ActivationId
    activation: Activation
    """The record, logs still empty."""
