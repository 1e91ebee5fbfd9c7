"""The kernel calls that the standard library does not offer, by ctypes.

Every function raises ``OSError`` with the name of the call. Importing works on every Unix; calling
makes sense on Linux only.
"""

from __future__ import annotations

import ctypes
import functools
import os
import sys
from collections.abc import Callable

NEWNS = 0x00020000
NEWUTS = 0x04000000
NEWIPC = 0x08000000
NEWUSER = 0x10000000
NEWPID = 0x20000000
NEWNET = 0x40000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 40
_SIGCHLD = 17
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_ATTR_RDONLY_NOSUID_NODEV = 7

_NUMBERS = {
    "x86_64": {"clone": 56, "pivot_root": 155, "seccomp": 317},
    "aarch64": {"clone": 220, "pivot_root": 41, "seccomp": 277},
}
_SAME_EVERYWHERE = {
    "mount_setattr": 442,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}

MACHINE = os.uname().machine
SUPPORTED = sys.platform == "linux" and MACHINE in _NUMBERS
"""Whether system call numbers and filters for this machine are known."""

# PyDLL keeps the interpreter lock over the call: nothing may run between clone and its child.
_libc = ctypes.PyDLL(None, use_errno=True)
_CLONE = ctypes.c_long(_NUMBERS[MACHINE]["clone"] if SUPPORTED else -1)
_0 = ctypes.c_long(0)
# What each sandbox calls with the same arguments is made once: a copy of the process should touch
# as few of its pages as possible.
_CAPABILITY_HEADER = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
_NO_CAPABILITIES = (ctypes.c_uint32 * 6)()
_CAPSET = (ctypes.byref(_CAPABILITY_HEADER), ctypes.byref(_NO_CAPABILITIES))
if SUPPORTED:
    _libc.capset, _libc.fork, _libc.prctl  # noqa: B018  # looked up here and not in each copy


def syscall(name: str, *arguments: object) -> int:
    """Make a system call by name, every argument as a C long or pointer."""
    number = _SAME_EVERYWHERE.get(name) or _NUMBERS[MACHINE][name]
    return check(name, _libc.syscall(ctypes.c_long(number), *arguments))


def prepare(name: str, *arguments: object) -> Callable[[], int]:
    """A system call to be made later, and possibly in many copies of this process."""
    number = ctypes.c_long(_SAME_EVERYWHERE.get(name) or _NUMBERS[MACHINE][name])
    call = functools.partial(_libc.syscall, number, *arguments)
    return lambda: check(name, call())


def check(name: str, result: int) -> int:
    """Turn a negative result into an error."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def clone(flags: int) -> int:
    """Fork into new namespaces.

    The interpreter's own fork bookkeeping runs around the call exactly as in ``os.fork``.

    Returns:
        0 in the child, the child's process id in the parent.
    """
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = _libc.syscall(_CLONE, ctypes.c_long(flags | _SIGCHLD), _0, _0, _0, _0)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    error = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(error, f"clone: {os.strerror(error)}")
    return int(pid)


def clone_bare(flags: int) -> int:
    """Fork into new namespaces without the interpreter's own bookkeeping and registered hooks.

    For a copy of a process with one thread that runs nothing but our own code: there is nobody
    whose locks could be held, and the bookkeeping touches two hundred pages that are then copied.

    Returns:
        0 in the child, the child's process id in the parent.
    """
    return check("clone", _libc.syscall(_CLONE, ctypes.c_long(flags | _SIGCHLD), _0, _0, _0, _0))


def fork_bare() -> int:
    """Fork without the interpreter's bookkeeping, but with that of the C library.

    The library's own is needed where foreign code will run: it knows its thread by an id that
    ``abort`` and locks use.
    """
    return check("fork", _libc.fork())


def unshare(flags: int) -> None:
    """Leave namespaces; of processes, only our children do."""
    check("unshare", _libc.unshare(flags))


def join_namespace(descriptor: int, flag: int) -> None:
    """Enter a namespace by its descriptor; one of processes, only our children do."""
    check("setns", _libc.setns(descriptor, flag))


def mount(source: str, target: str, fstype: str = "", flags: int = 0, data: str = "") -> None:
    """Mount a file system."""
    result = _libc.mount(
        os.fsencode(source),
        os.fsencode(target),
        fstype.encode() or None,
        ctypes.c_ulong(flags),
        data.encode() or None,
    )
    check(f"mount {fstype or 'bind'} on {target}", result)


def bind(source: str, target: str) -> None:
    """Show a file or tree at another place, with everything mounted below it."""
    mount(source, target, flags=MS_BIND | MS_REC)


def make_read_only(target: str) -> None:
    """Make a mounted tree read-only, without set-uid programs and devices, to its last leaf."""

    class Attributes(ctypes.Structure):
        _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]

    attributes = Attributes(_ATTR_RDONLY_NOSUID_NODEV, 0, 0, 0)
    syscall(
        "mount_setattr",
        ctypes.c_long(_AT_FDCWD),
        ctypes.c_char_p(os.fsencode(target)),
        ctypes.c_long(_AT_RECURSIVE),
        ctypes.byref(attributes),
        ctypes.c_long(ctypes.sizeof(attributes)),
    )


def pivot_root_here() -> None:
    """Make the current directory the root and let go of the old one."""
    dot = ctypes.c_char_p(b".")
    syscall("pivot_root", dot, dot)
    check("umount2", _libc.umount2(b".", MNT_DETACH))
    os.chdir("/")


def die_with_parent(signal_number: int) -> None:
    """Ask for a signal when the parent thread ends."""
    _prctl("PR_SET_PDEATHSIG", _PR_SET_PDEATHSIG, signal_number)


def become_subreaper() -> None:
    """Adopt orphaned descendants."""
    _prctl("PR_SET_CHILD_SUBREAPER", _PR_SET_CHILD_SUBREAPER, 1)


def forbid_new_privileges() -> None:
    """No program started from now on gains anything by being set-uid."""
    _prctl("PR_SET_NO_NEW_PRIVS", _PR_SET_NO_NEW_PRIVS, 1)


def allow_own_proc() -> None:
    """Make /proc/self belong to the process again after a change of user."""
    _prctl("PR_SET_DUMPABLE", _PR_SET_DUMPABLE, 1)


def close_own_proc() -> None:
    """Keep other processes of the same user out of our memory and descriptors."""
    _prctl("PR_SET_DUMPABLE", _PR_SET_DUMPABLE, 0)


def drop_bounding_set() -> None:
    """Make it impossible to gain a capability by exec, here and in every descendant."""
    for capability in range(_LAST_CAPABILITY + 1):
        result = _libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)
        if result < 0 and ctypes.get_errno() not in (1, 22):  # not ours to drop; unknown here
            check("PR_CAPBSET_DROP", result)


def drop_capabilities() -> None:
    """Give up every capability of the process itself."""
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    check("capset", _libc.capset(*_CAPSET))


def _prctl(name: str, option: int, value: int) -> None:
    check(name, _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0))
