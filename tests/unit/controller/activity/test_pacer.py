"""Turns: live for a few watchers, harmless with a thousand, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.controller.activity.samples import Read, ended, last_id, read, wanted
from tests.waiting import eventually
from whisk_platform.common import virtualtime
from whisk_platform.common.errors import StoreError, UnauthorizedError, UnavailableError
from whisk_platform.common.positions import new_position
from whisk_platform.common.tasks import Supervisor
from whisk_platform.controller.activity.filters import WatchFilter
from whisk_platform.controller.activity.hub import ActivityHub, Bounds
from whisk_platform.controller.activity.pacer import (
    CHORES_S,
    ON_LOOP_BYTES,
    TICK_BYTES,
    TICK_S,
    TURNS,
    Pacer,
    Watch,
)

HEARTBEAT_S = 15.0


@dataclass(slots=True)
class Client:
    """One who watches and takes every piece."""

    watch: Watch
    texts: list[tuple[float, bytes]] = field(default_factory=list)
    """With the time of their arrival."""
    over: bool = False

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while not self.over:
            piece = await self.watch.next()
            self.texts.append((loop.time(), piece.text))
            self.over = piece.last
        self.watch.close()

    @property
    def events(self) -> list[Read]:
        """All events so far."""
        return read(b"".join(text for _, text in self.texts))


class Stage:
    """A pacer and its clients."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.hub = ActivityHub(bounds or Bounds(watchers_per_namespace=1_000))
        self.failures: list[BaseException] = []
        self.tasks = Supervisor("test", lambda _, error: self.failures.append(error))
        self.void: set[str | None] = set()
        self.unreadable = False
        self.pacer = Pacer(self.hub, self.tasks, self.check, heartbeat_s=HEARTBEAT_S)
        self._running: list[asyncio.Task[None]] = []

    async def check(self, credentials: str | None) -> None:
        if self.unreadable:
            raise StoreError
        if credentials in self.void:
            raise UnauthorizedError

    def client(self, filter_: WatchFilter | None = None, key: str = "key") -> Client:
        client = Client(self.pacer.watch(filter_ or wanted(), key))
        self._running.append(asyncio.get_running_loop().create_task(client.run()))
        return client

    def end(self, of: int, **how: Any) -> None:
        self.hub.ended(ended(of, **how), new_position())

    async def close(self) -> None:
        self.pacer.close()
        await asyncio.gather(*self._running)
        await self.tasks.close(1)
        assert self.failures == []


Story = Callable[[Stage], Coroutine[Any, Any, None]]


def _play(story: Story, bounds: Bounds | None = None) -> None:
    """Play a story on virtual time."""

    async def whole() -> None:
        stage = Stage(bounds)
        await story(stage)
        await stage.close()

    virtualtime.run(whole())


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _let(seconds: float) -> None:
    """Let virtual time pass."""
    passed = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(seconds, passed.set_result, None)
    await passed


def test_one_watcher_hears_of_everything_within_two_ticks() -> None:
    async def story(stage: Stage) -> None:
        client = stage.client()
        for of in range(1, 30):
            await _let(0.0037)
            told = _now()
            stage.end(of)
            await _let(2 * TICK_S)
            at, _ = client.texts[-1]
            assert at - told <= 2 * TICK_S
        assert [event.data["activationId"][-2:] for event in client.events] == [
            f"{of:02x}" for of in range(1, 30)
        ]

    _play(story)


def test_a_thousand_watchers_have_their_turns_a_few_in_each_tick() -> None:
    async def story(stage: Stage) -> None:
        clients = [stage.client() for _ in range(1_000)]
        stage.end(1)
        began = _now()
        rounds = 1_000 / TURNS
        await _let((rounds + 10) * TICK_S)
        times = sorted(at for client in clients for at, _ in client.texts)
        assert len(times) == 1_000
        for first, beyond in zip(times, times[TURNS + 1 :], strict=False):
            assert beyond > first
        assert times[-1] - began <= (rounds + 10) * TICK_S
        assert {len(client.events) for client in clients} == {1}

    _play(story)


def test_bytes_of_a_tick_are_bounded_too() -> None:
    async def story(stage: Stage) -> None:
        large = b'"' + b"x" * (ON_LOOP_BYTES - 1_000) + b'"'
        clients = [stage.client(wanted(docs=True)) for _ in range(50)]
        stage.end(1, result=large)
        await _let(2.0)
        arrived: dict[float, int] = {}
        for client in clients:
            for at, text in client.texts:
                arrived[at] = arrived.get(at, 0) + len(text)
        assert sum(arrived.values()) >= 50 * len(large)
        assert max(arrived.values()) <= TICK_BYTES + len(large) + 2_000

    _play(story)


