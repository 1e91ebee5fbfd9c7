"""A ready action process: answers each frame with its own payload, as a no-op action would.

Run as a file with an isolated interpreter; the only argument is the descriptor of the channel.
A frame is one byte of type, four bytes of length (big-endian) and the payload.
"""

import socket
import sys


def serve(channel: socket.socket) -> None:
    """Echo the payload of each frame as a 200 answer, until the other side closes."""
    with channel.makefile("rb", buffering=65536) as incoming:
        while header := incoming.read(5):
            payload = incoming.read(int.from_bytes(header[1:], "big"))
            length = len(payload) + 3
            channel.sendall(b"A" + length.to_bytes(4, "big") + b"200" + payload)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
