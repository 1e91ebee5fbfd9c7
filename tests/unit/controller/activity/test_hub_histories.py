"""Whatever happens in whatever order, the hub keeps its promises to each watcher and its bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from tests.unit.controller.activity.samples import ended, read, started, wanted
from whisk_platform.common.errors import WhiskError
from whisk_platform.common.positions import new_position
from whisk_platform.controller.activity.channel import PAGE_BYTES, Watcher
from whisk_platform.controller.activity.filters import WatchFilter
from whisk_platform.controller.activity.happenings import End, Event, Happening, Log, Start
from whisk_platform.controller.activity.hub import LEAST_BYTES, ActivityHub, Bounds
from whisk_platform.entities.activation import StatusCode

BOUNDS = Bounds(
    watchers_per_namespace=3,
    watchers=5,
    queue_events=6,
    queue_bytes=LEAST_BYTES,
    held_bytes=3 * LEAST_BYTES,
    told_events=12,
    told_bytes=80_000,
)
NAMESPACES = ("guest", "other")
FILTERS = [
    {"namespace": namespace, **how}
    for namespace in NAMESPACES
    for how in (
        {},
        {"docs": True},
        {"name": "a"},
        {"events": ("end",)},
        {"statuses": frozenset((StatusCode.APPLICATION_ERROR,))},
    )
]


@dataclass(slots=True, eq=False)
class Client:
    """A watcher, what it ought to get, and what it got."""

    watcher: Watcher
    filter: WatchFilter
    expected: list[tuple[str, int]] = field(default_factory=list)
    got: list[tuple[str, int]] = field(default_factory=list)
    farewell: str = ""


class Hub(RuleBasedStateMachine):
    """Joins, tells, passes on, serves and leaves at random."""

    clients = Bundle("clients")

    def __init__(self) -> None:
        super().__init__()
        self.hub = ActivityHub(BOUNDS)
        self.present: list[Client] = []
        self.told = 0

    @rule(target=clients, how=st.sampled_from(FILTERS))
    def join(self, how: dict[str, Any]) -> Client | None:
        filter_ = wanted(**how)
        here = [client for client in self.present if client.filter.namespace == how["namespace"]]
        try:
            client = Client(self.hub.join(filter_), filter_)
        except WhiskError:
            full = len(here) == 3 or len(self.present) == 5
            assert full or self.hub.told >= BOUNDS.told_events
            return None
        self.present.append(client)
        return client

    @rule(client=consumes(clients))
    def leave(self, client: Client | None) -> None:
        if client is not None:
            self.hub.leave(client.watcher)
            self.present.remove(client)

    @rule(
        namespace=st.sampled_from(NAMESPACES),
        name=st.sampled_from("ab"),
        event=st.sampled_from(["start", "log", "end", "end"]),
        status=st.sampled_from([StatusCode.SUCCESS, StatusCode.APPLICATION_ERROR]),
        size=st.sampled_from([0, 0, 0, 30_000]),
    )
    def tell(self, namespace: str, name: str, event: Event, status: StatusCode, size: int) -> None:
        self.told += 1
        began = started(self.told, name, namespace)
        record = ended(self.told, name, namespace, status, b'"' + b"x" * size + b'"')
        position = new_position()
        happenings: dict[Event, Happening] = {
            "start": Start(position, began),
            "log": Log(position, began, ["line"]),
            "end": End(position, record),
        }
        happening = happenings[event]
        for client in self.present:
            if client.filter.namespace == namespace and client.filter.matches(happening):
                client.expected.append((event, self.told))
        if event == "start":
            self.hub.started(began)
        elif event == "log":
            self.hub.printed(began, ["line"])
        else:
            self.hub.ended(record, position)

    @rule(most=st.integers(1, 20))
    def pass_on(self, most: int) -> None:
        for _ in range(most):
            self.hub.pass_on()
        self.hub.seal()

    @rule(client=clients)
    def ask(self, client: Client | None) -> None:
        if client in self.present and not client.watcher.waiting and not client.farewell:
            self.hub.wait(client.watcher)

    @rule(most=st.integers(1, 3))
    def serve(self, most: int) -> None:
        for _ in range(min(most, len(self.hub.ready))):
            watcher = self.hub.ready.popleft()
            client = next((c for c in self.present if c.watcher is watcher), None)
            if client is None or not watcher.waiting:
                watcher.queued = False
                continue
            piece, last = self.hub.take(watcher, 1_000)
            events = read(piece)
            if last:
                (client.farewell,) = [event.event for event in events]
            else:
                client.got += [(e.event, int(e.data["activationId"], 16)) for e in events]

    @rule()
    def release(self) -> None:
        self.hub.release()

    @invariant()
    def each_gets_what_it_asked_for_in_order_and_without_a_gap(self) -> None:
        for client in self.present:
            assert client.got == client.expected[: len(client.got)]

    @invariant()
    def who_is_not_let_go_loses_nothing(self) -> None:
        for client in self.present:
            waits = client.watcher.waiting and not client.watcher.queued
            if waits and not self.hub.told and not client.farewell:
                assert client.got == client.expected

    @invariant()
    def memory_is_bounded(self) -> None:
        counts = self.hub.counts()
        assert counts.told <= BOUNDS.told_events
        channels = max(BOUNDS.held_bytes, counts.channels * LEAST_BYTES)
        newest = counts.channels * (PAGE_BYTES + 32_000)
        assert counts.held_bytes <= BOUNDS.told_bytes + channels + newest
        assert counts.watchers == len(self.present)

    @invariant()
    def a_namespace_is_watched_exactly_while_somebody_does(self) -> None:
        for namespace in NAMESPACES:
            watched = any(client.filter.namespace == namespace for client in self.present)
            assert self.hub.watches(namespace) == watched

    @invariant()
    def only_overflow_lets_anybody_go(self) -> None:
        assert {client.farewell for client in self.present} <= {"", "overflow"}


TestHub = Hub.TestCase
TestHub.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