def test_silence_is_broken_by_signs_of_life_that_say_how_far_it_is() -> None:
    async def story(stage: Stage) -> None:
        client = stage.client()
        stage.end(1)
        await _let(3 * HEARTBEAT_S + 5)
        (_, first), *beats = client.texts
        assert [at for at, _ in beats] == pytest.approx(
            [HEARTBEAT_S, 2 * HEARTBEAT_S, 3 * HEARTBEAT_S], abs=3 * CHORES_S + 0.1
        )
        assert [read(text) for _, text in beats] == [[], [], []]
        ids = [last_id(text) for text in (first, *(text for _, text in beats))]
        assert ids == sorted(ids, key=lambda each: each or 0)
        assert None not in ids

    _play(story)


def test_who_hears_something_needs_no_sign_of_life() -> None:
    async def story(stage: Stage) -> None:
        client = stage.client()
        for of in range(1, 12):
            stage.end(of)
            await _let(HEARTBEAT_S / 2)
        assert len(client.texts) == len(client.events) == 11

    _play(story)


def test_a_key_that_is_void_ends_its_watches_within_two_seconds_and_no_others() -> None:
    async def story(stage: Stage) -> None:
        mine, other = stage.client(key="mine"), stage.client(key="other")
        await _let(5)
        stage.void.add("mine")
        await _let(2)
        assert mine.over
        assert [(event.event, event.data["reason"]) for event in mine.events] == [
            ("bye", "The key of this watch is not valid any more.")
        ]
        assert not other.over

    _play(story)


def test_a_key_that_cannot_be_checked_is_good_until_it_can() -> None:
    async def story(stage: Stage) -> None:
        client = stage.client()
        stage.unreadable = True
        await _let(5)
        stage.end(1)
        await _let(1)
        assert [event.event for event in client.events] == ["end"]

    _play(story)


def test_closing_tells_everybody_and_takes_nobody() -> None:
    async def story(stage: Stage) -> None:
        clients = [stage.client() for _ in range(200)]
        await _let(1)
        stage.pacer.close()
        await _let(200 / TURNS * TICK_S + 1)
        assert {client.over for client in clients} == {True}
        assert {client.events[-1].event for client in clients} == {"bye"}
        with pytest.raises(UnavailableError):
            stage.client()

    _play(story)


def test_the_task_is_there_only_while_somebody_watches() -> None:
    async def story(stage: Stage) -> None:
        assert len(stage.tasks) == 0
        for _ in range(3):
            client = stage.client(key="mine")
            assert len(stage.tasks) == 1
            stage.void.add("mine")
            await _let(3)
            assert (client.over, len(stage.tasks)) == (True, 0)
            stage.void.clear()

    _play(story)


def test_nobody_waits_for_a_task_that_was_canceled() -> None:
    async def story(stage: Stage) -> None:
        clients = [stage.client(), stage.client()]
        await _let(1)
        await stage.tasks.close()
        await _let(1)
        assert [client.over for client in clients] == [True, True]

    _play(story)


def test_memory_is_given_back_soon_after_everybody_has_read() -> None:
    async def story(stage: Stage) -> None:
        clients = [stage.client(), stage.client(wanted(docs=True))]
        for of in range(1, 500):
            stage.end(of, result=b'"' + b"x" * 5_000 + b'"')
            if of % 50 == 0:
                await _let(0.1)
        await _let(2 * CHORES_S + 1)
        assert stage.hub.counts().held_bytes == 0
        assert {len(client.events) for client in clients} == {499}

    _play(story)


async def test_a_large_record_is_made_into_text_outside_the_event_loop() -> None:
    """Its text comes whole, and in its order."""
    stage = Stage()
    client = stage.client(wanted(docs=True))
    stage.end(1)
    stage.end(2, result=b'"' + b"x" * (4 * ON_LOOP_BYTES) + b'"')
    stage.end(3)
    await eventually(lambda: len(client.events) == 3, "the three records")
    sizes = [len(event.data["response"]["result"]) for event in client.events]
    assert sizes == [0, 4 * ON_LOOP_BYTES, 0]
    await stage.close()
