"""User ids without any rights, one for each living sandbox of a platform that runs as root.

They lie where no distribution gives out ids. Distinct ones keep sandboxes from each other's
process limits and signals, even where there are no namespaces.
"""

from __future__ import annotations

import socket

from whisk_platform.common.errors import ContainerError

COUNT = 1024
"""Ids of one platform, and so sandboxes that it can have at once."""
_PREFERRED = 0x7000_0000
_BLOCKS = 1024
_RESERVE_BLOCKS = 8
_ROOM_ABOVE = 1024  # the highest ids of a small range are nobody's and its like


def first_ids(uid_map: str) -> list[int]:
    """Where blocks of ids may begin.

    Args:
        uid_map: the text of ``/proc/self/uid_map``: in a container only some ids exist.

    Returns:
        Starts of blocks of ``COUNT`` ids, best first; empty when there is no room.
    """
    extents = [tuple(map(int, line.split())) for line in uid_map.splitlines() if line.strip()]
    preferred_end = _PREFERRED + _BLOCKS * COUNT
    for inside, _, length in extents:
        if inside <= _PREFERRED and preferred_end <= inside + length:
            return list(range(_PREFERRED, preferred_end, COUNT))
    starts: list[int] = []
    for inside, _, length in sorted(extents, key=lambda extent: -extent[2])[:1]:
        end = inside + length - _ROOM_ABOVE
        for number in range(1, _RESERVE_BLOCKS + 1):
            if (start := end - number * COUNT) > max(inside, 1000):
                starts.append(start)
    return starts


class UserIds:
    """A block of ids that no other platform of this machine uses."""

    def __init__(self, uid_map: str) -> None:
        """Claim a block.

        Args:
            uid_map: the text of ``/proc/self/uid_map``.

        Raises:
            ContainerError: there is none.
        """
        self._claim, first = _claim(first_ids(uid_map))
        self.all = list(range(first, first + COUNT))
        """Every id that may be given out."""
        self._free = self.all[::-1]

    def take(self) -> int:
        """Borrow one.

        Raises:
            ContainerError: more sandboxes are alive than there are ids.
        """
        if not self._free:
            raise ContainerError(f"More than {COUNT} sandboxes are not possible.")
        return self._free.pop()

    def give_back(self, uid: int) -> None:
        """The sandbox is gone."""
        self._free.append(uid)

    def close(self) -> None:
        """Let another platform have the block."""
        self._claim.close()


def _claim(starts: list[int]) -> tuple[socket.socket, int]:
    """Hold an abstract socket's name as a lock that the kernel lets go of when we die."""
    for start in starts:
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            claim.bind(f"\0whisk-user-ids-{start}")
        except OSError:
            claim.close()
            continue
        return claim, start
    raise ContainerError(
        "There are no free user ids for sandboxes. Run the platform as an ordinary user."
    )
