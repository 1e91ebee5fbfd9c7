"""The network of a sandbox that has one of its own: its loopback, and the way to the API host.

A socket belongs for good to the network in which it was made. So the sandbox opens the listeners
under the API host's address inside of its own network and hands them out, and somebody outside
accepts what arrives there. No interface leads out of the sandbox, and nothing has to be routed.
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import os
import socket
import struct

_SIOCSIFADDR = 0x8916
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1
_LOOPBACK = b"lo"
_LOOPBACK_INDEX = 1
_SECOND_NAME = b"lo:1"
"""Gets the API host's address where that is none of loopback's own."""
_BACKLOG = 64


def raise_loopback() -> None:
    """Switch the loopback interface on; it is off in a new network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        fcntl.ioctl(probe, _SIOCSIFFLAGS, struct.pack("16sh14x", _LOOPBACK, _IFF_UP))


def hand_out(number: int, addresses: list[str], port: int, route: int) -> None:
    """Listen under every address of the API host and send the listeners away.

    Args:
        number: of this sandbox; goes along, so that the other side knows whose they are.
        addresses: IP addresses; one that this network does not have is given to its loopback.
        port: of the API host.
        route: descriptor of a message socket to whoever accepts; closed here.

    Raises:
        OSError: not even one address can be listened on.
    """
    with socket.socket(fileno=route) as messages:
        listeners = []
        reason = OSError("no address")
        for address in addresses:
            try:
                listeners.append(_listen(address, port))
            except OSError as error:  # a kernel without IPv6, for example
                reason = error
        if not listeners:
            raise reason
        rights = array.array("i", [one.fileno() for one in listeners]).tobytes()
        messages.sendmsg([b"%d" % number], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    for listener in listeners:
        listener.close()


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            listener.bind((address, port))
        except OSError:
            _give_to_loopback(address)
            listener.bind((address, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _give_to_loopback(address: str) -> None:
    """Make an address one of this network's own."""
    if ":" in address:
        packed = socket.inet_pton(socket.AF_INET6, address)
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            request = struct.pack("16sIi", packed, 128, _LOOPBACK_INDEX)
            fcntl.ioctl(probe, _SIOCSIFADDR, request)
        return
    packed = socket.inet_pton(socket.AF_INET, address)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("16sHH4s16x", _SECOND_NAME, socket.AF_INET, 0, packed)
        fcntl.ioctl(probe, _SIOCSIFADDR, request)


def receive(messages: socket.socket) -> tuple[int, list[socket.socket]] | None:
    """Take one sandbox's listeners from a message socket.

    Returns:
        The sandbox's number and its listeners, which do not block; None at the end.

    Raises:
        BlockingIOError: nothing is there.
    """
    space = socket.CMSG_SPACE(8 * array.array("i").itemsize)
    flags = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
    data, ancillary, _, _ = messages.recvmsg(32, space, flags)
    descriptors = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(content[: len(content) - len(content) % descriptors.itemsize])
    if not data:
        return None
    listeners = []
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.set_blocking(descriptor, False)
        listeners.append(socket.socket(fileno=descriptor))
    return int(data), listeners
