"""A platform behind a real server, and who watches it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.assembly import GUEST, STRANGER, Assembly, assembled
from tests.contract.rest.caller import Caller
from tests.contract.rest_watch.viewer import Viewer, watching
from whisk_platform.controller.activity.hub import Bounds
from whisk_platform.controller.server import HttpServer, bind
from whisk_platform.entities.limits import SystemLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A platform that is served."""

    platform: Assembly
    server: HttpServer
    serving: asyncio.Task[None]
    host: str
    port: int

    def watch(self, query: str = "", **how: object) -> AbstractAsyncContextManager[Viewer]:
        """Watch the guest's namespace; ``query`` begins with ``&``."""
        return watching(self.host, self.port, query, **how)  # type: ignore[arg-type]


@asynccontextmanager
async def serve(
    directory: Path, *, bounds: Bounds | None = None, heartbeat_s: float = 15.0
) -> AsyncIterator[Served]:
    """Start a platform and its server, and stop both as the platform itself does."""
    limits = SystemLimits(invocations_per_minute=100_000, fires_per_minute=1000)
    async with assembled(directory, limits, bounds=bounds, heartbeat_s=heartbeat_s) as platform:
        listener = bind("127.0.0.1", 0)
        server = HttpServer(platform.app, listener)
        ready = asyncio.Event()
        serving = asyncio.create_task(server.serve(ready.set), name="server")
        await ready.wait()
        host, port = listener.getsockname()[:2]
        yield Served(platform=platform, server=server, serving=serving, host=host, port=port)
        platform.services.activity.close()
        server.stop(5)
        await serving


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """The usual platform."""
    async with serve(tmp_path) as started:
        yield started


@pytest.fixture
def guest(served: Served) -> Caller:
    """Who owns the namespace that is watched."""
    return Caller(app=served.platform.app, identity=GUEST)


@pytest.fixture
def stranger(served: Served) -> Caller:
    """Somebody else."""
    return Caller(app=served.platform.app, identity=STRANGER)
