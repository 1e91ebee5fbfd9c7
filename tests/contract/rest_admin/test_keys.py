"""New keys: the old one stops at once, and the namespace goes on."""

import asyncio

import pytest

from tests.contract.assembly import GUEST, Assembly
from tests.contract.rest.caller import Caller
from tests.contract.rest_admin.conftest import ADMIN, SYSTEM, holder_of

KEY = ADMIN + "/namespaces/guest/key"


async def test_a_new_key_replaces_the_old_one_at_once_and_keeps_the_uuid(
    platform: Assembly, operator: Caller, guest: Caller
) -> None:
    await platform.action("guest/a")
    assert (await guest.post("actions/a", blocking=True)).status == 200
    reply = await operator.post(KEY)
    assert reply.status == 200
    assert {name: reply.json[name] for name in ("subject", "name", "uuid")} == {
        "subject": "guest-subject",
        "name": "guest",
        "uuid": GUEST.authkey.uuid,
    }
    key = reply.json["key"]
    assert len(key) == 64
    assert key.isalnum()
    assert (await guest.get("actions/a")).refusal == (401, "The supplied authentication is invalid")
    renewed = holder_of(guest, "guest", f"{GUEST.authkey.uuid}:{key}")
    assert (await renewed.post("actions/a", blocking=True)).status == 200


async def test_the_uuid_is_replaced_too_when_asked_for(operator: Caller, guest: Caller) -> None:
    document = (await operator.post(KEY, {"newUuid": True})).json
    assert document["uuid"] != GUEST.authkey.uuid
    renewed = holder_of(guest, "guest", f"{document['uuid']}:{document['key']}")
    assert (await renewed.get("limits")).status == 200
    old_uuid = holder_of(guest, "guest", f"{GUEST.authkey.uuid}:{document['key']}")
    assert (await old_uuid.get("limits")).status == 401


async def test_the_limits_stay(operator: Caller) -> None:
    await operator.put(ADMIN + "/namespaces/guest/limits", {"firesPerMinute": 3})
    await operator.post(KEY)
    limits = (await operator.get(ADMIN + "/namespaces/guest/limits")).json
    assert limits == {"firesPerMinute": 3}


async def test_the_key_of_a_blocked_subject_can_be_replaced_before_it_comes_back(
    operator: Caller, guest: Caller
) -> None:
    subject = ADMIN + "/subjects/guest-subject"
    await operator.post(subject, {"blocked": True})
    document = (await operator.post(KEY)).json
    renewed = holder_of(guest, "guest", f"{document['uuid']}:{document['key']}")
    assert (await renewed.get("limits")).status == 401
    await operator.post(subject, {"blocked": False})
    assert (await renewed.get("limits")).status == 200
    assert (await guest.get("limits")).status == 401


async def test_the_operator_may_replace_his_own_key(operator: Caller) -> None:
    path = ADMIN + "/namespaces/whisk.system/key"
    document = (await operator.post(path)).json
    assert (await operator.get(ADMIN + "/subjects")).status == 401
    renewed = holder_of(operator, SYSTEM.namespace, f"{document['uuid']}:{document['key']}")
    assert (await renewed.get(ADMIN + "/subjects")).status == 200


@pytest.mark.parametrize("body", [{"newUuid": "yes"}, {"newUuid": 1}])
async def test_the_choice_of_the_uuid_is_a_boolean(operator: Caller, body: object) -> None:
    assert (await operator.post(KEY, body)).refusal == (
        400,
        "The request content was malformed:\n'newUuid' must be true or false",
    )


async def test_a_key_that_was_being_looked_up_is_not_remembered_beyond_its_end(
    platform: Assembly, operator: Caller, guest: Caller
) -> None:
    """Calls that overlap the change may still pass; none that begins after it does."""
    for _ in range(20):
        platform.services.authenticator.forget()
        lookups = [asyncio.create_task(guest.get("limits")) for _ in range(4)]
        document = (await operator.post(KEY)).json
        await asyncio.gather(*lookups)
        assert (await guest.get("limits")).status == 401
        guest = holder_of(guest, "guest", f"{document['uuid']}:{document['key']}")


async def test_rotations_side_by_side_leave_exactly_one_key(
    operator: Caller, guest: Caller
) -> None:
    documents = [
        reply.json for reply in await asyncio.gather(*(operator.post(KEY) for _ in range(8)))
    ]
    callers = [
        holder_of(guest, "guest", f"{document['uuid']}:{document['key']}") for document in documents
    ]
    statuses = [(await caller.get("limits")).status for caller in callers]
    assert sorted(statuses) == [200, *[401] * 7]


async def test_a_new_master_key_changes_nothing_for_anybody(
    platform: Assembly, operator: Caller, guest: Caller
) -> None:
    await platform.action("guest/a")
    reply = await operator.post(ADMIN + "/master-key")
    assert reply.status == 200
    # The keys of the two namespaces and of the system, and the text to know the key by.
    assert reply.json["sealed"] >= 3
    assert (await guest.post("actions/a", blocking=True)).status == 200
    assert (await operator.post(ADMIN + "/master-key")).json == reply.json
