"""Statements over many rows."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine

from whisk_platform.stores.sql import bulk


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as made:
        made.exec_driver_sql("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, k INTEGER UNIQUE)")
        yield made
    engine.dispose()


def _rows(connection: Connection) -> list[tuple[int, int]]:
    found = connection.exec_driver_sql("SELECT n, k FROM t ORDER BY id").all()
    return [(row[0], row[1]) for row in found]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 64, 65, 255, 256, 257, 600])
def test_every_row_is_inserted_once_and_in_order(connection: Connection, count: int) -> None:
    rows = [(number, -number) for number in range(count)]
    bulk.insertion("t", ("n", "k"), unique="k").run(connection, rows)
    assert _rows(connection) == rows


def test_a_row_whose_key_is_there_changes_nothing(connection: Connection) -> None:
    insertion = bulk.insertion("t", ("n", "k"), unique="k")
    insertion.run(connection, [(1, 1), (2, 2)])
    insertion.run(connection, [(9, 2), (3, 3), (9, 3)])
    assert _rows(connection) == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize("count", [0, 1, 3, 300])
def test_a_statement_by_key_meets_the_named_rows_only(connection: Connection, count: int) -> None:
    rows = [(number, number) for number in range(400)]
    bulk.insertion("t", ("n", "k"), unique="k").run(connection, rows)
    bulk.by_key("DELETE FROM t", "k").run(connection, [(number,) for number in range(count)])
    assert _rows(connection) == rows[count:]
