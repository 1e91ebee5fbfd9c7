"""Measures how easily an English text reads, after Rudolf Flesch (1948)."""

import re

from readability.syllables import count_syllables

WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?]+(?=\W|$)")


def measure(text):
    """Return the number of sentences, words and syllables, and the reading ease (100 is easy)."""
    words = WORD.findall(text)
    sentences = max(1, len(SENTENCE_END.findall(text.strip())))
    syllables = sum(count_syllables(word) for word in words)
    per_sentence = len(words) / sentences
    per_word = syllables / max(1, len(words))
    return {
        "sentences": sentences,
        "words": len(words),
        "syllables": syllables,
        "words_per_sentence": round(per_sentence, 1),
        "reading_ease": round(206.835 - 1.015 * per_sentence - 84.6 * per_word, 1),
    }
