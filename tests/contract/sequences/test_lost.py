"""What a platform that was killed leaves of sequences and compositions (design.md §5 Delivery)."""

from typing import Any

import msgspec
import pytest

from tests.contract.assembly import GUEST
from tests.contract.programs import Workshop, annotated, pairs
from whisk_platform.common.ids import ActivationId, TransactionId, new_activation_id
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.controller.lost import LostComposites
from whisk_platform.entities import journal
from whisk_platform.entities.limits import NamespaceLimits
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import parse
from whisk_platform.messaging.memory import MemoryBus
from whisk_platform.spi.stores import JournalEntry
from whisk_platform.standalone.recovery import Recovered, recover

LOST = {"error": "The activation was lost: the platform stopped while it was running."}


async def _accept(workshop: Workshop, action: str, **fields: Any) -> ActivationId:
    """Leave work in the journal as a platform does that is killed while it runs."""
    message = ActivationMessage(
        transid=TransactionId("t"),
        received_ms=1_700_000_000_000,
        action=parse(action),
        revision=0,
        user=GUEST,
        activation_id=new_activation_id(),
        controller="",
        blocking=False,
        content=RawJSON(b"{}"),
        journaled=True,
    )
    message = msgspec.structs.replace(message, **fields)
    await workshop.platform.stores.activations.accept(
        JournalEntry(
            activation_id=message.activation_id, message=journal.encode(message), started=True
        )
    )
    return message.activation_id


async def _recovered(workshop: Workshop) -> Recovered:
    platform = workshop.platform
    services = platform.services
    activations = platform.stores.activations
    found = await recover(
        activations=activations,
        subjects=services.subjects,
        bus=MemoryBus(activations),
        invoker=platform.invoker,
        composites=LostComposites(services.catalog, activations, services.clock),
        topic="invoker0",
    )
    assert await activations.pending() == []
    return found


async def test_a_lost_sequence_has_the_record_of_a_sequence(workshop: Workshop) -> None:
    await workshop.package("pkg")
    await workshop.actions("a")
    await workshop.sequence("pkg/s", "a")
    lost = await _accept(workshop, "guest/pkg/s", binding="guest/bound")
    assert await _recovered(workshop) == Recovered(resumed=0, lost=1)
    record = await workshop.record(lost)
    wait = annotated(record)["waitTime"]
    assert record["response"] == {
        "status": "whisk internal error",
        "success": False,
        "result": LOST,
    }
    assert (record["name"], record["logs"], record["duration"]) == ("s", [], 0)
    assert record["start"] == 1_700_000_000_000
    assert annotated(record) == {
        "topmost": True,
        "path": "guest/pkg/s",
        "kind": "sequence",
        "waitTime": wait,
        "binding": "guest/bound",
    }
    assert workshop.programs.order == []


async def test_a_lost_composition_has_the_record_of_a_composition(workshop: Workshop) -> None:
    await workshop.conductor("c", lambda _: {}, limits={"memory": 512})
    record = await _lost_record(workshop, "guest/c")
    notes = annotated(record)
    assert (notes["kind"], notes["conductor"], notes["topmost"]) == ("sequence", True, True)
    assert notes["limits"]["memory"] == 512
    assert record["response"]["result"] == LOST


async def test_a_lost_action_has_the_record_of_an_action(workshop: Workshop) -> None:
    await workshop.action("a", annotations=pairs({"conductor": False}))
    record = await _lost_record(workshop, "guest/a")
    assert annotated(record)["kind"] == "python:3.11"
    assert "topmost" not in annotated(record)
    assert record["response"]["result"] == LOST


async def test_what_is_gone_is_lost_too(workshop: Workshop) -> None:
    record = await _lost_record(workshop, "guest/gone")
    assert record["response"]["result"] == LOST


@pytest.mark.parametrize("name", ["s", "a"])
async def test_a_namespace_that_stores_nothing_only_has_its_journal_closed(
    workshop: Workshop, name: str
) -> None:
    await workshop.actions("a")
    await workshop.sequence("s", "a")
    user = msgspec.structs.replace(GUEST, limits=NamespaceLimits(store_activations=False))
    lost = await _accept(workshop, f"guest/{name}", user=user)
    await _recovered(workshop)
    assert (await workshop.guest.get(f"activations/{lost}")).status == 404


async def _lost_record(workshop: Workshop, action: str) -> dict[str, Any]:
    lost = await _accept(workshop, action)
    await _recovered(workshop)
    return await workshop.record(lost)
