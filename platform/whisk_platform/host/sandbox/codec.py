"""Messages between the platform and a zygote: JSON with a length before it and descriptors beside.

A stream socket and not a sequenced-packet one, because the latter does not exist on macOS. The
kernel never merges bytes across passed descriptors, so the header's read yields exactly the
descriptors of its message.
"""

from __future__ import annotations

import array
import json
import os
import socket
import struct
from typing import Any

Message = dict[str, Any]

MAXIMUM = 1 << 20
"""A longer message is a fault of the sender."""
MOST_DESCRIPTORS = 16
_HEADER = struct.Struct("!I")
HEADER_BYTES = _HEADER.size
_CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)


def encode(message: Message) -> bytes:
    """Length and JSON.

    Raises:
        ValueError: the message is longer than ``MAXIMUM``.
    """
    body = json.dumps(message, separators=(",", ":")).encode()
    if len(body) > MAXIMUM:
        raise ValueError(f"a message of {len(body)} bytes is longer than {MAXIMUM}")
    return _HEADER.pack(len(body)) + body


def length_of(header: bytes) -> int:
    """How many bytes follow the four of the header.

    Raises:
        ValueError: the length is out of bounds.
    """
    (length,) = _HEADER.unpack(header)
    if length > MAXIMUM:
        raise ValueError(f"a message of {length} bytes is longer than {MAXIMUM}")
    return int(length)


def decode(body: bytes) -> Message:
    """The JSON object of a message.

    Raises:
        ValueError: it is no JSON object.
    """
    message = json.loads(body)
    if not isinstance(message, dict):
        raise ValueError("a message must be a JSON object")
    return message


def send(channel: socket.socket, message: Message, descriptors: tuple[int, ...] = ()) -> None:
    """Send one message on a blocking socket."""
    data = encode(message)
    ancillary = []
    if descriptors:
        rights = array.array("i", descriptors).tobytes()
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)]
    sent = channel.sendmsg([data], ancillary)
    if sent < len(data):
        channel.sendall(data[sent:])


def receive(channel: socket.socket) -> tuple[Message, list[int]] | None:
    """Wait for one message on a blocking socket.

    Returns:
        The message and its descriptors (close-on-exec), or None at the end of the stream.
    """
    header, descriptors = receive_part(channel, _HEADER.size)
    while header and len(header) < _HEADER.size:
        more, extra = receive_part(channel, _HEADER.size - len(header))
        descriptors += extra
        header = header + more if more else b""
    if not header:
        return None
    body = b""
    missing = length_of(header)
    while missing:
        part = channel.recv(missing)
        if not part:
            return None
        body += part
        missing -= len(part)
    return decode(body), descriptors


def receive_part(channel: socket.socket, size: int) -> tuple[bytes, list[int]]:
    """Read at most ``size`` bytes and the descriptors that come with them."""
    space = socket.CMSG_SPACE(MOST_DESCRIPTORS * array.array("i").itemsize)
    data, ancillary, _, _ = channel.recvmsg(size, space, _CLOSE_ON_EXEC)
    descriptors = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            whole = len(content) - len(content) % descriptors.itemsize
            descriptors.frombytes(content[:whole])
    if not _CLOSE_ON_EXEC:
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
    return data, list(descriptors)
