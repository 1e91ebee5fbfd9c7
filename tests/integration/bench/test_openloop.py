"""An open loop sends when it is time, and charges a slow server with all that had to wait."""

import dataclasses
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.bench.generator import Generator, Target
from tests.bench.openloop import LOST
from tests.bench.rig import Floor
from tests.bench.schedule import Phase, intended
from tests.bench.subject import free_port

PHASES = [Phase(seconds=0.3, rate=500)]
DUE = list(intended(PHASES, seed=1))
TAKES_S = 0.01
"""The slow server answers one request after another, and each takes so long."""


@pytest.fixture
def generator() -> Iterator[Generator]:
    with Generator() as running:
        yield running


@pytest.fixture
def slow() -> Iterator[Target]:
    """A server that answers one connection at a time."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stopped = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, stopped), daemon=True)
        thread.start()
        port = server.getsockname()[1]
        yield Target(host="127.0.0.1", port=port, path="/", key="a:b")
        stopped.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(server: socket.socket, stopped: threading.Event) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        with client:
            while client.recv(65536):
                stopped.wait(TAKES_S)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def test_every_request_that_was_due_is_accounted_for(generator: Generator) -> None:
    with Floor(2) as floor:
        trace = generator.send(floor.target.order(PHASES))
    assert sorted(trace.due_ns) == DUE
    assert set(trace.status) == {200}
    assert len(trace.latency_ns) == len(trace.late_ns) == len(DUE)
    assert trace.first_error == ""


def test_a_latency_runs_from_when_the_request_was_due_not_from_when_it_was_sent(
    generator: Generator, slow: Target
) -> None:
    """One connection: the last request waits for all the others, and that is its latency."""
    order = dataclasses.replace(slow.order(PHASES), connections=1)
    trace = generator.send(order)
    assert sorted(trace.due_ns) == DUE
    last = trace.due_ns.index(DUE[-1])
    assert trace.latency_ns[last] >= len(DUE) * TAKES_S * 1e9 - DUE[-1]
    assert trace.opened == 1


def test_what_is_not_answered_within_the_grace_is_lost_and_not_forgotten(
    generator: Generator, slow: Target
) -> None:
    order = dataclasses.replace(slow.order(PHASES, grace_s=0.0), connections=1)
    trace = generator.send(order)
    assert sorted(trace.due_ns) == DUE
    assert set(trace.status) == {200, LOST}
    assert trace.first_error == "0: no answer came in time"


def test_a_server_that_is_not_there_loses_every_request(generator: Generator) -> None:
    absent = Target(host="127.0.0.1", port=free_port(), path="/", key="a:b")
    trace = generator.send(absent.order(PHASES, grace_s=1.0))
    assert sorted(trace.due_ns) == DUE
    assert set(trace.status) == {LOST}


def test_refusals_keep_their_status_and_the_servers_words(generator: Generator) -> None:
    with Floor() as floor:
        wrong = dataclasses.replace(floor.target, key="nobody:nothing")
        trace = generator.send(wrong.order(PHASES))
    assert set(trace.status) == {401}
    assert trace.first_error == '401: {"error":"wrong key"}'
