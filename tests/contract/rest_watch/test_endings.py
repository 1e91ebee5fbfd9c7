"""Streams that are quiet, slow, given up, refused, or stopped with the platform."""

import asyncio
import socket
from pathlib import Path

from tests.conformance.stores.samples import activation
from tests.contract.assembly import GUEST
from tests.contract.rest.caller import Caller
from tests.contract.rest_watch.conftest import Served, serve
from tests.contract.rest_watch.viewer import ACTIVATIONS, Viewer, basic
from tests.waiting import eventually
from whisk_platform.controller.activity.hub import Bounds


def _end(served: Served, count: int, size: int = 0) -> None:
    """Let activations end."""
    for _ in range(count):
        record = activation("a", result=b'"' + b"x" * size + b'"')
        position = served.platform.stores.activations.store(record, record=False)
        served.platform.services.activity.hub.ended(record, position)


async def _over(viewer: Viewer) -> None:
    await viewer.until(lambda: viewer.ended, "the end")


def _watchers(served: Served) -> int:
    return served.platform.services.activity.hub.counts().watchers


async def test_a_quiet_stream_says_that_it_lives(tmp_path: Path) -> None:
    async with serve(tmp_path, heartbeat_s=0.2) as served, served.watch() as viewer:
        before = viewer.last_id
        await viewer.until(lambda: len(viewer.comments) >= 3, "signs of life")
        assert viewer.last_id > before
        assert viewer.told == []


async def test_who_goes_is_forgotten(served: Served) -> None:
    hub = served.platform.services.activity.hub
    async with served.watch(), served.watch("&name=a"):
        assert (_watchers(served), hub.watches("guest")) == (2, True)
    await eventually(lambda: _watchers(served) == 0, "the watchers to be forgotten")
    assert not hub.watches("guest")
    assert hub.counts().held_bytes == 0


async def test_who_goes_while_he_catches_up_is_forgotten(served: Served) -> None:
    for _ in range(200):
        served.platform.stores.activations.store(activation(result=b'"' + b"x" * 50_000 + b'"'))
    reader, writer = await asyncio.open_connection(served.host, served.port)
    head = f"Host: x\r\nAuthorization: {basic(GUEST)}\r\nLast-Event-ID: 1\r\n"
    writer.write(f"GET {ACTIVATIONS}&docs=true HTTP/1.1\r\n{head}\r\n".encode())
    await reader.readuntil(b"event: end")
    assert _watchers(served) == 1
    writer.transport.abort()
    await eventually(lambda: _watchers(served) == 0, "the watcher to be forgotten")


async def test_who_does_not_read_is_let_go_and_nobody_else_notices(tmp_path: Path) -> None:
    """The platform holds a bounded number of bytes for him, and says why he has to go."""
    bounds = Bounds(queue_events=200, queue_bytes=1 << 20)
    async with serve(tmp_path, bounds=bounds) as served, served.watch("&docs=true") as reader:
        with socket.socket() as slow:
            await _connect(slow, served)
            await eventually(lambda: _watchers(served) == 2, "the second watcher")
            hub = served.platform.services.activity.hub
            for count in range(1, 401):
                _end(served, 5, size=10_000)
                await reader.until_told("end", 5 * count)
                assert hub.counts().held_bytes <= 2 << 20
            text = await _all(slow)
    assert text.count(b"event: end") < 2_000
    last = text.rpartition(b"event: ")[2]
    assert last.startswith(b'overflow\ndata: {"reason":"Events came faster than they were read.')
    assert text.endswith(b"0\r\n\r\n"), "the stream is ended properly"
    assert len(reader.ends) == 2_000


async def _connect(slow: socket.socket, served: Served) -> None:
    """Ask for a stream of whole records, and read nothing of it."""
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(slow, (served.host, served.port))
    head = f"Host: x\r\nAuthorization: {basic(GUEST)}\r\n"
    await loop.sock_sendall(slow, f"GET {ACTIVATIONS}&docs=true HTTP/1.1\r\n{head}\r\n".encode())


