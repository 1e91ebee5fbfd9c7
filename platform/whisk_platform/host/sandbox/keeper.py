"""The smallest keeper: a program of one page instead of a copy of the zygote.

A keeper is the first process of a sandbox's process namespace. It adopts what the action leaves
behind, lets the kernel reap it, and takes everything along when it is killed. Copying a whole
interpreter for that costs as much as the copy that the action runs in.

The program belongs to the administrator's id but has no rights: the zygote has emptied the bounding
set, and what starts a program then gains nothing by its id. An action, under another id, can
neither signal it nor look into it, and there is nothing that it reads.
"""

from __future__ import annotations

import os
import struct

from . import linux

_NAME = "whisk-keeper"
_EXECUTABLE = 0x10  # MFD_EXEC: since Linux 6.3; older ones refuse flags that they do not know
_LOAD_AT = 0x400000
_HEADERS = 64 + 56

# prctl(PR_SET_NAME, name); sigaction(SIGCHLD, {SIG_IGN}); for (;;) pause();
_X86_64 = (
    b"\x48\x8d\x35%(name)b"  # lea rsi, [rip + name]
    b"\xbf\x0f\x00\x00\x00"  # mov edi, PR_SET_NAME
    b"\xb8\x9d\x00\x00\x00"  # mov eax, prctl
    b"\x0f\x05"  # syscall
    b"\x48\x8d\x35%(ignore)b"  # lea rsi, [rip + ignore]
    b"\xbf\x11\x00\x00\x00"  # mov edi, SIGCHLD
    b"\x31\xd2"  # xor edx, edx
    b"\x41\xba\x08\x00\x00\x00"  # mov r10d, 8
    b"\xb8\x0d\x00\x00\x00"  # mov eax, rt_sigaction
    b"\x0f\x05"  # syscall
    b"\xb8\x22\x00\x00\x00"  # again: mov eax, pause
    b"\x0f\x05"  # syscall
    b"\xeb\xf7"  # jmp again
)
_AFTER_NAME, _AFTER_IGNORE = 7, 7 + 12 + 7
"""Where the instruction ends that an address counts from."""
_IGNORE = struct.pack("=4Q", 1, 0, 0, 0)


def program(machine: str) -> bytes | None:
    """The executable file for a machine; None where it has not been written."""
    if machine != "x86_64":
        return None
    length = len(_X86_64 % {b"name": bytes(4), b"ignore": bytes(4)})
    name_at, ignore_at = length + len(_IGNORE), length
    code = _X86_64 % {
        b"name": struct.pack("<i", name_at - _AFTER_NAME),
        b"ignore": struct.pack("<i", ignore_at - _AFTER_IGNORE),
    }
    content = code + _IGNORE + _NAME.encode() + b"\0"
    identity = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    entry, size = _LOAD_AT + _HEADERS, _HEADERS + len(content)
    header = struct.pack("<16s2HI3QI6H", identity, 2, 62, 1, entry, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    segment = struct.pack("<2I6Q", 1, 5, 0, _LOAD_AT, _LOAD_AT, size, size, 4096)
    return header + segment + content


class Nursery:
    """Makes process namespaces with a keeper in them, from outside."""

    def __init__(self, file: int, own: int) -> None:
        self._path = f"/proc/self/fd/{file}"
        self._own = own

    @classmethod
    def open(cls) -> Nursery | None:
        """Get ready; None where this machine does not let us, or has no such program."""
        content = program(linux.MACHINE)
        if content is None or os.geteuid():
            return None
        try:
            return cls(_in_memory(content), os.open("/proc/self/ns/pid", os.O_RDONLY))
        except OSError:
            return None

    def enter(self) -> int:
        """Make a namespace with its keeper; our children are born into it until ``leave``.

        Returns:
            The keeper's process id.
        """
        linux.unshare(linux.NEWPID)
        try:
            return os.posix_spawn(self._path, [_NAME], {})
        except OSError:
            self.leave()
            raise

    def leave(self) -> None:
        """Let our children be born into our own namespace again."""
        linux.join_namespace(self._own, linux.NEWPID)


def _in_memory(content: bytes) -> int:
    try:
        file = os.memfd_create(_NAME, os.MFD_CLOEXEC | _EXECUTABLE)
    except OSError:
        file = os.memfd_create(_NAME, os.MFD_CLOEXEC)
    try:
        os.write(file, content)
        os.fchmod(file, 0o555)
        # What is being written cannot be started, and our copies would count as writers.
        return os.open(f"/proc/self/fd/{file}", os.O_RDONLY)
    finally:
        os.close(file)
