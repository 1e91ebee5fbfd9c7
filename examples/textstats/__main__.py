"""Say how hard a text is to read: an action that brings its own dependency in a zip.

`__main__.py` is the entry point, and what stands beside it can be imported: here the package
`readability`. The README of this folder's parent says how to make the zip.
"""

from readability import measure


def main(args):
    text = args.get("text", "")
    if not text.strip():
        return {"error": "There is no text: give one with --param text."}
    statistics = measure(text)
    print(f"{statistics['sentences']} sentences, reading ease {statistics['reading_ease']}")
    return statistics
