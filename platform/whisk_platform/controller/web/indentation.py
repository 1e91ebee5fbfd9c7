"""Indentation: JSON text laid out for people without touching a single value.

Numbers and strings stay the bytes they were; only white space between them changes.
"""

from __future__ import annotations

import re

from whisk_platform.common.jsontext import RawJSON

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
_STEP = b"  "
_DEEPEST = 32
"""Further levels are not indented more, so that the output's size stays in proportion."""


def indented(text: bytes | RawJSON) -> bytes:
    """Lay out one JSON value: a line for each member of an object, arrays along their line.

    Args:
        text: valid JSON; nothing is verified here.

    Returns:
        The same value, two spaces deeper for each object, ``"key": value``.

    Source: contracts rest-api §1.5; arrays stand as the reference prints them.
    """
    out: list[bytes] = []
    objects: list[bool] = []
    depth = 0
    opened = False
    for match in _TOKEN.finditer(bytes(text)):
        token = match.group()
        if opened and token != b"}":
            out.append(_line(depth))
        if token == b"{":
            objects.append(True)
            depth += 1
        elif token == b"[":
            objects.append(False)
        elif token == b"}":
            objects.pop()
            depth -= 1
            if not opened:
                out.append(_line(depth))
        elif token == b"]":
            objects.pop()
        elif token == b":":
            token = b": "
        elif token == b",":
            token = b"," + _line(depth) if objects[-1] else b", "
        opened = token == b"{"
        out.append(token)
    return b"".join(out)


def _line(depth: int) -> bytes:
    return b"\n" + _STEP * min(depth, _DEEPEST)
