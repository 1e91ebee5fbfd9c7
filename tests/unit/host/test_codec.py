"""Messages between the platform and a zygote."""

import os
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.host.sandbox import codec

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=5))
def test_a_message_survives_the_journey(message: codec.Message) -> None:
    data = codec.encode(message)
    assert codec.length_of(data[:4]) == len(data) - 4
    assert codec.decode(data[4:]) == message


def test_messages_and_their_descriptors_stay_together() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reading, writing = os.pipe()
        codec.send(ours, {"id": 1})
        codec.send(ours, {"id": 2}, (reading, writing))
        codec.send(ours, {"id": 3})
        for descriptor in (reading, writing):
            os.close(descriptor)
        ours.shutdown(socket.SHUT_WR)
        assert codec.receive(theirs) == ({"id": 1}, [])
        received = codec.receive(theirs)
        assert received is not None
        message, passed = received
        assert message == {"id": 2}
        assert len(passed) == 2
        assert not any(os.get_inheritable(descriptor) for descriptor in passed)
        os.write(passed[1], b"through")
        assert os.read(passed[0], 10) == b"through"
        for descriptor in passed:
            os.close(descriptor)
        assert codec.receive(theirs) == ({"id": 3}, [])
        assert codec.receive(theirs) is None


def test_a_message_out_of_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than"):
        codec.encode({"text": "x" * codec.MAXIMUM})
    with pytest.raises(ValueError, match="longer than"):
        codec.length_of(b"\xff\xff\xff\xff")
    with pytest.raises(ValueError, match="JSON object"):
        codec.decode(b"[]")
