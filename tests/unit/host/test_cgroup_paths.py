"""Where the control groups are, read from texts that real machines have."""

from pathlib import PurePosixPath as P

import pytest

from whisk_platform.host.cgroup_paths import CgroupPaths, find

HYBRID_CGROUP = """\
9:name=systemd:/
8:pids:/
6:freezer:/
4:memory:/vm/abc
1:cpu,cpuacct:/
0::/
"""
HYBRID_MOUNTS = """\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
"""
UNIFIED_CGROUP = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/vte.scope\n"
UNIFIED_MOUNTS = """\
29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw
"""
DOCKER_V1_CGROUP = "5:memory:/docker/0123\n3:pids:/docker/0123\n"
DOCKER_V1_MOUNTS = """\
90 80 0:40 /docker/0123 /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory
91 80 0:41 /docker/0123 /sys/fs/cgroup/pids ro,nosuid - cgroup cgroup rw,pids
"""
NAMESPACED_CGROUP = "0::/../../outside\n"
SPACED_MOUNTS = "29 23 0:26 / /mnt/my\\040groups rw - cgroup2 cgroup2 rw\n"


@pytest.mark.parametrize(
    ("membership", "mounts", "expected"),
    [
        pytest.param(
            HYBRID_CGROUP,
            HYBRID_MOUNTS,
            CgroupPaths(
                v1={
                    "cpu": P("/sys/fs/cgroup/cpu,cpuacct"),
                    "memory": P("/sys/fs/cgroup/memory/vm/abc"),
                    "freezer": P("/sys/fs/cgroup/freezer"),
                    "pids": P("/sys/fs/cgroup/pids"),
                },
                v2=P("/sys/fs/cgroup/unified"),
                v2_is_namespace_root=True,
            ),
            id="hybrid",
        ),
        pytest.param(
            UNIFIED_CGROUP,
            UNIFIED_MOUNTS,
            CgroupPaths(v2=P("/sys/fs/cgroup") / UNIFIED_CGROUP[4:].strip()),
            id="unified",
        ),
        pytest.param(
            DOCKER_V1_CGROUP,
            DOCKER_V1_MOUNTS,
            CgroupPaths(
                v1={"memory": P("/sys/fs/cgroup/memory"), "pids": P("/sys/fs/cgroup/pids")}
            ),
            id="docker-v1",
        ),
        pytest.param(
            NAMESPACED_CGROUP,
            UNIFIED_MOUNTS,
            CgroupPaths(v2=P("/sys/fs/cgroup")),
            id="outside-of-the-namespace",
        ),
        pytest.param(
            "0::/a b\n", SPACED_MOUNTS, CgroupPaths(v2=P("/mnt/my groups/a b")), id="spaces"
        ),
        pytest.param("", "", CgroupPaths(), id="nothing"),
        pytest.param("garbage", "more garbage - x", CgroupPaths(), id="garbage"),
    ],
)
def test_groups_are_found(membership: str, mounts: str, expected: CgroupPaths) -> None:
    assert find(membership, mounts) == expected
