"""Requests that meet: nothing is lost, nobody gets half (contract rest-api §2.0)."""

import asyncio

from tests.contract.rest.caller import Caller

PYTHON = {"kind": "python:3.11", "code": "x"}
LOST = (409, "Concurrent modification to resource detected.")


async def test_of_several_creates_one_wins(guest: Caller) -> None:
    bodies = [{"exec": {"kind": "python:3.11", "code": f"code {n}"}} for n in range(32)]
    replies = await asyncio.gather(*(guest.put("actions/a", body) for body in bodies))
    (winner,) = [reply for reply in replies if reply.status == 200]
    for reply in replies:
        if reply is not winner:
            assert reply.refusal in (LOST, (409, "resource already exists"))
    assert (await guest.get("actions/a")).json == winner.json


async def test_every_update_counts_or_is_refused(guest: Caller) -> None:
    await guest.put("actions/a", {"exec": PYTHON})
    updates = (guest.put("actions/a", {}, overwrite=True) for _ in range(32))
    replies = await asyncio.gather(*updates)
    done = [reply for reply in replies if reply.status == 200]
    assert done
    assert all(reply.refusal == LOST for reply in replies if reply.status != 200)
    versions = {reply.json["version"] for reply in done}
    assert len(versions) == len(done)
    assert (await guest.get("actions/a")).json["version"] == f"0.0.{1 + len(done)}"


async def test_of_several_deletes_one_answers_with_the_action(guest: Caller) -> None:
    await guest.put("actions/a", {"exec": PYTHON})
    replies = await asyncio.gather(*(guest.delete("actions/a") for _ in range(32)))
    assert [reply.status for reply in replies].count(200) == 1
    assert {reply.status for reply in replies} <= {200, 404, 409}
    assert (await guest.get("actions/a")).status == 404


async def test_forced_deletion_takes_all_or_nothing(guest: Caller) -> None:
    await guest.put("packages/pkg", {})
    for number in range(5):
        await guest.put(f"actions/pkg/a{number}", {"exec": PYTHON})
    deletion, *updates = await asyncio.gather(
        guest.delete("packages/pkg", force=True),
        *(guest.put(f"actions/pkg/a{n}", {}, overwrite=True) for n in range(5)),
    )
    assert all(reply.status in (200, 404, 409, 400) for reply in updates)
    left = (await guest.get("actions")).json
    if deletion.status == 200:
        assert (await guest.get("packages/pkg")).status == 404
    else:
        assert deletion.refusal == LOST
        assert len(left) == 5


async def test_no_update_of_thirty_two_clients_is_lost(guest: Caller) -> None:
    """Each tries until it wins; in the end every one of them has counted."""
    await guest.put("actions/a", {"exec": PYTHON})
    conflicts = 0

    async def client() -> None:
        nonlocal conflicts
        while (reply := await guest.put("actions/a", {}, overwrite=True)).status != 200:
            assert reply.refusal == LOST
            conflicts += 1

    await asyncio.gather(*(client() for _ in range(32)))
    assert conflicts > 0
    assert (await guest.get("actions/a")).json["version"] == "0.0.33"
