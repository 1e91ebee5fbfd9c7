"""Servers that misbehave: they take one connection and do what a test tells them."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.waiting import DEADLINE_S


def head_of(peer: socket.socket) -> bytes:
    """Read a request up to the end of its head."""
    read = b""
    while b"\r\n\r\n" not in read:
        piece = peer.recv(65536)
        if not piece:
            break
        read += piece
    return read


class Misbehaving:
    """One such server.

    Attributes:
        address: ``http://127.0.0.1:port``.
        reached: Set when its behavior is under way, by :meth:`now`.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.reached = threading.Event()
        self.over = threading.Event()

    def now(self) -> None:
        """Tell the test that the client is where it should be, and wait for the test's end."""
        self.reached.set()
        self.over.wait(DEADLINE_S)


@contextmanager
def misbehaving(behave: Callable[[socket.socket, Misbehaving], None]) -> Iterator[Misbehaving]:
    """Run a server that takes one connection after another.

    Args:
        behave: What it does with a connection, which is closed afterwards.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(DEADLINE_S)
        server = Misbehaving(f"http://127.0.0.1:{listening.getsockname()[1]}")

        def serve() -> None:
            # Reading is repeated, so there may be more than one.
            while not server.over.is_set():
                try:
                    peer, _ = listening.accept()
                except OSError:
                    return
                with peer:
                    behave(peer, server)

        thread = threading.Thread(target=serve, name="misbehaving")
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join()
