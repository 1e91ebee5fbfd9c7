"""Streams of the process that nothing must be written to any more."""

from __future__ import annotations

import os
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
