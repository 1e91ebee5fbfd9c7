"""What an action reaches over the network, in each of the three modes."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import parts
from tests.conformance.containers.actions import Action, start
from tests.conformance.containers.conftest import started
from tests.waiting import eventually
from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process import relay as relays
from whisk_platform.containers.process.apihost import ApiHost as ApiAddress
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.containers.process.settings import Network, ProcessSettings

FETCH = {
    "python": (
        "import os, urllib.request\n"
        "def main(args):\n"
        "    url = os.environ['__OW_API_HOST'] + '/api/v1'\n"
        "    body = args['body'].encode() if 'body' in args else None\n"
        "    with urllib.request.urlopen(url, data=body, timeout=10) as answer:\n"
        "        text = answer.read()\n"
        "    return {'length': len(text), 'start': text[:5].decode()}\n"
    ),
    "nodejs": (
        "async function main(args) {\n"
        "  const answer = await fetch(process.env.__OW_API_HOST + '/api/v1',\n"
        "    args.body ? { method: 'POST', body: args.body } : {});\n"
        "  const text = await answer.text();\n"
        "  return { length: text.length, start: text.slice(0, 5) };\n"
        "}\n"
    ),
}
CONNECT = (
    "import socket\n"
    "def main(args):\n"
    "    family = getattr(socket, args['family'])\n"
    "    address = args['address']\n"
    "    with socket.socket(family, socket.SOCK_STREAM) as one:\n"
    "        one.settimeout(3)\n"
    "        try:\n"
    "            one.connect(tuple(address) if isinstance(address, list) else address)\n"
    "            return {'got': 'connected'}\n"
    "        except OSError as error:\n            return {'got': type(error).__name__}\n"
)
FAMILIES = ("python", "nodejs", "php", "ruby", "blackbox", "go", "rust", "java")
"""Nothing waits in these tests, so that descriptors can be counted."""
HOLD = (
    "import os, socket, urllib.parse\n"
    "kept = []\n"
    "def main(args):\n"
    "    url = urllib.parse.urlsplit(os.environ['__OW_API_HOST'])\n"
    "    for _ in range(args['count']):\n"
    "        kept.append(socket.create_connection((url.hostname, url.port), 10))\n"
    "    return {'kept': len(kept)}\n"
)


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"hello")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


@dataclass
class ApiHost:
    """A server that stands for the API."""

    server: _Server = field(default_factory=lambda: _Server(("127.0.0.1", 0), _Answer))

    @property
    def port(self) -> int:
        return self.server.server_port


@pytest.fixture(scope="module")
def api() -> Iterator[ApiHost]:
    host = ApiHost()
    thread = threading.Thread(target=host.server.serve_forever, name="api host", daemon=True)
    thread.start()
    yield host
    host.server.shutdown()
    host.server.server_close()
    thread.join()


@asynccontextmanager
async def running(state: Path, network: Network, address: str) -> AsyncIterator[ProcessFactory]:
    """A factory at level L1 whose actions are told this API host."""
    factory = await started(
        ProcessSettings(
            state_dir=state,
            network=network,
            force_level="L1",
            stem_cells=dict.fromkeys(FAMILIES, 0),
            environment={"__OW_API_HOST": address},
        )
    )
    try:
        yield factory
    finally:
        await factory.close()


async def _connect(action: Action, family: str, address: object) -> str:
    got: str = (await action.run({"family": family, "address": address})).result["got"]
    return got


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, object]]:
    """Both event loops: the platform runs on the second one where it is installed."""
    return "asyncio", {"use_uvloop": request.param}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.7", "192.0.2.1", "[::1]"])
async def test_an_isolated_action_reaches_the_api_host(
    state: Path, api: ApiHost, kind: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whatever address it is told, as long as it is the API host's."""
    if "::" in host and not socket.has_ipv6:
        parts.missing("IPv6", "use a kernel with IPv6")
    _lead_to(monkeypatch, "127.0.0.1")
    async with running(state, "isolated", f"http://{host}:{api.port}") as factory:
        assert factory.isolation.network == "isolated"
        action = await start(factory, FETCH[kind], kind=kind)
        assert (await action.run()).result == {"length": 5, "start": "hello"}
        await action.container.destroy()


def _lead_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let the relay find every API host at one address of this machine."""
    found = relays.Relay.__init__

    def redirected(self: relays.Relay, host: ApiAddress) -> None:
        found(self, ApiAddress(host=address, port=host.port))

    monkeypatch.setattr(relays.Relay, "__init__", redirected)


async def test_a_name_of_the_api_host_is_found_inside(
    state: Path, api: ApiHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lead_to(monkeypatch, "127.0.0.1")
    async with running(state, "isolated", f"http://whisk.example:{api.port}") as factory:
        action = await start(factory, FETCH["python"])
        assert (await action.run()).result == {"length": 5, "start": "hello"}
        await action.container.destroy()


async def test_large_bodies_pass_whole_in_both_directions(
    state: Path, api: ApiHost, kind: str
) -> None:
    async with running(state, "isolated", f"http://127.0.0.1:{api.port}") as factory:
        action = await start(factory, FETCH[kind], kind=kind)
        ran = await action.run({"body": "x" * (8 << 20)})
        assert ran.result == {"length": 8 << 20, "start": "xxxxx"}
        await action.container.destroy()


@pytest.mark.parametrize("network", ["isolated", "none"])
async def test_nothing_else_of_the_machine_or_the_world_is_reached(
    state: Path, api: ApiHost, network: Network
) -> None:
    """Other loopback ports, other addresses of the machine, abstract sockets, the outside."""
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        socket.create_server(("0.0.0.0", 0)) as everywhere,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        name = f"\0whisk-test-{other.getsockname()[1]}"
        abstract.bind(name)
        abstract.listen()
        elsewhere = [
            ("AF_INET", ["127.0.0.1", other.getsockname()[1]]),
            ("AF_INET", ["127.0.0.1", everywhere.getsockname()[1]]),
            ("AF_INET", [_own_address(), everywhere.getsockname()[1]]),
            ("AF_INET", [_own_address(), api.port]),
            ("AF_INET", ["192.0.2.1", 80]),
            ("AF_INET", ["1.1.1.1", 53]),
            ("AF_INET6", ["2001:db8::1", 80]),
            ("AF_UNIX", name),
        ]
        async with running(state, network, f"http://127.0.0.1:{api.port}") as factory:
            action = await start(factory, CONNECT)
            for family, address in elsewhere:
                assert await _connect(action, family, address) != "connected", address
            reached = await _connect(action, "AF_INET", ["127.0.0.1", api.port])
            assert (reached == "connected") is (network == "isolated")
            await action.container.destroy()


def _own_address() -> str:
    """An address of this machine that is not loopback's, or else loopback's second one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.2"
        address: str = probe.getsockname()[0]
    return address


