"""User ids of sandboxes: outside of everybody's, one block for each platform."""

import pytest

from whisk_platform.common.errors import ContainerError
from whisk_platform.host.userids import COUNT, UserIds, first_ids

EVERYTHING = "         0          0 4294967295\n"
CONTAINER = "         0     100000      65536\n"


def test_a_whole_machine_has_room_far_above_all_users() -> None:
    starts = first_ids(EVERYTHING)
    assert starts[0] == 0x7000_0000
    assert starts[1] - starts[0] == COUNT


def test_a_container_has_room_only_at_the_top_of_its_own_range() -> None:
    starts = first_ids(CONTAINER)
    assert starts
    assert all(start > 50_000 and start + COUNT <= 65_536 - 1024 for start in starts)


@pytest.mark.parametrize("uid_map", ["0 1000 1\n", "", "0 100000 2000\n"])
def test_no_room_is_said(uid_map: str) -> None:
    assert first_ids(uid_map) == []
    with pytest.raises(ContainerError, match="Run the platform as an ordinary user"):
        UserIds(uid_map)


def test_two_platforms_get_different_blocks() -> None:
    one, other = UserIds(EVERYTHING), UserIds(EVERYTHING)
    assert not set(one.all) & set(other.all)
    one.close()
    other.close()


def test_ids_are_used_again_only_when_given_back() -> None:
    ids = UserIds(EVERYTHING)
    taken = [ids.take() for _ in range(COUNT)]
    assert sorted(taken) == ids.all
    with pytest.raises(ContainerError, match="More than 1024"):
        ids.take()
    ids.give_back(taken[5])
    assert ids.take() == taken[5]
    ids.close()
