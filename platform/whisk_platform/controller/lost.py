"""Lost composites: sequences and compositions that a former life of the platform left unfinished.

Source: design.md §5 Delivery; the record looks as contracts rest-api §5.2 and §5.4 say.
"""

from __future__ import annotations

from whisk_platform.common.clock import Clock
from whisk_platform.common.errors import WhiskError
from whisk_platform.controller.accounts import COMPOSITIONS, SEQUENCES, Account
from whisk_platform.controller.activator import Invocation
from whisk_platform.controller.catalog import Catalog
from whisk_platform.controller.resolution import ResolvedAction, resolved_action
from whisk_platform.entities.action import Action
from whisk_platform.entities.activation import StatusCode
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import from_path
from whisk_platform.entities.parameters import NO_PARAMETERS
from whisk_platform.spi.stores import ActivationStore


class LostComposites:
    """Writes the records of composites that nobody will finish."""

    def __init__(self, catalog: Catalog, activations: ActivationStore, clock: Clock) -> None:
        """Put the parts together.

        Args:
            catalog: tells composites from actions that run in one piece.
            activations: where the records go.
            clock: for the records.
        """
        self._catalog = catalog
        self._activations = activations
        self._clock = clock

    async def end(self, message: ActivationMessage, error: str) -> bool:
        """Queue the record of a lost composite, which also closes its journal entry.

        Args:
            message: as it stood in the journal.
            error: the sentence for people.

        Returns:
            False when the message asks for no composite, or nobody can tell any more.
        """
        target = await self._target(message)
        if target is None or not target.is_composite:
            return False
        invocation = Invocation(
            user=message.user,
            target=target,
            payload=message.content,
            transid=message.transid,
            received_ms=message.received_ms,
            blocking=False,
            cause=message.cause,
        )
        account = Account(
            form=COMPOSITIONS if target.is_conductor else SEQUENCES,
            invocation=invocation,
            activation_id=message.activation_id,
        )
        account.fail(StatusCode.INTERNAL_ERROR, error)
        record = account.record(message.received_ms, self._clock.now_ms())
        keep = message.user.limits.store_activations is not False
        self._activations.store(record, record=keep)
        return True

    async def _target(self, message: ActivationMessage) -> ResolvedAction | None:
        try:
            action = await self._catalog.get(message.action, Action)
        except WhiskError:
            return None
        binding = message.binding
        namespace, _, name = (binding or "").partition("/")
        bound = None if binding is None else from_path(namespace, name)
        return resolved_action(action, NO_PARAMETERS, bound)
