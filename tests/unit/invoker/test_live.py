"""What the invoker tells of its activations, and that it tells nothing where nobody watches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tests.unit.invoker.samples import action, message
from tests.unit.invoker.world import TOPIC, World, run, virtual_pause
from whisk_platform.common.positions import Position
from whisk_platform.common.virtualtime import LoopClock
from whisk_platform.containers.simulated import Behavior, SimulatedFactory, Step, echo
from whisk_platform.entities.activation import Activation
from whisk_platform.invoker.invoker import Invoker
from whisk_platform.invoker.settings import InvokerSettings
from whisk_platform.spi.activity import Started


class Audience:
    """A feed that writes down what it is told."""

    def __init__(self, *namespaces: str) -> None:
        self.namespaces = set(namespaces)
        self.asked = 0
        self.starts: list[Started] = []
        self.lines: list[tuple[str, str]] = []
        self.ends: list[tuple[Activation, Position]] = []
        self.order: list[str] = []

    def watches(self, namespace: str) -> bool:
        self.asked += 1
        return namespace in self.namespaces

    def started(self, started: Started) -> None:
        self.starts.append(started)
        self.order.append("start")

    def printed(self, of: Started, lines: Sequence[str]) -> None:
        self.lines += [(of.activation_id, line) for line in lines]
        self.order += ["log"] * len(lines)

    def ended(self, activation: Activation, position: Position) -> None:
        self.ends.append((activation, position))
        self.order.append("end")


class Watched(World):
    """An invoker whose feed is looked at."""

    def __init__(self, audience: Audience, behavior: Behavior = echo) -> None:
        super().__init__(behavior=behavior)
        self.factory = SimulatedFactory(behavior)
        self.invoker = Invoker(
            InvokerSettings(capacity_mb=4096),
            factory=self.factory,
            stores=self.stores,
            bus=self.bus,
            clock=LoopClock(),
            feed=audience,
        )
        self.bus.subscribe(TOPIC, self.invoker.take, room=self.invoker.has_room)


def test_a_call_begins_prints_and_ends_with_what_its_record_says() -> None:
    async def story() -> None:
        audience = Audience("guest")
        world = Watched(audience, lambda phase, _: Step(logs=(f"in {phase}",)))
        of = await world.put(action())
        record = await world.record(await world.call(of))
        (started,) = audience.starts
        assert (started.activation_id, started.start) == (record.activation_id, record.start)
        assert (started.path, started.kind) == (record.path, record.kind)
        assert started.version == record.version
        assert audience.lines == [(record.activation_id, line) for line in record.logs]
        assert record.logs == ("in init", "in run")
        ((ended, position),) = audience.ends
        assert ended == record
        assert position == world.stores.activations.positions[record.activation_id]
        assert audience.order == ["start", "log", "log", "end"]

    run(story())


def test_lines_are_told_while_the_action_runs() -> None:
    async def story() -> None:
        audience = Audience("guest")
        world = Watched(audience, lambda _, __: Step(logs=("line",), takes_s=5))
        of = await world.put(action())
        running = await world.send(message(of))
        await virtual_pause(6)
        assert (running.done(), len(audience.lines)) == (False, 2)
        await running

    run(story())


def test_what_the_platform_adds_to_a_log_is_told_at_the_end() -> None:
    async def story() -> None:
        audience = Audience("guest")
        world = Watched(audience, lambda phase, _: Step(logs=("x",), breaks=phase == "run"))
        of = await world.put(action())
        record = await world.record(await world.call(of))
        assert [line for _, line in audience.lines] == list(record.logs)
        assert len(record.logs) == 3

    run(story())


def test_who_comes_in_the_middle_gets_the_lines_at_the_end() -> None:
    async def story() -> None:
        audience = Audience()
        world = Watched(audience, lambda _, __: Step(logs=("line",), takes_s=5))
        of = await world.put(action())
        running = await world.send(message(of))
        await virtual_pause(6)
        audience.namespaces.add("guest")
        record = await world.record(await running)
        assert [line for _, line in audience.lines] == list(record.logs) == ["line", "line"]
        assert audience.order == ["log", "log", "end"]

    run(story())


def test_a_namespace_that_nobody_watches_costs_two_questions() -> None:
    async def story() -> None:
        audience = Audience("other")
        world = Watched(audience, lambda _, __: Step(logs=("line",)))
        of = await world.put(action())
        await world.record(await world.call(of))
        before = audience.asked
        await world.record(await world.call(of))
        assert audience.asked - before == 2
        assert (audience.starts, audience.lines) == ([], [])

    run(story())


def test_what_never_runs_ends_without_a_beginning() -> None:
    async def story() -> None:
        audience = Audience("guest")
        world = Watched(audience)
        world.factory.refuse = "no room"
        of = await world.put(action())
        record = await world.call(of)
        assert (audience.order, audience.ends[0][0]) == (["end"], record)

    run(story())


def test_many_at_once_are_told_apart() -> None:
    async def story() -> None:
        audience = Audience("guest")
        world = Watched(audience, lambda _, __: Step(logs=("line",), takes_s=0.5))
        of = await world.put(action())
        records = [
            await world.record(each)
            for each in await asyncio.gather(*(world.call(of) for _ in range(5)))
        ]
        ids = sorted(record.activation_id for record in records)
        assert sorted(started.activation_id for started in audience.starts) == ids
        assert sorted({activation_id for activation_id, _ in audience.lines}) == ids
        assert sorted(ended.activation_id for ended, _ in audience.ends) == ids

    run(story())
