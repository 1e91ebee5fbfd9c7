"""Real servers on loopback: with TLS, with plain HTTP, with bounds that are near."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.contract.assembly import Assembly, assembled
from whisk_platform.common.tasks import Supervisor
from whisk_platform.controller.api.actions.express import ExpressInvoker
from whisk_platform.controller.edge.application import Edge
from whisk_platform.controller.edge.certificates import server_context
from whisk_platform.controller.edge.express import Express
from whisk_platform.controller.edge.settings import EdgeSettings
from whisk_platform.controller.server import HttpServer, bind
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.standalone.selfsigned import certify, ensure_authority

HOSTS = ("localhost", "127.0.0.1", "guest.localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server that answers."""

    port: int
    plain_port: int
    """Where only plain HTTP is spoken; 0 = nowhere."""
    express: Express[Any]
    authority: ssl.SSLContext | None
    """Trusts the server's certificate; None without TLS."""

    @property
    def base(self) -> str:
        """Its address."""
        return f"{'http' if self.authority is None else 'https'}://localhost:{self.port}"

    def client(self) -> httpx2.AsyncClient:
        """A client that trusts it."""
        verify = self.authority if self.authority is not None else True
        return httpx2.AsyncClient(base_url=self.base, verify=verify, trust_env=False)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A bare connection, without TLS whatever the server speaks."""
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def exchange(self, sent: bytes) -> tuple[bytes, bytes]:
        """Send bytes without TLS, and read head and body until the server hangs up."""
        reader, writer = await self.connect()
        writer.write(sent)
        async with asyncio.timeout(20):
            answer = await reader.read()
        writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        return head, body


def _failed(name: str, error: BaseException) -> None:
    raise AssertionError(name) from error


Serve = Callable[..., AbstractAsyncContextManager[Served]]


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[Assembly]:
    limits = SystemLimits(invocations_per_minute=1000, blocking_wait_ms=20_000)
    async with assembled(tmp_path, limits) as assembly:
        yield assembly


@pytest.fixture
def serve(platform: Assembly, tmp_path: Path) -> Serve:
    """Starts a server in front of the platform."""

    @asynccontextmanager
    async def serving(
        *, tls: bool = False, plain: bool = False, edge: EdgeSettings | None = None
    ) -> AsyncIterator[Served]:
        listener = bind("127.0.0.1", 0)
        second = bind("127.0.0.1", 0) if plain else None
        port = int(listener.getsockname()[1])
        settings = edge or EdgeSettings(https_port=port if tls else None)
        context = authority = None
        if tls:
            directory = tmp_path / "tls"
            authority = ssl.create_default_context(cafile=str(ensure_authority(directory)))
            made = certify(directory, HOSTS)
            context = server_context(made.certificate, made.key)
        side_tasks = Supervisor("express", _failed)
        express = Express(ExpressInvoker(platform.services, side_tasks))
        server = HttpServer(
            Edge(platform.app, settings),
            listener,
            edge=settings,
            tls=context,
            plain=second,
            express=express,
        )
        ready = asyncio.Event()
        running = asyncio.create_task(server.serve(ready.set), name="server")
        await ready.wait()
        plain_port = 0 if second is None else int(second.getsockname()[1])
        try:
            yield Served(port=port, plain_port=plain_port, express=express, authority=authority)
        finally:
            server.stop(1)
            await running
            await side_tasks.close(1)

    return serving
