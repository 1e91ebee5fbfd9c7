"""Sequences: components run one after another inside the controller, without any hop of their own.

Source: contracts rest-api §5.1, §5.2.
"""

from __future__ import annotations

from dataclasses import replace

from whisk_platform.common.errors import ConflictError, NotFoundError
from whisk_platform.common.jsontext import JSONObject, NotAnObjectError, RawJSON, split_object
from whisk_platform.controller import texts
from whisk_platform.controller.accounts import SEQUENCES, Account
from whisk_platform.controller.activator import Invocation, Started
from whisk_platform.controller.budgets import Enclosure, SequenceBudget
from whisk_platform.controller.composites import Composites, read_result
from whisk_platform.controller.resolution import ResolvedAction, Resolver
from whisk_platform.entities.activation import StatusCode
from whisk_platform.entities.exec import SequenceExec


class Sequences:
    """Runs sequences."""

    def __init__(self, composites: Composites, resolver: Resolver, length: int) -> None:
        """Put the parts together.

        Args:
            composites: starts the components.
            resolver: finds them.
            length: how many actions a topmost sequence may run, and how deep sequences may nest.
        """
        self._composites = composites
        self._resolver = resolver
        self._length = length

    async def start(self, invocation: Invocation) -> Started:
        """Start a sequence, topmost or not.

        Raises:
            ForbiddenError: the user may not run one of the components.
            StoreError: it could not be made durable.
            UnavailableError: too much runs already.
        """
        components = await self._resolve(invocation)
        around = invocation.enclosure
        budget = around.sequence or SequenceBudget(actions=self._length)
        enclosure = replace(around, sequence=budget, levels=around.levels + 1)

        async def work(account: Account) -> None:
            payload: JSONObject | RawJSON | None = invocation.payload
            for component in components:
                if payload is None:
                    return
                if budget.actions <= 0:
                    account.fail(StatusCode.APPLICATION_ERROR, texts.SEQUENCE_TOO_LONG)
                    return
                payload = await self._step(account, component, payload, enclosure)

        return await self._composites.start(invocation, SEQUENCES, work)

    async def _resolve(self, invocation: Invocation) -> list[ResolvedAction | None]:
        """All components, None for missing ones; who may not run one is refused here."""
        executable = invocation.target.action.exec
        assert isinstance(executable, SequenceExec)
        found: list[ResolvedAction | None] = []
        for name in executable.components:
            try:
                found.append(await self._resolver.action(name, invocation.user))
            except (NotFoundError, ConflictError):
                # An entity of another kind that has taken the name over is no component either.
                found.append(None)
        return found

    async def _step(
        self,
        account: Account,
        component: ResolvedAction | None,
        payload: JSONObject | RawJSON,
        enclosure: Enclosure,
    ) -> JSONObject | RawJSON | None:
        """Run one component; return what the next one gets, None when the sequence ends here."""
        if component is None:
            account.fail(StatusCode.APPLICATION_ERROR, texts.SEQUENCE_COMPONENT_MISSING)
            return None
        inside = self._spend(component, enclosure)
        if inside is None:
            account.fail(StatusCode.APPLICATION_ERROR, texts.SEQUENCE_TOO_LONG)
            return None
        ended = await self._composites.step(account, component, payload, inside)
        if ended is None:
            return None
        account.response = ended.response
        return await read_result(ended.response.result, next_payload)

    def _spend(self, component: ResolvedAction, enclosure: Enclosure) -> Enclosure | None:
        """Take a component from the budget; return what it may start, None when nothing is left."""
        if isinstance(component.action.exec, SequenceExec):
            return enclosure if enclosure.levels <= self._length else None
        assert enclosure.sequence is not None
        if not enclosure.sequence.take():
            return None
        # A sequence that a composition runs has a budget of its own.
        return Enclosure(composition=enclosure.composition)


def next_payload(result: RawJSON) -> JSONObject | RawJSON | None:
    """What a component's result is to the next component.

    Returns:
        An object's members, an array as it is, nothing of anything else; None when the result is
        an object with an ``error``, which ends the sequence.
    """
    if bytes(result).lstrip().startswith(b"["):
        return result
    try:
        members = split_object(result)
    except NotAnObjectError:
        return {}
    return None if "error" in members else members
