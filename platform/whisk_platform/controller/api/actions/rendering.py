"""An action in full as an answer, code included.

Source: contracts rest-api §2.2.1.
"""

from __future__ import annotations

import asyncio

from whisk_platform.common.errors import NotFoundError
from whisk_platform.controller import texts
from whisk_platform.controller.answer import Answer, object_answer
from whisk_platform.controller.bodies import OFF_LOOP_BYTES
from whisk_platform.controller.services import Services
from whisk_platform.entities import wire
from whisk_platform.entities.action import Action
from whisk_platform.entities.exec import BlackBoxExec, SequenceExec


async def action_answer(services: Services, action: Action) -> Answer:
    """Show an action with the code that is stored for it."""
    return await answer_with_code(action, await stored_code(services, action))


async def stored_code(services: Services, action: Action) -> str | None:
    """The code of an action; None for those that have none.

    Raises:
        NotFoundError: it has been deleted meanwhile.
    """
    executable = action.exec
    if isinstance(executable, SequenceExec):
        return None
    if isinstance(executable, BlackBoxExec) and not executable.has_code:
        return None
    code = await services.catalog.code(action.fqn)
    if code is None:
        raise NotFoundError(texts.NOT_FOUND)
    return code


async def answer_with_code(action: Action, code: str | None) -> Answer:
    """Show an action with the given code; long code is encoded outside the event loop."""
    if code is None or len(code) <= OFF_LOOP_BYTES:
        return object_answer(wire.action(action, code))
    return await asyncio.to_thread(lambda: object_answer(wire.action(action, code)))
