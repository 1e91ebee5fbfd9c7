"""The journal: what was accepted is pending until a record closes it."""

import dataclasses

import pytest

from tests.conformance.stores.samples import activation, entry
from whisk_platform.common.ids import new_activation_id
from whisk_platform.spi.stores import Stores


async def test_accepted_work_is_pending_oldest_first(stores: Stores) -> None:
    entries = [entry(message=f"message {n}".encode()) for n in range(20)]
    await stores.activations.accept(*entries[:3])
    for each in entries[3:]:
        await stores.activations.accept(each)
    assert list(await stores.activations.pending()) == entries


async def test_accepting_nothing_is_no_error(stores: Stores) -> None:
    await stores.activations.accept()
    assert list(await stores.activations.pending()) == []


async def test_a_mark_stays_on_its_entry(stores: Stores) -> None:
    first, second = entry(), entry()
    await stores.activations.accept(first, second)
    await stores.activations.mark_started(second.activation_id)
    assert list(await stores.activations.pending()) == [
        first,
        dataclasses.replace(second, started=True),
    ]


async def test_marking_what_is_in_no_journal_changes_nothing(stores: Stores) -> None:
    await stores.activations.mark_started(new_activation_id())
    assert list(await stores.activations.pending()) == []


@pytest.mark.parametrize("record", [True, False])
async def test_a_record_closes_its_entry(stores: Stores, record: bool) -> None:
    first, second = entry(), entry()
    await stores.activations.accept(first, second)
    stores.activations.store(activation(activation_id=first.activation_id), record=record)
    await stores.activations.flush()
    assert list(await stores.activations.pending()) == [second]


async def test_many_entries_are_closed_at_once(stores: Stores) -> None:
    entries = [entry() for _ in range(300)]
    await stores.activations.accept(*entries)
    for each in entries[:-1]:
        stores.activations.store(activation(activation_id=each.activation_id))
    await stores.activations.flush()
    assert list(await stores.activations.pending()) == entries[-1:]
