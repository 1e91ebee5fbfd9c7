"""Where this process's control groups are: read from the texts of /proc, without effects."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

CONTROLLERS = ("memory", "pids", "freezer", "cpu")
"""What sandboxes use, in order of importance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CgroupPaths:
    """The directories of our own groups."""

    v1: dict[str, PurePosixPath] = field(default_factory=dict)
    """By controller, for those that are mounted as version 1."""
    v2: PurePosixPath | None = None
    """In the unified hierarchy; None when it is not mounted."""
    v2_is_namespace_root: bool = False
    """Whether that is the topmost one that we can see, as in a container."""


def find(proc_self_cgroup: str, mountinfo: str) -> CgroupPaths:
    """Combine membership and mounts.

    Args:
        proc_self_cgroup: the text of ``/proc/self/cgroup``.
        mountinfo: the text of ``/proc/self/mountinfo``.

    Returns:
        Only groups that are visible through a mount of this mount namespace.
    """
    membership = _membership(proc_self_cgroup)
    v1: dict[str, PurePosixPath] = {}
    v2: PurePosixPath | None = None
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields, rest = before.split(), after.split()
        if len(fields) < 5 or len(rest) < 3 or rest[0] not in ("cgroup", "cgroup2"):
            continue
        root, place = _unescape(fields[3]), PurePosixPath(_unescape(fields[4]))
        if rest[0] == "cgroup2":
            v2 = v2 or _visible(place, root, membership.get("", "/"))
            continue
        for controller in rest[2].split(","):
            path = membership.get(controller)
            if controller in CONTROLLERS and controller not in v1 and path is not None:
                visible = _visible(place, root, path)
                if visible is not None:
                    v1[controller] = visible
    return CgroupPaths(v1=v1, v2=v2, v2_is_namespace_root=membership.get("") == "/")


def _membership(text: str) -> dict[str, str]:
    """Group path by controller; the unified hierarchy under the empty name."""
    groups: dict[str, str] = {}
    for line in text.splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            groups[""] = path
        for controller in filter(None, controllers.split(",")):
            groups[controller] = path
    return groups


def _visible(place: PurePosixPath, root: str, path: str) -> PurePosixPath | None:
    """The directory of a group under a mount that may show only a part of the hierarchy."""
    if path.startswith("/.."):
        return place  # outside of our cgroup namespace: the mount's own root is all we can see
    try:
        return place / PurePosixPath(path).relative_to(root)
    except ValueError:
        return place if root != "/" else None


def _unescape(text: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text
