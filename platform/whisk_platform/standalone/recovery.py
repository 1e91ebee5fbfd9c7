"""Recovery: what a former life had accepted and not recorded either runs now or ends as lost.

Source: design.md §5 Delivery. Unmarked work has never met user code, so it runs. Marked work may
have, so it must not run again: it gets a record that says that it was lost.
"""

from __future__ import annotations

from dataclasses import dataclass

from whisk_platform.common.errors import WhiskError
from whisk_platform.common.logging import get_logger
from whisk_platform.controller.lost import LostComposites
from whisk_platform.entities import journal
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.invoker.invoker import Invoker
from whisk_platform.invoker.texts import LOST
from whisk_platform.spi.messaging import MessageBus
from whisk_platform.spi.stores import ActivationStore, JournalEntry, SubjectStore

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What recovery found."""

    resumed: int
    lost: int


async def recover(
    *,
    activations: ActivationStore,
    subjects: SubjectStore,
    bus: MessageBus,
    invoker: Invoker,
    composites: LostComposites,
    topic: str,
) -> Recovered:
    """Go through the journal, oldest first; called once, before the first request."""
    resumed = lost = 0
    for entry in await activations.pending():
        try:
            message = journal.decode(entry.message)
        except journal.CorruptJournalError:
            _log.error("journal_entry_unreadable", activation_id=entry.activation_id)
            continue
        if await activations.get(message.user.namespace, entry.activation_id) is not None:
            # A blocking call that ended just as its client was told to come back later.
            invoker.close_journal(message)
        elif await _resume(entry, message, subjects, bus, topic):
            resumed += 1
        else:
            if not await composites.end(message, LOST):
                await invoker.lost(message)
            lost += 1
    await activations.flush()
    return Recovered(resumed=resumed, lost=lost)


async def _resume(
    entry: JournalEntry,
    message: ActivationMessage,
    subjects: SubjectStore,
    bus: MessageBus,
    topic: str,
) -> bool:
    """Hand the work over again if it may run; False when it has to end as lost."""
    if entry.started:
        return False
    user = await subjects.by_namespace(message.user.namespace)
    if user is None:
        return False
    try:
        bus.redeliver(topic, journal.resume(message, user))
    except WhiskError as error:
        _log.error("resume_refused", activation_id=entry.activation_id, error=error.message)
        return False
    return True
