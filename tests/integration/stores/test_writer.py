"""One thread writes for many: together, in order, and nobody suffers for another's fault."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from tests.waiting import eventually
from whisk_platform.common.errors import DocumentConflictError, StoreError
from whisk_platform.stores.sql.backlog import Backlog
from whisk_platform.stores.sql.engine import writing_engine
from whisk_platform.stores.sql.lane import Calls, Lane
from whisk_platform.stores.sql.writer import BATCH_ITEMS, Writer

CALLS, NUMBERS = range(2)
INSERT = text("INSERT INTO numbers (n) VALUES (:n)")


class Numbers(Lane):
    """Writes numbers; remembers what it was told."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.refused: list[Any] = []
        self.rolled_back = 0

    def write(self, connection: Connection, items: Sequence[Any]) -> Sequence[Any]:
        for item in items:
            connection.execute(INSERT, {"n": item})
        self.batches.append(len(items))
        return [None] * len(items)

    def settle(self, items: Sequence[Any], committed: bool) -> None:
        self.rolled_back += not committed

    def refuse(self, item: Any, error: Exception) -> None:
        self.refused.append(item)


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


@pytest.fixture
async def writer(tmp_path: Path, numbers: Numbers) -> AsyncIterator[Writer]:
    engine = writing_engine(tmp_path, "normal")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE numbers (n INTEGER NOT NULL)")
    backlog = Backlog(None, NUMBERS, most_items=100_000, most_bytes=1 << 30)
    made = Writer(
        engine, (Calls(lambda _: None), numbers), backlog, window_s=0.02, committed=lambda: None
    )
    made.start()
    yield made
    await made.close()


async def _numbers(writer: Writer) -> list[int]:
    found: list[int] = await writer.submit(
        CALLS, lambda connection: list(connection.scalars(text("SELECT n FROM numbers")))
    )
    return found


async def test_callers_that_come_together_share_transactions(writer: Writer) -> None:
    async def call(number: int) -> None:
        for step in range(20):
            await writer.submit(NUMBERS, number * 100 + step)

    before = writer.transactions
    await asyncio.gather(*(call(number) for number in range(50)))
    assert writer.transactions - before <= 1_000 / 10
    assert len(await _numbers(writer)) == 1_000


async def test_deferred_work_shares_transactions_without_anybody_waiting(writer: Writer) -> None:
    before = writer.transactions
    for number in range(BATCH_ITEMS * 3):
        writer.defer(NUMBERS, number, 10)
    assert writer.deferred_items > 0
    await writer.flush()
    assert writer.deferred_items == writer.queued_bytes == 0
    assert writer.transactions - before <= 10
    assert await _numbers(writer) == list(range(BATCH_ITEMS * 3))


async def test_deferred_work_is_written_without_a_flush(writer: Writer, numbers: Numbers) -> None:
    writer.defer(NUMBERS, 7, 10)
    await eventually(lambda: numbers.batches, "the window to pass")
    assert await _numbers(writer) == [7]


async def test_a_result_is_the_functions_own(writer: Writer) -> None:
    assert await writer.submit(CALLS, lambda _: "answer") == "answer"


def _conflict(_connection: Connection) -> None:
    raise DocumentConflictError


def _write_then_break(connection: Connection) -> None:
    connection.execute(INSERT, {"n": 666})
    raise ZeroDivisionError


async def test_a_refusal_concerns_only_the_caller_it_was_for(writer: Writer) -> None:
    outcomes = await asyncio.gather(
        writer.submit(NUMBERS, 1),
        writer.submit(CALLS, _conflict),
        writer.submit(NUMBERS, 2),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], DocumentConflictError)
    assert sorted(await _numbers(writer)) == [1, 2]


async def test_a_fault_rolls_back_its_own_writes_and_no_other(writer: Writer) -> None:
    outcomes = await asyncio.gather(
        writer.submit(NUMBERS, 1),
        writer.submit(CALLS, _write_then_break),
        writer.submit(NUMBERS, 2**70),
        writer.submit(NUMBERS, 2),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [
        type(None),
        StoreError,
        StoreError,
        type(None),
    ]
    assert isinstance(outcomes[1], StoreError)
    assert isinstance(outcomes[1].__cause__, ZeroDivisionError)
    assert sorted(await _numbers(writer)) == [1, 2]


async def test_deferred_work_that_can_never_be_written_does_not_hold_up_the_rest(
    writer: Writer, numbers: Numbers
) -> None:
    for number in (1, None, 2, 2**70, 3):
        writer.defer(NUMBERS, number, 10)
    await writer.flush()
    assert numbers.refused == [None, 2**70]
    assert writer.deferred_items == writer.queued_bytes == 0
    assert await _numbers(writer) == [1, 2, 3]


async def test_a_lane_learns_that_its_transaction_was_rolled_back(
    writer: Writer, numbers: Numbers
) -> None:
    with pytest.raises(StoreError):
        await writer.submit(NUMBERS, 2**70)
    assert numbers.rolled_back == 1


async def test_a_caller_that_gave_up_before_its_turn_is_not_served(writer: Writer) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold(_connection: Connection) -> None:
        loop.call_soon_threadsafe(started.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()

    holding = asyncio.create_task(writer.submit(CALLS, hold))
    await started.wait()
    given_up = asyncio.create_task(writer.submit(NUMBERS, 1, 10))
    waiting = asyncio.create_task(writer.submit(NUMBERS, 2, 10))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(holding, waiting)
    assert await _numbers(writer) == [2]
    assert writer.queued_bytes == 0


async def test_a_closed_writer_has_written_everything_and_takes_nothing_more(
    writer: Writer, numbers: Numbers
) -> None:
    for number in range(10):
        writer.defer(NUMBERS, number, 10)
    await writer.close()
    assert sum(numbers.batches) == 10
    with pytest.raises(StoreError, match="closed"):
        await writer.submit(NUMBERS, 1)
    await writer.flush()
