"""The controller's application behind its HTTP server, on a thread of its own."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.contract.assembly import GUEST, KIND, Assembly, assembled, identity
from tests.waiting import wait_for
from whisk_platform.common.ids import new_activation_id
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.controller.server import HttpServer, bind
from whisk_platform.entities.action import Rule, RuleLink, Trigger
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.identity import Identity
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.entities.names import parse

OPERATOR = identity("whisk.system", "3")
SUBJECT = identity("whoever", "4")
"""Whom operators do things to."""
ROOMY = SystemLimits(
    invocations_per_minute=1 << 30, fires_per_minute=1 << 30, concurrent_invocations=1 << 20
)
"""What is refused here is refused for what it is, not for how often it comes."""
GRACE_S = 1
RECORD = Activation(
    namespace=GUEST.namespace,
    name="echo",
    version="0.0.1",
    subject=GUEST.subject,
    activation_id=new_activation_id(),
    start=1_700_000_000_000,
    end=1_700_000_000_001,
    duration=1,
    response=Response(status_code=StatusCode.SUCCESS, result=RawJSON(b'{"a":1}')),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An API that can be called from any thread."""

    address: str
    """Base URL."""

    def headers(self, caller: Identity = GUEST) -> dict[str, str]:
        """What a caller presents."""
        key = base64.b64encode(str(caller.authkey).encode()).decode()
        return {"Authorization": f"Basic {key}"}


@contextmanager
def served(directory: Path) -> Iterator[Served]:
    """Serve on a free port of loopback, with a few entities to meet."""
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    ready = threading.Event()
    stop: list[HttpServer] = []

    async def serve() -> None:
        async with assembled(directory, ROOMY) as assembly:
            for each in (OPERATOR, SUBJECT):
                await assembly.stores.subjects.put_identity(each)
            await _furnish(assembly)
            stop.append(HttpServer(assembly.app, listener))
            await stop[0].serve(ready.set)

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="served")
    thread.start()
    try:
        wait_for(lambda: ready.is_set() or not thread.is_alive(), "the server")
        assert thread.is_alive()
        yield Served(address=f"http://127.0.0.1:{port}")
    finally:
        for server in stop:
            server.stop(GRACE_S)
        thread.join()


async def _furnish(assembly: Assembly) -> None:
    await assembly.action("/guest/echo")
    await assembly.package("/guest/pkg", publish=True, parameters={"p": 1})
    await assembly.action("/guest/pkg/echo", annotations={"web-export": True})
    await assembly.action("/guest/web", annotations={"web-export": True})
    await assembly.package("/guest/bound", binding="/guest/pkg")
    await assembly.package("/stranger/pkg", publish=True)
    await assembly.action("/stranger/pkg/echo")
    await assembly.sequence("/guest/seq", "/guest/echo", "/guest/bound/echo")
    link = RuleLink(action=parse("/guest/echo"), active=True)
    trigger = Trigger(fqn=parse("/guest/trigger"), rules={"guest/rule": link})
    rule = Rule(fqn=parse("/guest/rule"), trigger=trigger.fqn, action=link.action)
    for entity in (trigger, rule):
        await assembly.services.catalog.put(entity)
    assembly.services.activations.store(RECORD)
    await assembly.services.activations.flush()


__all__ = ["GUEST", "KIND", "OPERATOR", "SUBJECT", "Served", "served"]
