"""The system call filter: which calls an action may make, as a classic BPF program.

Building is pure and testable; calling an ``installer`` is the one effect. A deny list over an
otherwise open door, because language runtimes use hundreds of harmless calls; what is denied is
what reaches other processes, the machine, or parts of the kernel that functions have no use for.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from typing import NamedTuple

from . import linux

EPERM = 1
ENOSYS = 38
EAFNOSUPPORT = 97

LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
JUMP_EQUAL = 0x15
JUMP_AT_LEAST = 0x35
JUMP_ANY_BIT = 0x45
RETURN = 0x06

ALLOW = 0x7FFF0000
ERRNO = 0x00050000
KILL_PROCESS = 0x80000000

_NUMBER_OFFSET = 0
_ARCHITECTURE_OFFSET = 4
_ARGUMENTS_OFFSET = 16
_X32_BIT = 0x40000000
_NAMESPACE_FLAGS = 0x7E020080
_TERMINAL_INJECTIONS = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
_RAW_TYPES = (3, 10)  # SOCK_RAW, SOCK_PACKET

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# Calls with one number on every architecture since they were added after the tables were joined.
_COMMON: dict[str, int] = {
    "pidfd_open": 434,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "mount_setattr": 442,
    "quotactl_fd": 443,
    "memfd_secret": 447,
    "process_mrelease": 448,
    "statmount": 457,
    "listmount": 458,
    "open_tree_attr": 467,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
}

_DENIED: dict[str, dict[str, int]] = {
    "x86_64": {
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
        "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161,
        "unshare": 272, "setns": 308,
        "bpf": 321, "perf_event_open": 298, "userfaultfd": 323,
        "add_key": 248, "request_key": 249, "keyctl": 250,
        "create_module": 174, "init_module": 175, "delete_module": 176, "finit_module": 313,
        "kexec_load": 246, "kexec_file_load": 320, "reboot": 169, "swapon": 167, "swapoff": 168,
        "acct": 163, "quotactl": 179, "iopl": 172, "ioperm": 173, "modify_ldt": 154,
        "personality": 135, "clock_settime": 227, "clock_adjtime": 305, "adjtimex": 159,
        "settimeofday": 164, "name_to_handle_at": 303, "open_by_handle_at": 304,
        "fanotify_init": 300, "mknod": 133, "mknodat": 259,
        "setuid": 105, "setgid": 106, "setreuid": 113, "setregid": 114, "setgroups": 116,
        "setresuid": 117, "setresgid": 119, "setfsuid": 122, "setfsgid": 123,
        "mbind": 237, "set_mempolicy": 238, "migrate_pages": 256, "move_pages": 279,
        "syslog": 103, "vhangup": 153, "uselib": 134, "lookup_dcookie": 212, "nfsservctl": 180,
        "sethostname": 170, "setdomainname": 171,
    },
    "aarch64": {
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272,
        "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51,
        "unshare": 97, "setns": 268,
        "bpf": 280, "perf_event_open": 241, "userfaultfd": 282,
        "add_key": 217, "request_key": 218, "keyctl": 219,
        "init_module": 105, "delete_module": 106, "finit_module": 273,
        "kexec_load": 104, "kexec_file_load": 294, "reboot": 142, "swapon": 224, "swapoff": 225,
        "acct": 89, "quotactl": 60, "personality": 92,
        "clock_settime": 112, "clock_adjtime": 266, "adjtimex": 171, "settimeofday": 170,
        "name_to_handle_at": 264, "open_by_handle_at": 265, "fanotify_init": 262, "mknodat": 33,
        "setuid": 146, "setgid": 144, "setreuid": 145, "setregid": 143, "setgroups": 159,
        "setresuid": 147, "setresgid": 149, "setfsuid": 151, "setfsgid": 152,
        "mbind": 235, "set_mempolicy": 237, "migrate_pages": 238, "move_pages": 239,
        "syslog": 116, "vhangup": 58, "lookup_dcookie": 18, "nfsservctl": 42,
        "sethostname": 161, "setdomainname": 162,
    },
}  # fmt: skip

# System V and POSIX message objects are shared by the whole machine without an IPC namespace.
_SHARED_IPC: dict[str, tuple[int, ...]] = {
    "x86_64": (29, 30, 31, 64, 65, 66, 67, 68, 69, 70, 71, 220, *range(240, 246)),
    "aarch64": (*range(180, 198),),
}

# Memory that belongs to no process's address space: only control groups count it.
_UNSEEN_MEMORY: dict[str, tuple[int, ...]] = {
    "x86_64": (319, 29, 30, 31),  # memfd_create, shmget, shmat, shmctl
    "aarch64": (279, 194, 195, 196),
}

_CHECKED = {
    "x86_64": {"clone": 56, "clone3": 435, "ioctl": 16, "socket": 41},
    "aarch64": {"clone": 220, "clone3": 435, "ioctl": 29, "socket": 198},
}

# All that a process needs which waits for its children, in an interpreter that may still allocate.
_WAITING: dict[str, dict[str, int]] = {
    "x86_64": {
        "wait4": 61, "waitid": 247, "exit": 60, "exit_group": 231, "restart_syscall": 219,
        "rt_sigreturn": 15, "rt_sigaction": 13, "rt_sigprocmask": 14, "futex": 202,
        "brk": 12, "mmap": 9, "munmap": 11, "mremap": 25, "mprotect": 10, "madvise": 28,
    },
    "aarch64": {
        "wait4": 260, "waitid": 95, "exit": 93, "exit_group": 94, "restart_syscall": 128,
        "rt_sigreturn": 139, "rt_sigaction": 134, "rt_sigprocmask": 135, "futex": 98,
        "brk": 214, "mmap": 222, "munmap": 215, "mremap": 216, "mprotect": 226, "madvise": 233,
    },
}  # fmt: skip


class Instruction(NamedTuple):
    """One ``sock_filter``; jumps are relative to the next instruction."""

    code: int
    if_true: int
    if_false: int
    operand: int


def denied_calls(machine: str, shared_ipc: bool, sampled: bool = False) -> tuple[int, ...]:
    """The numbers that answer "operation not permitted" whatever their arguments.

    Args:
        machine: as ``os.uname().machine`` says.
        shared_ipc: whether the sandbox shares the machine's IPC objects, so that they are closed.
        sampled: whether only memory of processes is measured, so that any other is closed.
    """
    numbers = [*_DENIED[machine].values(), *_COMMON.values()]
    if shared_ipc:
        numbers.extend(_SHARED_IPC[machine])
    if sampled:
        numbers.extend(_UNSEEN_MEMORY[machine])
    return tuple(sorted(set(numbers)))


def build(machine: str, shared_ipc: bool = False, sampled: bool = False) -> list[Instruction]:
    """Make the whole program.

    Args:
        machine: ``x86_64`` or ``aarch64``.
        shared_ipc: also deny System V IPC and message queues.
        sampled: also deny memory that belongs to no process.

    Raises:
        KeyError: the numbers of this machine are not known.
    """
    checked = _CHECKED[machine]
    prologue = _prologue(machine)
    denied = denied_calls(machine, shared_ipc, sampled)
    clone, ioctl, socket = _clone_part(), _ioctl_part(), _socket_part()
    refuse, enosys = 0, 1
    # Layout: prologue, dispatch, ALLOW, the three argument checks, then the shared returns.
    dispatch_length = 4 + len(denied) + 1
    body_start = len(prologue) + dispatch_length
    clone_at = body_start
    ioctl_at = clone_at + len(clone)
    socket_at = ioctl_at + len(ioctl)
    returns_at = socket_at + len(socket)
    targets = [
        (checked["clone3"], returns_at + enosys),
        (checked["clone"], clone_at),
        (checked["ioctl"], ioctl_at),
        (checked["socket"], socket_at),
        *((number, returns_at + refuse) for number in denied),
    ]
    program = list(prologue)
    for number, target in targets:
        program.append(Instruction(JUMP_EQUAL, target - len(program) - 1, 0, number))
    program.append(Instruction(RETURN, 0, 0, ALLOW))
    program += [*clone, *ioctl, *socket]
    program += [
        Instruction(RETURN, 0, 0, ERRNO | EPERM),
        Instruction(RETURN, 0, 0, ERRNO | ENOSYS),
    ]
    if any(instruction.if_true > 255 for instruction in program):
        raise ValueError("the filter is too long for its jumps")
    return program


def build_for_keeper(machine: str) -> list[Instruction]:
    """Make the program of a keeper, which may wait for its children and end, and nothing else.

    It shares the user and the process namespace with the action, so whoever got hold of it must
    gain nothing by that.

    Raises:
        KeyError: the numbers of this machine are not known.
    """
    allowed = sorted(_WAITING[machine].values())
    program = _prologue(machine)
    for index, number in enumerate(allowed):
        program.append(Instruction(JUMP_EQUAL, len(allowed) - index, 0, number))
    program.append(Instruction(RETURN, 0, 0, ERRNO | EPERM))
    program.append(Instruction(RETURN, 0, 0, ALLOW))
    return program


def assemble(program: list[Instruction]) -> bytes:
    """The bytes the kernel takes."""
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def installer(code: bytes) -> Callable[[], int]:
    """What puts the filter on the process that calls it and all its descendants, for good."""
    program = _Program(len(code) // 8, code)
    mode_filter, flags = ctypes.c_long(1), ctypes.c_long(0)
    return linux.prepare("seccomp", mode_filter, flags, ctypes.byref(program))


def _prologue(machine: str) -> list[Instruction]:
    program = [
        Instruction(LOAD, 0, 0, _ARCHITECTURE_OFFSET),
        Instruction(JUMP_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        Instruction(RETURN, 0, 0, KILL_PROCESS),
        Instruction(LOAD, 0, 0, _NUMBER_OFFSET),
    ]
    if machine == "x86_64":
        program += [
            Instruction(JUMP_AT_LEAST, 0, 1, _X32_BIT),
            Instruction(RETURN, 0, 0, KILL_PROCESS),
        ]
    return program


def _argument(index: int) -> Instruction:
    return Instruction(LOAD, 0, 0, _ARGUMENTS_OFFSET + 8 * index)


def _clone_part() -> list[Instruction]:
    return [
        _argument(0),
        Instruction(JUMP_ANY_BIT, 0, 1, _NAMESPACE_FLAGS),
        Instruction(RETURN, 0, 0, ERRNO | EPERM),
        Instruction(RETURN, 0, 0, ALLOW),
    ]


def _ioctl_part() -> list[Instruction]:
    first, second = _TERMINAL_INJECTIONS
    return [
        _argument(1),
        Instruction(JUMP_EQUAL, 1, 0, first),
        Instruction(JUMP_EQUAL, 0, 1, second),
        Instruction(RETURN, 0, 0, ERRNO | EPERM),
        Instruction(RETURN, 0, 0, ALLOW),
    ]


def _socket_part() -> list[Instruction]:
    unix, inet, inet6 = _FAMILIES
    raw, packet = _RAW_TYPES
    return [
        _argument(0),
        Instruction(JUMP_EQUAL, 3, 0, unix),
        Instruction(JUMP_EQUAL, 2, 0, inet),
        Instruction(JUMP_EQUAL, 1, 0, inet6),
        Instruction(RETURN, 0, 0, ERRNO | EAFNOSUPPORT),
        _argument(1),
        Instruction(AND, 0, 0, 15),
        Instruction(JUMP_EQUAL, 1, 0, raw),
        Instruction(JUMP_EQUAL, 0, 1, packet),
        Instruction(RETURN, 0, 0, ERRNO | EPERM),
        Instruction(RETURN, 0, 0, ALLOW),
    ]
