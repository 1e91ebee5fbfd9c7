"""Links between triggers and rules, and changing them while others do."""

import pytest

from whisk_platform.common.errors import DocumentConflictError
from whisk_platform.controller.links import (
    ATTEMPTS,
    is_active,
    linked,
    unlinked,
    until_unopposed,
    without_links,
)
from whisk_platform.entities.action import RuleLink, Trigger
from whisk_platform.entities.names import FullyQualifiedEntityName

RULE = FullyQualifiedEntityName("ns", None, "r")
OTHER = FullyQualifiedEntityName("ns", None, "other")
LINK = RuleLink(action=FullyQualifiedEntityName("ns", None, "a"), active=True)
BARE = Trigger(fqn=FullyQualifiedEntityName("ns", None, "t"), revision=3)


def test_a_rule_is_active_only_where_its_trigger_says_so() -> None:
    trigger = linked(BARE, RULE, LINK)
    assert is_active(trigger, RULE)
    assert not is_active(trigger, OTHER)
    assert not is_active(BARE, RULE)
    assert not is_active(None, RULE)
    assert not is_active(linked(BARE, RULE, RuleLink(action=LINK.action, active=False)), RULE)


def test_links_come_and_go_one_by_one() -> None:
    both = linked(linked(BARE, RULE, LINK), OTHER, LINK)
    assert unlinked(both, RULE).rules == {"ns/other": LINK}
    assert unlinked(unlinked(both, RULE), OTHER).rules == {}


def test_taking_away_what_is_not_there_changes_nothing() -> None:
    assert unlinked(BARE, RULE) is BARE
    trigger = linked(BARE, OTHER, LINK)
    assert unlinked(trigger, RULE) is trigger


def test_links_are_not_what_the_owner_of_a_trigger_changes() -> None:
    assert without_links(linked(BARE, RULE, LINK)) == without_links(BARE)
    assert without_links(None) is None


class Opponent:
    """Gets in the way of so many attempts, and may touch the client's own entity."""

    def __init__(self, times: int, *, touches: bool = False) -> None:
        self.left = times
        self.touches = touches
        self.revision = 1

    async def attempt(self) -> str:
        """Fail while the opponent is faster."""
        if self.left:
            self.left -= 1
            self.revision += self.touches
            raise DocumentConflictError
        return "done"

    async def own(self) -> int:
        """What the client sees as its own."""
        return self.revision


@pytest.mark.parametrize("times", [0, 1, ATTEMPTS])
async def test_a_change_goes_on_while_only_others_change(times: int) -> None:
    opponent = Opponent(times)
    assert await until_unopposed(opponent.attempt, opponent.own) == "done"


async def test_a_change_of_the_clients_own_entity_ends_it_at_once() -> None:
    opponent = Opponent(5, touches=True)
    with pytest.raises(DocumentConflictError, match=r"^Concurrent modification to"):
        await until_unopposed(opponent.attempt, opponent.own)
    assert opponent.left == 4


async def test_it_does_not_go_on_for_ever() -> None:
    opponent = Opponent(10 * ATTEMPTS)
    with pytest.raises(DocumentConflictError):
        await until_unopposed(opponent.attempt, opponent.own)
