"""The master key, recognized by a known text, and what it sealed under former ones renewed."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from whisk_platform.common.errors import StateDirectoryError
from whisk_platform.stores.sealing import Sealer, SealError
from whisk_platform.stores.sql.postgres.sessions import Sessions
from whisk_platform.stores.sql.rotation import Key, Progress, Rotation, TableStep
from whisk_platform.stores.sql.schema import seals
from whisk_platform.stores.sql.statedirectory import SEAL

_KNOWN_TEXT = b"whisk"


def check(connection: Connection, sealer: Sealer) -> None:
    """Make sure that the key is the one that the keys in the database were sealed with.

    The first process leaves a seal to recognize it by.

    Raises:
        StateDirectoryError: it is another one.
    """
    first = {"name": SEAL, "sealed": sealer.seal(_KNOWN_TEXT, SEAL)}
    connection.execute(insert(seals).values(first).on_conflict_do_nothing())
    seal = connection.execute(select(seals.c.sealed).where(seals.c.name == SEAL)).scalar_one()
    try:
        sealer.open(seal, SEAL)
    except SealError as error:
        raise StateDirectoryError(
            "The master key is not the one that the keys in the database were sealed with. Give"
            " the right one, or, if it was replaced, the former one beside it."
        ) from error


async def renew(sessions: Sessions, sealer: Sealer) -> int:
    """Seal everything with the newest key; what was sealed can be read all the time.

    Returns:
        How many secrets were sealed anew.
    """
    renewed = 0
    # The steps in the database need no directory.
    for step in Rotation(Path(), sealer).renewals():
        last: Key | None = 0
        while last is not None:
            progress = await _step(sessions, step, last)
            last = progress.last
            renewed += progress.renewed
    return renewed


async def _step(sessions: Sessions, step: TableStep, after: Key) -> Progress:
    progress: Progress = await sessions.submit(0, lambda connection: step.run(connection, after))
    return progress
