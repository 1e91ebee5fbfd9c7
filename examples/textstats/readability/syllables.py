"""Counts the syllables of an English word by its vowels: right for most words, close for others."""

import re

VOWELS = re.compile(r"[aeiouy]+")
SILENT_END = re.compile(r"(?:[^aeiouyl]|[aeiouy]l)e$|[^aeiouyszx]es$|[^aeiouytd]ed$")
"""An e that is written and not spoken: in there, while, makes and rapped, not in wanted."""


def count_syllables(word):
    """Return how many syllables a word has, at least one."""
    letters = word.lower().replace("\u2019", "").replace("'", "")
    groups = len(VOWELS.findall(letters))
    if groups > 1 and SILENT_END.search(letters):
        groups -= 1
    return max(1, groups)
