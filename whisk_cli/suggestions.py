"""Close names for a word that was mistyped."""

from __future__ import annotations

from collections.abc import Iterable

FARTHEST = 2
"""How many letters a typed word may differ from a suggestion."""


def close(word: str, names: Iterable[str]) -> list[str]:
    """Find the names somebody may have meant.

    Args:
        word: What was typed.
        names: What exists.

    Returns:
        Sorted names at most two edits away, and names that begin with the word, ignoring case.
    """
    typed = word.lower()
    return sorted(
        name
        for name in names
        if distance(typed, name.lower()) <= FARTHEST or (typed and name.lower().startswith(typed))
    )


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Write the lines that name what somebody may have meant; nothing if no name is close."""
    meant = close(word, names)
    return "\n\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in meant) if meant else ""


def distance(left: str, right: str) -> int:
    """Count the insertions, deletions and replacements that turn one word into the other."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
