"""Count the words of a text, or words that another action has already split.

    wsk action create wordcount wordcount.py
    wsk action invoke wordcount --result --param text "$(cat raven.txt)"

Parameters: `text` (a string) or `words` (a list of strings); `top`, how many words to show.
"""

import re
from collections import Counter

WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


def main(args):
    words = args.get("words")
    if words is None:
        words = WORD.findall(args.get("text", "").lower())
    if not words:
        # A result with the member `error` is an application error: wsk says so and exits with 246.
        return {"error": "There are no words: give a text with --param text."}
    counts = Counter(words)
    print(f"counted {len(words)} words, {len(counts)} different ones")
    return {
        "words": len(words),
        "different": len(counts),
        "top": [{"word": word, "count": n} for word, n in counts.most_common(args.get("top", 10))],
    }
