"""Landlock: the kernel's own fence for processes that cannot have namespaces.

Used in two strengths: ``scope`` alone beside namespaces (no abstract sockets and no signals to the
outside), and with file rules where a private root is not to be had.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable, Iterable

from . import linux

_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
_MAKE_BLOCK = 1 << 11
_REFER = 1 << 13
_TRUNCATE = 1 << 14
_IOCTL_DEV = 1 << 15
_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_NEWEST = (1 << 16) - 1
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_ONLY_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_SCOPE_ABSTRACT_SOCKETS = 1
_SCOPE_SIGNALS = 2
_ABI_REFER = 2
_ABI_NETWORK = 4
_ABI_SCOPES = 6
_RULE_PATH_BENEATH = 1

Rule = tuple[int, int]
"""An open ``O_PATH`` descriptor and the rights beneath it."""


def version() -> int:
    """The kernel's Landlock version, 0 when there is none."""
    if not linux.SUPPORTED:
        return 0
    try:
        none, size, flag = ctypes.c_long(0), ctypes.c_long(0), ctypes.c_long(1)
        return linux.syscall("landlock_create_ruleset", none, size, flag)
    except OSError:
        return 0


def all_rights(abi: int) -> int:
    """Every file right that this version knows."""
    return _ALL_BY_ABI.get(abi, _ALL_NEWEST)


def open_rules(abi: int, paths: Iterable[str], writable: bool) -> list[Rule]:
    """Open the paths that exist, once, for use in many rulesets."""
    rights = all_rights(abi) if writable else _READ
    rules = []
    for path in paths:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        allowed = rights if os.path.isdir(path) else rights & _ONLY_FILES & all_rights(abi)
        rules.append((descriptor, allowed))
    return rules


def ruleset(abi: int, rules: Iterable[Rule], *, files: bool) -> int | None:
    """Make a fence that any number of processes can go behind.

    Args:
        abi: what ``version`` answered.
        rules: what stays reachable when ``files`` is true.
        files: whether file access is fenced at all.

    Returns:
        Its descriptor (close-on-exec), ours to close; None where nothing would be fenced.
    """
    scoped = _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS if abi >= _ABI_SCOPES else 0
    handled = all_rights(abi) if files else 0
    if not (scoped or handled):
        return None
    attributes = struct.pack("QQQ", handled, 0, scoped)
    size = 24 if abi >= _ABI_SCOPES else 16 if abi >= _ABI_NETWORK else 8
    pointer, zero = ctypes.c_char_p(attributes), ctypes.c_long(0)
    made = linux.syscall("landlock_create_ruleset", pointer, ctypes.c_long(size), zero)
    try:
        for descriptor, rights in rules if files else ():
            beneath = ctypes.c_char_p(struct.pack("=Qi", rights, descriptor))
            kind = ctypes.c_long(_RULE_PATH_BENEATH)
            linux.syscall("landlock_add_rule", ctypes.c_long(made), kind, beneath, zero)
    except OSError:
        os.close(made)
        raise
    return made


def bounds_memory(abi: int) -> int | None:
    """Make a fence that only keeps those behind it out of the memory of those before it.

    Every fence does that. Kernels without scopes have no empty one, so this one forbids what nobody
    inside can do anyway, and allows everywhere what any fence forbids unless it is told otherwise.

    Args:
        abi: what ``version`` answered.

    Returns:
        Its descriptor (close-on-exec), ours to close; None where it would forbid more than that.
    """
    if abi >= _ABI_SCOPES:
        return ruleset(abi, (), files=False)
    if abi < _ABI_REFER:
        return None
    rights = _MAKE_BLOCK | _REFER
    pointer, zero = ctypes.c_char_p(struct.pack("Q", rights)), ctypes.c_long(0)
    made = linux.syscall("landlock_create_ruleset", pointer, ctypes.c_long(8), zero)
    root = os.open("/", os.O_PATH | os.O_CLOEXEC)
    try:
        beneath = ctypes.c_char_p(struct.pack("=Qi", rights, root))
        kind = ctypes.c_long(_RULE_PATH_BENEATH)
        linux.syscall("landlock_add_rule", ctypes.c_long(made), kind, beneath, zero)
    except OSError:
        os.close(made)
        raise
    finally:
        os.close(root)
    return made


def restricter(fence: int) -> Callable[[], int]:
    """What puts the process that calls it and its descendants behind a fence, for good."""
    return linux.prepare("landlock_restrict_self", ctypes.c_long(fence), ctypes.c_long(0))
