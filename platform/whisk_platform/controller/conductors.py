"""Conductors: compositions, whose conductor action says after each step what runs next.

Source: contracts rest-api §5.3, §5.4.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from whisk_platform.common.errors import StoreError, WhiskError
from whisk_platform.common.jsontext import JSONObject, RawJSON
from whisk_platform.common.logging import get_logger
from whisk_platform.controller import texts
from whisk_platform.controller.accounts import COMPOSITIONS, Account
from whisk_platform.controller.activator import Invocation, Started
from whisk_platform.controller.budgets import CompositionBudget, Enclosure
from whisk_platform.controller.composites import Composites, read_result
from whisk_platform.controller.continuation import (
    Call,
    End,
    Misnamed,
    continuation,
    error_members,
    result_members,
)
from whisk_platform.controller.entitlement import check_owner
from whisk_platform.controller.resolution import ResolvedAction, Resolver
from whisk_platform.entities.activation import Response, StatusCode
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.names import FullyQualifiedEntityName

_log = get_logger(__name__)


class NoComponentError(WhiskError):
    """A conductor names an action that does not run; the sentence is for the conductor."""


class Conductors:
    """Runs compositions."""

    def __init__(self, composites: Composites, resolver: Resolver, length: int) -> None:
        """Put the parts together.

        Args:
            composites: starts the conductor and the components.
            resolver: finds the components.
            length: how many components a topmost composition may run.
        """
        self._composites = composites
        self._resolver = resolver
        self._length = length

    async def start(self, invocation: Invocation) -> Started:
        """Start a composition, topmost or not.

        Raises:
            StoreError: it could not be made durable.
            UnavailableError: too much runs already.
        """
        budget = invocation.enclosure.composition or CompositionBudget.of(self._length)

        async def work(account: Account) -> None:
            await self._run(account, budget)

        return await self._composites.start(invocation, COMPOSITIONS, work)

    async def _run(self, account: Account, budget: CompositionBudget) -> None:
        invocation = account.invocation
        # As what runs in a step of its own, the conductor is an action like any other.
        conductor = replace(invocation.target, is_conductor=False)
        enclosure = Enclosure(composition=budget)
        read = partial(continuation, namespace=invocation.user.namespace)
        payload: JSONObject | RawJSON | None = invocation.payload
        while payload is not None:
            if not budget.take_conductor():
                account.fail(StatusCode.APPLICATION_ERROR, texts.COMPOSITION_TOO_LONG)
                return
            ended = await self._composites.step(account, conductor, payload, enclosure)
            if ended is None:
                return
            match await read_result(ended.response.result, read):
                case End(result=result):
                    status_code = ended.response.status_code
                    account.response = Response(status_code=status_code, result=result)
                    return
                case Misnamed(error=error, state=state):
                    payload = {**error_members(error), **state}
                case Call() as call:
                    payload = await self._call(account, call, enclosure)

    async def _call(self, account: Account, call: Call, enclosure: Enclosure) -> JSONObject | None:
        """Run a component; return what the conductor gets, None when the composition ends here."""
        budget = enclosure.composition
        assert budget is not None
        if budget.components <= 0:
            return {**error_members(texts.COMPOSITION_TOO_LONG), **call.state}
        try:
            component = await self._find(call.component, account.invocation.user)
        except NoComponentError as error:
            return {**error_members(error.message), **call.state}
        except StoreError:
            _log.exception("component_not_read", activation_id=account.activation_id)
            account.add_failure()
            return None
        if not component.is_conductor:
            budget.take_component()
        ended = await self._composites.step(account, component, call.payload, enclosure)
        if ended is None:
            return None
        return {**await read_result(ended.response.result, result_members), **call.state}

    async def _find(self, fqn: FullyQualifiedEntityName, user: Identity) -> ResolvedAction:
        """Resolve a component, checking the right to activate it.

        Raises:
            NoComponentError: it does not exist, or the user may not run it.
            StoreError: nobody can tell.
        """
        try:
            if fqn.package_name is None:
                check_owner(user, fqn)
            else:
                await self._resolver.package(fqn.package_name, user)
        except StoreError:
            raise
        except WhiskError as error:
            raise NoComponentError(texts.component_not_entitled(str(fqn))) from error
        try:
            return await self._resolver.action(fqn, user)
        except StoreError:
            raise
        except WhiskError as error:
            raise NoComponentError(texts.component_not_found(str(fqn))) from error
