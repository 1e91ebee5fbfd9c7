"""The open loop: requests go out when they are due, however slow the server is.

A latency runs from when its request was *due*, so that a server that stands still is charged with
all the requests that had to wait for it (no coordinated omission). A request takes an idle
connection, or opens one; beyond the most connections it waits, and its latency runs.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from tests.bench.schedule import Phase, intended
from tests.bench.wire import Address, Answer, Exchange, post

SPIN_NS = 2_000_000
"""Pauses shorter than this are spent looking at the clock: timers are a millisecond coarse, and the
generator has its core for itself."""

FIRST = 8
"""Connections opened before the beginning."""

BETWEEN = 16
"""Requests sent in one go, at most."""

LOST = 0
"""Status of a request that got no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to send, and when."""

    address: Address
    path: str
    key: str
    body: str
    more: tuple[tuple[str, str], ...] = ()
    """Paths and keys that are called in turn with the first."""
    phases: tuple[Phase, ...]
    connections: int
    """At most."""
    grace_s: float
    """After the last request, how long answers are waited for."""
    seed: int


def order_of(order: dict[str, Any]) -> Order:
    """Return the order that one line of JSON gives."""
    return Order(
        address=Address(**order["address"]),
        phases=tuple(Phase(**phase) for phase in order["phases"]),
        more=tuple((path, key) for path, key in order["more"]),
        **{name: order[name] for name in ("path", "key", "body", "connections", "grace_s", "seed")},
    )


@dataclass(slots=True, kw_only=True)
class Trace:
    """What became of each request, in the order in which they ended."""

    due_ns: list[int] = field(default_factory=list)
    """Since the beginning."""
    latency_ns: list[int] = field(default_factory=list)
    """From when it was due to its answer."""
    status: list[int] = field(default_factory=list)
    cold: int = 0
    late_ns: list[int] = field(default_factory=list)
    """How long after it was due each request was given to a connection: the generator's own share,
    or the wait for a connection."""
    opened: int = 0
    """Connections."""
    first_error: str = ""


class Client(Exchange):
    """One connection of the pool."""

    def __init__(self, loop: "Loop") -> None:
        super().__init__()
        self._loop = loop
        self.due_ns = 0
        """Of the request under way."""

    def ready(self) -> None:
        """Take what waits for a connection."""
        self._loop.free(self)

    def begin(self, due_ns: int, request: bytes) -> None:
        """Send the request that was due then."""
        self.due_ns = due_ns
        self.send(request)

    def answered(self, answer: Answer) -> None:
        """Keep what was seen and take the next."""
        self._loop.answered(self, answer)

    def gone(self, reason: str) -> None:
        """Count the request that will not be answered any more."""
        self._loop.lost(self, reason)


class Loop:
    """The pool of connections, and the requests that wait for one."""

    def __init__(self, order: Order) -> None:
        self.trace = Trace()
        self._order = order
        self._requests = cycle(
            post(order.address, path, key, order.body)
            for path, key in ((order.path, order.key), *order.more)
        )
        self._context = order.address.context()
        self._idle: list[Client] = []
        self._busy: set[Client] = set()
        self._waiting: deque[int] = deque()
        self._open = 0
        self._opening: set[asyncio.Task[None]] = set()
        self._began_ns = 0

    def start(self) -> None:
        """Let time begin."""
        self._began_ns = time.perf_counter_ns()

    def now_ns(self) -> int:
        """Since the beginning."""
        return time.perf_counter_ns() - self._began_ns

    def due(self, due_ns: int) -> None:
        """Send one request, or let it wait for a connection."""
        if self._idle:
            self._give(self._idle.pop(), due_ns)
            return
        self._waiting.append(due_ns)
        if self._open < self._order.connections:
            self._open += 1
            task = asyncio.create_task(self._connect(), name="a connection more")
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def open(self, count: int) -> None:
        """Open connections before the beginning."""
        for _ in range(min(count, self._order.connections)):
            self._open += 1
            await self._connect()

    async def _connect(self) -> None:
        """Open one more connection; if that fails, the oldest waiting request has failed."""
        address = self._order.address
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: Client(self), address.host, address.port, ssl=self._context
            )
            self.trace.opened += 1
        except OSError as error:
            self._open -= 1
            if self._waiting:
                self._keep(self._waiting.popleft(), Answer(LOST, False, str(error).encode()))

    def free(self, client: Client) -> None:
        """Give a connection the oldest waiting request, or let it rest."""
        if self._waiting:
            self._give(client, self._waiting.popleft())
        else:
            self._idle.append(client)

    def _give(self, client: Client, due_ns: int) -> None:
        self.trace.late_ns.append(self.now_ns() - due_ns)
        self._busy.add(client)
        client.begin(due_ns, next(self._requests))

    def answered(self, client: Client, answer: Answer) -> None:
        """Keep what became of a request, and go on with its connection."""
        self._busy.discard(client)
        self._keep(client.due_ns, answer)
        self.free(client)

    def lost(self, client: Client, reason: str) -> None:
        """Forget a connection, and count its request as lost if it had one."""
        self._open -= 1
        if client in self._busy:
            self._busy.discard(client)
            self._keep(client.due_ns, Answer(LOST, False, reason.encode()))
        elif client in self._idle:
            self._idle.remove(client)

    def _keep(self, due_ns: int, answer: Answer) -> None:
        self.trace.due_ns.append(due_ns)
        self.trace.latency_ns.append(self.now_ns() - due_ns)
        self.trace.status.append(answer.status)
        self.trace.cold += answer.cold
        if answer.text and not self.trace.first_error:
            self.trace.first_error = f"{answer.status}: {answer.text.decode('utf-8', 'replace')}"

    async def finish(self) -> None:
        """Wait for the answers that are lacking; what has not come after the grace is lost."""
        ends = time.monotonic() + self._order.grace_s
        # A look at the clock now and then costs the answers less than an event for each of them.
        while (self._busy or self._waiting) and time.monotonic() < ends:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        for task in self._opening:
            task.cancel()
        for due_ns in [*self._waiting, *(client.due_ns for client in self._busy)]:
            self._keep(due_ns, Answer(LOST, False, b"no answer came in time"))
        self._waiting.clear()
        for client in [*self._idle, *self._busy]:
            self._busy.discard(client)
            client.close()


async def perform(order: Order) -> Trace:
    """Send every request when it is due, and return what became of them."""
    loop = Loop(order)
    await loop.open(FIRST)
    loop.start()
    for number, due_ns in enumerate(intended(order.phases, order.seed)):
        while (early_ns := due_ns - loop.now_ns()) > 0:  # noqa: ASYNC110  # Time is the event.
            await asyncio.sleep(0 if early_ns < SPIN_NS else (early_ns - SPIN_NS) / 1e9)
        loop.due(due_ns)
        if not number % BETWEEN:
            await asyncio.sleep(0)  # When everything is due already, answers come in here.
    await loop.finish()
    return loop.trace
