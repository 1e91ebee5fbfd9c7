"""What becomes of sequences and compositions when the platform's own parts fail or stop."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.waiting import eventually
from whisk_platform.common.clock import VirtualClock
from whisk_platform.common.errors import StoreError, UnavailableError
from whisk_platform.common.ids import TransactionId
from whisk_platform.common.jsontext import TRUE, RawJSON
from whisk_platform.common.tasks import Supervisor
from whisk_platform.containers.simulated import MANIFEST
from whisk_platform.controller.accounts import SEQUENCES, Account
from whisk_platform.controller.activator import Activator, Invocation, Started
from whisk_platform.controller.catalog import Catalog
from whisk_platform.controller.composites import Composites
from whisk_platform.controller.conductors import Conductors
from whisk_platform.controller.loadbalancer.lean import LeanBalancer
from whisk_platform.controller.resolution import Resolver
from whisk_platform.controller.sequences import Sequences
from whisk_platform.entities.action import Action
from whisk_platform.entities.activation import Activation, Response, StatusCode
from whisk_platform.entities.exec import CodeExec, SequenceExec
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.entities.messages import Acknowledgement, ActivationMessage
from whisk_platform.entities.names import parse
from whisk_platform.entities.parameters import Parameter, Parameters
from whisk_platform.messaging.memory import MemoryBus
from whisk_platform.stores.memory import MemoryStores

USER = Identity(subject="tester", namespace="ns", authkey=AuthKey(uuid="u", key="k"))
LIMITS = SystemLimits()
Handler = Callable[[ActivationMessage], None]


@dataclass(slots=True)
class Parts:
    """A controller without a REST API, and what its supervisor was told."""

    stores: MemoryStores
    bus: MemoryBus
    tasks: Supervisor
    catalog: Catalog
    resolver: Resolver
    activator: Activator
    composites: Composites
    crashed: list[BaseException]

    async def start(self, name: str, *, blocking: bool = False) -> Started:
        return await self.activator.start(await self.invocation(name, blocking=blocking))

    async def invocation(self, name: str, *, blocking: bool = False) -> Invocation:
        return Invocation(
            user=USER,
            target=await self.resolver.action(parse(name), USER),
            payload={},
            transid=TransactionId("t"),
            received_ms=0,
            blocking=blocking,
        )

    def take_with(self, handler: Handler) -> None:
        """Be the invoker."""
        self.bus.subscribe("invoker0", handler)

    def answer(self, message: ActivationMessage, result: bytes) -> None:
        """End an activation with a result."""
        activation = Activation(
            activation_id=message.activation_id,
            namespace="ns",
            name=message.action.name,
            version="0.0.1",
            subject="tester",
            start=0,
            end=0,
            duration=0,
            response=Response(status_code=StatusCode.SUCCESS, result=RawJSON(result)),
        )
        self.bus.acknowledge(
            "completed0",
            Acknowledgement(
                transid=message.transid,
                activation_id=message.activation_id,
                activation=activation,
            ),
        )


async def _parts(bound: int = 10) -> Parts:
    """Parts with an action ``a``, a conductor ``c`` and a sequence ``s`` of ``a``."""
    crashed: list[BaseException] = []
    stores = MemoryStores()
    bus = MemoryBus(stores.activations)
    clock = VirtualClock()
    catalog = Catalog(stores.artifacts, clock)
    activator = Activator(LeanBalancer(bus, "0"), MANIFEST, "0")
    tasks = Supervisor("test", lambda _, error: crashed.append(error), bound=bound)
    parts = Parts(
        stores=stores,
        bus=bus,
        tasks=tasks,
        catalog=catalog,
        resolver=Resolver(catalog),
        activator=activator,
        composites=Composites(
            activator=activator, activations=stores.activations, clock=clock, tasks=tasks
        ),
        crashed=crashed,
    )
    activator.run_composites_with(
        sequences=Sequences(parts.composites, parts.resolver, 50),
        conductors=Conductors(parts.composites, parts.resolver, 50),
    )
    await _put(parts, "ns/a", CodeExec(kind="python:3.11", binary=False))
    await _put(parts, "ns/s", SequenceExec(components=(parse("ns/a"),)))
    conductor = Parameters((Parameter(key="conductor", value=TRUE),))
    await _put(parts, "ns/c", CodeExec(kind="python:3.11", binary=False), conductor)
    return parts


async def _put(
    parts: Parts, name: str, what: CodeExec | SequenceExec, notes: Parameters | None = None
) -> None:
    await parts.catalog.put(
        Action(
            fqn=parse(name),
            exec=what,
            limits=LIMITS.standard(),
            annotations=notes or Parameters(),
        )
    )


def _error(activation: Activation) -> tuple[StatusCode, bytes]:
    return activation.response.status_code, bytes(activation.response.result)


@pytest.mark.parametrize("name", ["ns/s", "ns/c"])
async def test_what_cannot_be_made_durable_does_not_start(name: str) -> None:
    parts = await _parts()
    parts.take_with(lambda _: pytest.fail("something was started"))
    parts.stores.activations.fail_with = StoreError()
    with pytest.raises(StoreError):
        await parts.start(name)
    assert len(parts.tasks) == 0


@pytest.mark.parametrize("name", ["ns/s", "ns/c"])
async def test_what_finds_no_room_is_not_accepted(name: str) -> None:
    parts = await _parts(bound=0)
    with pytest.raises(UnavailableError):
        await parts.start(name)
    assert parts.stores.activations.journal == {}
    assert parts.stores.activations.records == {}


@pytest.mark.parametrize(
    ("name", "error"),
    [("ns/s", b"Sequence failed."), ("ns/c", b"Activation failure during composition.")],
)
async def test_what_runs_when_the_platform_stops_gets_its_record(name: str, error: bytes) -> None:
    parts = await _parts()
    taken: list[ActivationMessage] = []
    parts.take_with(taken.append)
    started = await parts.start(name)
    assert list(parts.stores.activations.journal) == [started.activation_id]
    await eventually(lambda: taken, "the first step")
    await parts.tasks.close()
    activation = parts.stores.activations.records[started.activation_id]
    assert _error(activation) == (StatusCode.INTERNAL_ERROR, b'{"error":"%s"}' % error)
    assert started.ended.result() == activation
    assert parts.stores.activations.journal == {}
    assert parts.crashed == []


async def test_a_nested_composite_stops_with_the_one_around_it() -> None:
    parts = await _parts()
    await _put(parts, "ns/outer", SequenceExec(components=(parse("ns/s"),)))
    taken: list[ActivationMessage] = []
    parts.take_with(taken.append)
    started = await parts.start("ns/outer")
    await eventually(lambda: taken, "the first step")
    await parts.tasks.close()
    records = parts.stores.activations.records
    assert len(records) == 2
    assert {_error(record)[1] for record in records.values()} == {b'{"error":"Sequence failed."}'}
    assert started.ended.done()


async def test_a_crash_of_ours_is_told_and_leaves_a_record() -> None:
    parts = await _parts()
    invocation = await parts.invocation("ns/s", blocking=True)

    async def work(account: Account) -> None:
        account.response = Response(status_code=StatusCode.SUCCESS)
        raise ZeroDivisionError

    started = await parts.composites.start(invocation, SEQUENCES, work)
    activation = await started.ended
    assert _error(activation) == (StatusCode.INTERNAL_ERROR, b'{"error":"Sequence failed."}')
    assert await eventually(lambda: parts.crashed, "the supervisor to be told")
    assert isinstance(parts.crashed[0], ZeroDivisionError)


async def test_a_component_that_the_store_cannot_give_is_no_missing_one() -> None:
    parts = await _parts()

    def conduct(message: ActivationMessage) -> None:
        parts.stores.artifacts.fail_with = StoreError()
        parts.answer(message, b'{"action":"other"}')

    parts.take_with(conduct)
    started = await parts.start("ns/c", blocking=True)
    error = b'{"error":"Activation failure during composition."}'
    assert _error(await started.ended) == (StatusCode.INTERNAL_ERROR, error)
    assert parts.crashed == []
