"""Accepted work is read back from the journal as it was, but for the key."""

from __future__ import annotations

import pytest

from whisk_platform.common.ids import new_activation_id, new_transaction_id
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.entities import journal
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.names import FullyQualifiedEntityName


@pytest.mark.parametrize(
    "content",
    [b"{}", b'{"exact":1.10,"huge":1e400}', b'{"lone":"\\ud800"}', b'[{"a":"\\udfff"},1]'],
)
def test_arguments_come_back_as_they_were(content: bytes) -> None:
    message = ActivationMessage(
        transid=new_transaction_id(),
        received_ms=5,
        action=FullyQualifiedEntityName("guest", "demo", "hello"),
        revision=3,
        user=Identity(subject="guest", namespace="guest", authkey=AuthKey(uuid="u", key="k")),
        activation_id=new_activation_id(),
        controller="0",
        blocking=False,
        content=RawJSON(content),
        init_content={"init": RawJSON(content)},
    )
    entry = journal.encode(message)
    assert journal.owner(entry) == journal.ACTIVATION
    again = journal.decode(entry)
    assert bytes(again.content) == content
    assert bytes(again.init_content["init"]) == content
    assert again.user.authkey == AuthKey(uuid="u", key="")


@pytest.mark.parametrize("entry", [b"", b"{}", b'{"of":"activation"}', b'{"of":"\\ud800"}'])
def test_what_is_no_entry_is_said_to_be_none(entry: bytes) -> None:
    with pytest.raises(journal.CorruptJournalError):
        journal.decode(entry)
