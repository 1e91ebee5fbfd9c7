"""Composites: what sequences and compositions have in common while they run.

Each runs in a task of its own, however deep it is nested, so that a deep tree is no deep stack;
each starts its steps one after another through the activator; each leaves a record.
Source: contracts rest-api §5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from whisk_platform.common.clock import Clock
from whisk_platform.common.errors import UnavailableError, WhiskError
from whisk_platform.common.ids import ActivationId, new_activation_id
from whisk_platform.common.jsontext import JSONObject, RawJSON
from whisk_platform.common.logging import get_logger
from whisk_platform.common.tasks import Supervisor
from whisk_platform.controller.accounts import Account, Form
from whisk_platform.controller.activator import Activator, Invocation, Started, wait_for
from whisk_platform.controller.budgets import Enclosure
from whisk_platform.controller.resolution import ResolvedAction
from whisk_platform.entities import journal, wire
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.recording import RECORD_ALL, Recording, summary
from whisk_platform.spi.activity import UNWATCHED, ActivityFeed
from whisk_platform.spi.stores import ActivationStore, JournalEntry

WAIT_MARGIN_S = 60.0
"""Added to an action's time limit when waiting for a step."""

Work: TypeAlias = Callable[[Account], Coroutine[Any, Any, None]]
"""Runs the steps and enters them into the account."""

THREAD_BYTES = 64 << 10
"""Larger results are read outside the event loop."""

ReadT = TypeVar("ReadT")
_log = get_logger(__name__)


class Composites:
    """Starts sequences and compositions, and their steps."""

    def __init__(
        self,
        *,
        activator: Activator,
        activations: ActivationStore,
        clock: Clock,
        tasks: Supervisor,
        wait_margin_s: float = WAIT_MARGIN_S,
        feed: ActivityFeed = UNWATCHED,
        recording: Recording = RECORD_ALL,
    ) -> None:
        """Put the parts together.

        Args:
            activator: starts the steps, nested composites included.
            activations: where the records go.
            clock: for the records.
            tasks: holds what runs.
            wait_margin_s: how much longer than its time limit an action may take to be heard of.
            feed: is told what begins and what ends.
            recording: which sequences and compositions leave a record.
        """
        self._activator = activator
        self._activations = activations
        self._clock = clock
        self._tasks = tasks
        self._wait_margin_s = wait_margin_s
        self._recording = recording
        self._feed = feed

    async def start(self, invocation: Invocation, form: Form, work: Work) -> Started:
        """Start a sequence or composition; nested or not, its record tells how it ended.

        Args:
            invocation: what was asked for. If nobody waits, it is durable before this returns.
            form: how its record looks.
            work: what to do.

        Raises:
            StoreError: it could not be made durable.
            UnavailableError: too much runs already.
        """
        activation_id = invocation.activation_id or new_activation_id()
        message = _message(invocation, activation_id)
        if not invocation.blocking:
            entry = journal.encode(message)
            await self._activations.accept(
                JournalEntry(activation_id=activation_id, message=entry, started=True)
            )
        account = Account(form=form, invocation=invocation, activation_id=activation_id)
        ended: asyncio.Future[Activation] = asyncio.get_running_loop().create_future()
        running = self._run(ended, account, work)
        try:
            self._tasks.spawn(running, name=f"composite {activation_id}")
        except UnavailableError:
            now = self._clock.now_ms()
            self._activations.store(account.record(now, now), record=False)
            raise
        return Started(message=message, ended=ended)

    async def step(
        self,
        account: Account,
        target: ResolvedAction,
        payload: JSONObject | RawJSON,
        enclosure: Enclosure,
    ) -> Activation | None:
        """Run one step to its end and enter it.

        Args:
            account: of the sequence or composition.
            target: what to run.
            payload: goes over the target's own parameters, immutable ones included: no request
                names them here.
            enclosure: what the step may start itself.

        Returns:
            Its record; None when nothing can follow, which the account says.
        """
        enclosing = account.invocation
        step = Invocation(
            user=enclosing.user,
            target=replace(target, immutable=frozenset()),
            payload=payload,
            transid=enclosing.transid,
            received_ms=self._clock.now_ms(),
            blocking=True,
            cause=account.activation_id,
            enclosure=enclosure,
            extra_logging=enclosing.extra_logging,
        )
        try:
            started = await self._activator.start(step)
        except WhiskError as error:
            _log.warning(
                "step_not_started",
                transid=step.transid,
                activation_id=account.activation_id,
                action=str(target.action.fqn),
                error=error.message,
            )
            account.add_failure()
            return None
        ended = await wait_for(started, self._patience_s(target))
        if ended is None:
            account.add_unheard(started.activation_id)
            return None
        account.add(ended)
        return ended

    def _patience_s(self, target: ResolvedAction) -> float | None:
        """How long to wait for a step: a composite is bounded by the bounds on its own steps."""
        if target.is_composite:
            return None
        return target.action.limits.timeout / 1000 + self._wait_margin_s

    async def _run(self, ended: asyncio.Future[Activation], account: Account, work: Work) -> None:
        start = self._clock.now_ms()
        if self._feed.watches(account.invocation.user.namespace):
            self._feed.started(account.started(start))
        try:
            await work(account)
        except BaseException:
            # Nobody may wait for ever, and the record must not stay away because of our fault.
            account.add_failure()
            raise
        finally:
            activation = account.record(start, self._clock.now_ms())
            ended.set_result(activation)
            keep = self._recording.keeps(
                activation.response.status_code,
                account.invocation.user.limits,
                blocking=account.invocation.blocking,
                extra_logging=account.invocation.extra_logging,
            )
            if not keep and self._recording.tell_unstored:
                _log.info("activation_not_stored", **summary(activation))
            position = self._activations.store(activation, record=keep)
            self._feed.ended(activation, position)


async def read_result(result: RawJSON, reader: Callable[[RawJSON], ReadT]) -> ReadT:
    """Read the result of a step without holding up the event loop, however large it is."""
    if len(memoryview(result)) <= THREAD_BYTES:
        return reader(result)
    return await asyncio.to_thread(reader, result)


def _message(invocation: Invocation, activation_id: ActivationId) -> ActivationMessage:
    """What stands in the journal for a sequence or composition."""
    at_rest = invocation.at_rest
    payload = invocation.payload if at_rest is None else at_rest
    content = wire.obj(payload) if isinstance(payload, dict) else payload
    return ActivationMessage(
        transid=invocation.transid,
        received_ms=invocation.received_ms,
        action=invocation.target.action.fqn,
        revision=0,
        user=invocation.user,
        activation_id=activation_id,
        controller="",
        blocking=False,
        content=content,
        cause=invocation.cause,
        binding=None if invocation.target.binding is None else str(invocation.target.binding),
        locked_args=() if at_rest is None else tuple(invocation.locked),
    )
