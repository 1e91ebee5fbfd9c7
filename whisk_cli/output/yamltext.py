"""YAML as people read it: block style, numbers as they came, strings quoted if in doubt.

**Source**: YAML 1.2; what YAML 1.1 would read as something else than a string is quoted too.
"""

from __future__ import annotations

import re

from whisk_cli.jsonvalue import JSONValue, Number
from whisk_cli.render import jsontext

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+-]+)*", re.ASCII)
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_CONTROL = re.compile("[\x7f-\x9f\ufeff\ufffe\uffff]")
_MOST_KEY = 120
"""A simple key may not be longer than 1024 characters; longer ones are written as ``? key``."""


def document(value: JSONValue) -> str:
    """Write a JSON value as one YAML document, without a final newline."""
    return "\n".join(_lines(value))


def _lines(value: JSONValue) -> list[str]:
    if isinstance(value, dict) and value:
        return [line for name, member in value.items() for line in _member(name, member)]
    if isinstance(value, list) and value:
        return [line for item in value for line in _item(item)]
    return [_scalar(value)]


def _member(name: str, value: JSONValue) -> list[str]:
    key = text(name)
    if len(key) > _MOST_KEY:
        first, *rest = _lines(value)
        return [f"? {key}", f": {first}", *(f"  {line}" for line in rest)]
    if isinstance(value, dict | list) and value:
        return [f"{key}:", *(f"  {line}" for line in _lines(value))]
    return [f"{key}: {_scalar(value)}"]


def _item(value: JSONValue) -> list[str]:
    first, *rest = _lines(value)
    return [f"- {first}", *(f"  {line}" for line in rest)]


def _scalar(value: JSONValue) -> str:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Number):
        return _number(value.text)
    return jsontext.compact(value)


def text(value: str) -> str:
    """Write a string: plain where no reader can take it for something else, otherwise quoted."""
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", jsontext.string(value))


def _number(written: str) -> str:
    # YAML 1.1 wants a point and a signed exponent in a number with an exponent.
    mantissa, exponent, power = written.lower().partition("e")
    if not exponent:
        return written
    signed = power if power[0] in "+-" else f"+{power}"
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{signed}"