async def _all(slow: socket.socket) -> bytes:
    """Read what is there, until the stream ends."""
    loop = asyncio.get_running_loop()
    text = b""
    while not text.endswith(b"0\r\n\r\n"):
        piece = await asyncio.wait_for(loop.sock_recv(slow, 1 << 16), 20)
        assert piece, "the connection broke"
        text += piece
    return text


async def _block(served: Served) -> None:
    services = served.platform.services
    await services.subjects.block(GUEST.subject, True)
    services.authenticator.forget()


async def test_a_blocked_key_sees_nothing_more(served: Served) -> None:
    async with served.watch() as viewer:
        await _block(served)
        (bye,) = await viewer.until_told("bye")
        await _over(viewer)
    assert bye.data == {"reason": "The key of this watch is not valid any more."}


async def test_the_platforms_end_is_told_and_does_not_have_to_wait(tmp_path: Path) -> None:
    async with serve(tmp_path) as served, served.watch() as viewer, served.watch() as other:
        served.platform.services.activity.close()
        served.server.stop(20)
        await asyncio.wait_for(asyncio.shield(served.serving), 10)
        for each in (viewer, other):
            await _over(each)
            assert [told.event for told in each.told] == ["bye"]
            assert each.told[0].data["reason"].startswith("The platform is stopping.")


async def test_who_does_not_read_cannot_hold_up_the_end(tmp_path: Path) -> None:
    async with serve(tmp_path, bounds=Bounds(queue_bytes=64 << 20)) as served:
        with socket.socket() as stuck:
            await _connect(stuck, served)
            await eventually(lambda: _watchers(served) == 1, "the watcher")
            _end(served, 500, size=50_000)
            hub = served.platform.services.activity.hub
            await eventually(lambda: hub.told == 0, "everything to be passed on")
            assert hub.counts().held_bytes > 10 << 20, "more than any pipe takes is left"
            served.platform.services.activity.close()
            served.server.stop(1)
            await asyncio.wait_for(asyncio.shield(served.serving), 15)
            await eventually(lambda: _watchers(served) == 0, "the watcher to be gone")


async def test_a_stopping_platform_takes_nobody(served: Served, guest: Caller) -> None:
    served.platform.services.activity.close()
    reply = await guest.get("activations", watch=True)
    assert reply.refusal == (
        503,
        "The platform is stopping. Reconnect in a moment; nothing is lost.",
    )


async def test_the_connection_can_be_used_again_after_a_stream(served: Served) -> None:
    reader, writer = await asyncio.open_connection(served.host, served.port)
    head = f"Host: x\r\nAuthorization: {basic(GUEST)}\r\n\r\n"
    writer.write(f"GET {ACTIVATIONS} HTTP/1.1\r\n{head}".encode())
    await eventually(lambda: _watchers(served) == 1, "the watcher")
    await _block(served)
    await reader.readuntil(b"0\r\n\r\n")
    writer.write(f"GET /ping HTTP/1.1\r\n{head}".encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()


async def test_scrapers_are_told_who_watches(served: Served) -> None:
    anonymous = Caller(app=served.platform.app, identity=GUEST)
    async with served.watch(), served.watch("&name=a") as viewer:
        _end(served, 3)
        await viewer.until_told("end", 3)
        # Nothing is held any more as soon as it has been read and a moment has passed.
        await eventually(
            lambda: served.platform.services.activity.hub.counts().held_bytes == 0, "the release"
        )
        lines = (await anonymous.get("/metrics")).text.splitlines()
    pairs = [line.split(" ") for line in lines if line.startswith("whisk_watch")]
    told = {name: float(value) for name, value in pairs}
    assert told == {
        "whisk_watchers": 2,
        "whisk_watch_channels": 2,
        "whisk_watch_held_bytes": 0,
        "whisk_watch_told_total": 3,
        "whisk_watch_overflows_total": 0,
    }
