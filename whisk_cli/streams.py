"""Streams of the process that nothing must be written to any more."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def silence(*streams: TextIO) -> None:
    """Send what is still to be written to nowhere.

    The interpreter flushes its streams when it ends: a closed pipe would make it complain, and
    after Ctrl-C it would print half a line, or wait for a reader who does not read.
    """
    for stream in streams:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, ValueError):
            continue


def tell_unwritable(reason: object) -> int:
    """Say on stderr that stdout cannot be written, for example to a full disk.

    Args:
        reason: Why.

    Returns:
        The exit code.
    """
    silence(sys.stdout)
    sys.stderr.write(f"error: The output cannot be written: {reason}.\n")
    return 1
