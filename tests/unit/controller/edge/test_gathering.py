"""Answers leave in one write; nothing is held back longer than one turn of the loop."""

import asyncio

from whisk_platform.controller.edge.gathering import LARGE_BYTES, GatheringTransport


class Recorder(asyncio.Transport):
    """Keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.writes.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


def _pair() -> tuple[Recorder, GatheringTransport]:
    recorder = Recorder()
    return recorder, GatheringTransport(recorder, asyncio.get_running_loop())


async def test_head_and_body_leave_together_and_at_once() -> None:
    recorder, gathering = _pair()
    gathering.write(b"head")
    assert recorder.writes == []
    gathering.write(b"body")
    assert recorder.writes == [b"headbody"]


async def test_a_lone_write_leaves_in_the_next_turn_of_the_loop() -> None:
    recorder, gathering = _pair()
    gathering.write(b"event")
    await asyncio.sleep(0)
    assert recorder.writes == [b"event"]
    gathering.write(b"again")
    await asyncio.sleep(0)
    assert recorder.writes == [b"event", b"again"]


async def test_a_large_body_is_not_copied() -> None:
    recorder, gathering = _pair()
    body = b"x" * (LARGE_BYTES + 1)
    gathering.write(b"head")
    gathering.write(body)
    assert recorder.writes == [b"head", body]


async def test_closing_sends_what_was_held_back() -> None:
    recorder, gathering = _pair()
    gathering.write(b"last words")
    gathering.close()
    await asyncio.sleep(0)
    assert recorder.writes == [b"last words"]
    assert recorder.closed


async def test_nothing_is_written_to_a_connection_that_is_gone() -> None:
    recorder, gathering = _pair()
    gathering.write(b"too late")
    recorder.closed = True
    await asyncio.sleep(0)
    assert recorder.writes == []
    assert gathering.is_closing()
