"""What happens when an activation has ended: the answer at once, then the log, then the record.

Source: design.md §5 "Result first, logs later", data-plane §11.2.
"""

from __future__ import annotations

import msgspec

from whisk_platform.common.clock import Clock
from whisk_platform.common.errors import WhiskError
from whisk_platform.common.logging import get_logger, is_told
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.messages import Acknowledgement, ActivationMessage
from whisk_platform.entities.recording import RECORD_ALL, Recording, summary
from whisk_platform.invoker import logs, texts
from whisk_platform.invoker.classify import failure
from whisk_platform.invoker.live import Live, of_ended
from whisk_platform.invoker.prepared import PreparedAction
from whisk_platform.invoker.record import Course, record
from whisk_platform.invoker.tally import Tally
from whisk_platform.spi.activity import ActivityFeed
from whisk_platform.spi.containers import ActivationLog, CollectedLogs, PromptLog
from whisk_platform.spi.messaging import MessageBus
from whisk_platform.spi.stores import ActivationStore

log = get_logger("invoker")

NOTHING_COLLECTED = CollectedLogs(lines=(), truncated=False, complete=False)


class Completion:
    """Acknowledges, collects and stores."""

    def __init__(
        self,
        bus: MessageBus,
        activations: ActivationStore,
        clock: Clock,
        tally: Tally,
        feed: ActivityFeed,
        recording: Recording = RECORD_ALL,
    ) -> None:
        self._recording = recording
        self._bus = bus
        self._feed = feed
        self._tally = tally
        self._activations = activations
        self._clock = clock

    def answer(
        self, message: ActivationMessage, prepared: PreparedAction | None, course: Course
    ) -> Activation:
        """Make the record and wake who waits for it; nothing is stored yet."""
        activation = record(message, prepared, course)
        self._tally.ended(message, prepared, course)
        acknowledgement = Acknowledgement(
            transid=message.transid,
            activation_id=message.activation_id,
            activation=activation,
        )
        try:
            self._bus.acknowledge(f"completed{message.controller}", acknowledgement)
        except Exception:
            # Who waits for the answer must not be able to take the container along.
            log.exception("acknowledgement_failed", activation_id=message.activation_id)
        if is_told("debug"):
            _tell(message, activation, course)
        return activation

    async def settle(
        self,
        message: ActivationMessage,
        prepared: PreparedAction,
        activation: Activation,
        pending: ActivationLog,
        live: Live | None,
    ) -> None:
        """Read the rest of the log and store the record with it.

        Args:
            message: what was asked for.
            prepared: what ran.
            activation: the record, its logs empty.
            pending: the log.
            live: who has been told about it so far; None = nobody watched when it began.
        """
        if not prepared.log_bytes:
            self._store(message, activation)
            return
        try:
            collected = await pending.read()
        except WhiskError as error:
            log.warning("logs_not_collected", activation_id=message.activation_id, error=str(error))
            self._tally.not_collected += 1
            collected = NOTHING_COLLECTED
        else:
            self._tally.collected += 1
        self._record(message, prepared, activation, collected, live)

    def settle_now(
        self,
        message: ActivationMessage,
        prepared: PreparedAction,
        activation: Activation,
        pending: PromptLog,
        live: Live | None,
    ) -> None:
        """Do what ``settle`` does, at once."""
        if not prepared.log_bytes:
            self._store(message, activation)
            return
        self._tally.collected += 1
        self._record(message, prepared, activation, pending.collect(), live)

    def _record(
        self,
        message: ActivationMessage,
        prepared: PreparedAction,
        activation: Activation,
        collected: CollectedLogs,
        live: Live | None,
    ) -> None:
        """Store a record with its log, and tell who watches."""
        lines = logs.lines(
            collected, activation.response.status_code, prepared.log_bytes, self._clock.now_ms()
        )
        live = live or of_ended(self._feed, message, prepared, activation.start)
        if live is not None:
            live.finish(lines)
        if lines:
            activation = msgspec.structs.replace(activation, logs=lines)
        self._store(message, activation)

    def fail(
        self, message: ActivationMessage, prepared: PreparedAction | None, response: Response
    ) -> Activation:
        """End an activation that never got to a container, or did not come back from it."""
        course = Course(response=response, start_ms=self._clock.now_ms())
        activation = self.answer(message, prepared, course)
        self._store(message, activation)
        if response.status_code is StatusCode.INTERNAL_ERROR:
            log.error(
                "activation_failed",
                transid=message.transid,
                activation_id=message.activation_id,
                action=activation.path,
                error=bytes(response.result).decode("utf-8", "replace"),
            )
        return activation

    def refuse(self, message: ActivationMessage, prepared: PreparedAction) -> None:
        """End an activation whose namespace is on the blocklist; it leaves no record.

        Source: contracts rest-api §6.3.
        """
        response = failure(StatusCode.APPLICATION_ERROR, texts.NAMESPACE_REFUSED)
        course = Course(response=response, start_ms=self._clock.now_ms())
        activation = self.answer(message, prepared, course)
        self._activations.store(activation, record=False)

    def _store(self, message: ActivationMessage, activation: Activation) -> None:
        recorded = self._recording.keeps(
            activation.response.status_code,
            message.user.limits,
            blocking=message.blocking,
            extra_logging=message.extra_logging,
        )
        if not recorded and self._recording.tell_unstored:
            log.info("activation_not_stored", transid=message.transid, **summary(activation))
        position = self._activations.store(activation, record=recorded)
        self._feed.ended(activation, position)


def _tell(message: ActivationMessage, activation: Activation, course: Course) -> None:
    """The one line of an activation."""
    log.debug(
        "activation_ended",
        transid=message.transid,
        activation_id=message.activation_id,
        action=activation.path,
        status=activation.response.status_code.text,
        duration_ms=activation.duration,
        init_ms=course.init_ms,
    )