async def test_names_of_the_world_lead_nowhere(state: Path, api: ApiHost) -> None:
    code = (
        "import socket\ndef main(args):\n    try:\n"
        "        return {'got': socket.gethostbyname('example.com')}\n"
        "    except OSError as error:\n        return {'got': type(error).__name__}\n"
    )
    async with running(state, "isolated", f"http://127.0.0.1:{api.port}") as factory:
        action = await start(factory, code)
        assert (await action.run()).result == {"got": "gaierror"}
        await action.container.destroy()


async def test_isolated_actions_do_not_reach_each_other(state: Path, api: ApiHost) -> None:
    listen = (
        "import socket\nkept = []\ndef main(args):\n"
        "    kept.append(socket.create_server(('127.0.0.1', 0)))\n"
        "    return {'port': kept[-1].getsockname()[1]}\n"
    )
    async with running(state, "isolated", f"http://127.0.0.1:{api.port}") as factory:
        server, client = await start(factory, listen), await start(factory, CONNECT)
        port = (await server.run()).result["port"]
        assert await _connect(client, "AF_INET", ["127.0.0.1", port]) == "ConnectionRefusedError"
        await server.container.destroy()
        await client.container.destroy()


async def test_one_sandbox_cannot_take_all_of_the_relay(state: Path, api: ApiHost) -> None:
    """What is beyond a sandbox's share waits; its neighbor is served; nothing is left behind."""
    async with running(state, "isolated", f"http://127.0.0.1:{api.port}") as factory:
        relay = factory._relay
        assert relay is not None
        greedy, modest = await start(factory, HOLD), await start(factory, FETCH["python"])
        await greedy.run({"count": relays.MOST_OF_ONE + 20})
        await eventually(
            lambda: relay.carried >= relays.MOST_OF_ONE, "the relay to carry a whole share"
        )
        assert relay.connections == relays.MOST_OF_ONE
        assert (await modest.run()).result == {"length": 5, "start": "hello"}
        await greedy.container.destroy()
        await eventually(lambda: relay.connections == 0, "the greedy sandbox's connections to end")
        await modest.container.destroy()


async def test_an_api_host_that_is_down_is_a_closed_connection(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    code = (
        FETCH["python"]
        .replace("    with", "    try:\n     with", 1)
        .replace(
            "    return",
            "    except OSError as error:\n        return {'got': 'failed'}\n    return",
            1,
        )
        .replace("        text", "            text", 1)
    )
    async with running(state, "isolated", f"http://127.0.0.1:{port}") as factory:
        action = await start(factory, code)
        assert (await action.run()).result == {"got": "failed"}
        await action.container.destroy()


async def test_connections_that_come_and_go_leave_no_descriptor(state: Path, api: ApiHost) -> None:
    async with running(state, "isolated", f"http://127.0.0.1:{api.port}") as factory:
        relay = factory._relay
        assert relay is not None
        action = await start(factory, FETCH["python"])
        await action.run()
        await eventually(lambda: relay.connections == 0, "the first connection to end")
        before = _descriptors()
        for _ in range(20):
            assert (await action.run()).result["length"] == 5
        await eventually(lambda: relay.connections == 0, "all connections to end")
        await eventually(lambda: _descriptors() <= before, "all descriptors to be closed")
        await action.container.destroy()


def _descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.parametrize("network", ["isolated", "none"])
async def test_a_machine_without_namespaces_says_that_it_cannot_isolate(
    state: Path, network: Network
) -> None:
    """It refuses to start instead of sharing the network without a word."""
    factory = ProcessFactory(
        ProcessSettings(state_dir=state, network=network, lacking=frozenset(("namespaces",)))
    )
    with pytest.raises(ContainerError) as caught:
        await factory.start()
    assert caught.value.message.startswith(
        f"The network '{network}' needs isolation level L1, which this machine does not give:"
        " namespaces are switched off in the settings. To get it, allow user namespaces"
    )
    assert caught.value.message.endswith("or use the network 'host'.")
    assert list((state / "lives").iterdir()) == []


async def test_the_host_network_is_the_owners(state: Path, api: ApiHost) -> None:
    async with running(state, "host", f"http://127.0.0.1:{api.port}") as factory:
        action = await start(factory, CONNECT)
        assert await _connect(action, "AF_INET", ["127.0.0.1", api.port]) == "connected"
        await action.container.destroy()
        assert factory.isolation.network == "host"
