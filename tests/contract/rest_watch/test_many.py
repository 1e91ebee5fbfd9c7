"""A thousand clients watch while activations run: everybody gets everything, within the bounds."""

import asyncio
import re
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.assembly import GUEST
from tests.contract.rest.caller import Caller
from tests.contract.rest_watch.conftest import Served, serve
from tests.contract.rest_watch.viewer import ACTIVATIONS, basic
from tests.waiting import eventually
from whisk_platform.controller.activity.hub import Bounds

WATCHERS = 1_000
CALLS = 200
FILES = 2 * WATCHERS + 400
"""Both ends of each connection are in this process."""
_END = re.compile(rb'event: end\nid: (\d+)\ndata: \{[^\n]*"activationId":"([0-9a-f]{32})"')


@pytest.fixture
def _files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FILES:
        pytest.skip(f"needs {FILES} open files; raise the hard limit (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, FILES), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Crowd(asyncio.Protocol):
    """One of many who watch: keeps the ids of the ends, and nothing else."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._rest = b""
        self.began = False
        self.ends: list[bytes] = []
        self.ids: list[int] = []
        self.let_go = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        text = self._rest + data
        self.began = self.began or b": watching" in text
        self.let_go = self.let_go or b"event: overflow" in text
        last = 0
        for found in _END.finditer(text):
            self.ids.append(int(found[1]))
            self.ends.append(found[2])
            last = found.end()
        self._rest = text[max(last, len(text) - 2_000) :]


async def _crowd(served: Served) -> list[Crowd]:
    head = f"Host: x\r\nAuthorization: {basic(GUEST)}\r\n\r\n"
    request = f"GET {ACTIVATIONS}&events=end HTTP/1.1\r\n{head}".encode()
    loop = asyncio.get_running_loop()
    crowd: list[Crowd] = []
    for _ in range(WATCHERS):
        _, one = await loop.create_connection(lambda: Crowd(request), served.host, served.port)
        crowd.append(one)
    await eventually(lambda: all(one.began for one in crowd), "everybody to watch", 60)
    return crowd


@pytest.mark.usefixtures("_files")
async def test_a_thousand_watchers_get_every_end_once_and_in_order(tmp_path: Path) -> None:
    """What is held for all of them is what would be held for one."""
    bounds = Bounds(watchers_per_namespace=WATCHERS)
    async with serve(tmp_path, bounds=bounds) as served:
        hub = served.platform.services.activity.hub
        guest = Caller(app=served.platform.app, identity=GUEST)
        await served.platform.action("guest/a")
        crowd = await _crowd(served)
        most = 0

        async def call(count: int) -> list[bytes]:
            nonlocal most
            called = []
            for _ in range(count):
                reply = await guest.post("actions/a", {}, blocking=True)
                called.append(reply.json["activationId"].encode())
                most = max(most, hub.counts().held_bytes)
            return called

        called = [each for some in await asyncio.gather(*(call(20) for _ in range(10)))
                  for each in some]  # fmt: skip
        await eventually(
            lambda: all(len(one.ends) >= CALLS for one in crowd), "everybody to hear all", 60
        )
        counts = hub.counts()
        assert (counts.watchers, counts.channels, counts.overflows) == (WATCHERS, 1, 0)
        # Starts are told too, and a little of everything is in the row at any time.
        assert most <= CALLS * 2 * 1_000
        assert counts.passed_on == 2 * CALLS
        for one in crowd:
            assert one.ends == crowd[0].ends
            assert one.ids == sorted(one.ids)
        assert sorted(crowd[0].ends) == sorted(called)
        for one in crowd:
            one.transport.close()
        await eventually(lambda: not hub.watches("guest"), "everybody to be gone", 60)
        assert hub.counts().held_bytes == 0
