"""What cannot be read."""

from __future__ import annotations

from whisk_platform.common.errors import WhiskError


class UnreadableMessageError(WhiskError):
    """A message of the bus is not what its topic carries."""


def unreadable(topic: str, problem: Exception) -> UnreadableMessageError:
    """Say which message it was, and what is wrong with it."""
    return UnreadableMessageError(f"A message on '{topic}' cannot be read: {problem}.")
