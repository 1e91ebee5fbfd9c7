"""The door to JMESPath; numbers that a query does not compute with keep the text they came with."""

from __future__ import annotations

from typing import Any

from whisk_cli.errors import UsageError
from whisk_cli.jsonvalue import JSONValue, Number


def search(expression: str, value: JSONValue) -> JSONValue:
    """Apply a query.

    Args:
        expression: JMESPath.
        value: A document or a list of documents.

    Returns:
        What it finds; ``None`` if that is nothing.

    Raises:
        CliError: The expression cannot be read or applied: exit 1.
    """
    import jmespath  # type: ignore[import-untyped]

    try:
        found = jmespath.search(expression, _foreign(value))
    except (jmespath.exceptions.JMESPathError, ValueError, TypeError) as problem:
        reason = str(problem).splitlines()[0].rstrip(".:")
        raise UsageError(
            f"The query '{expression}' cannot be used: {reason}. "
            'Queries are JMESPath, such as "[?publish].name".'
        ) from problem
    return _own(found)


class _Whole(int):
    text: str


class _Fraction(float):
    text: str


# The library tells types apart by the names of their classes.
_Whole.__name__, _Fraction.__name__ = "int", "float"


def _foreign(value: JSONValue) -> Any:
    if isinstance(value, Number):
        return _number(value.text)
    if isinstance(value, dict):
        return {name: _foreign(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_foreign(item) for item in value]
    return value


def _number(text: str) -> _Whole | _Fraction:
    number: _Whole | _Fraction
    try:
        number = _Whole(text)
    except ValueError:
        number = _Fraction(text)
    number.text = text
    return number


def _own(value: Any) -> JSONValue:
    if isinstance(value, _Whole | _Fraction):
        return Number(value.text)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return Number(repr(value))
    if isinstance(value, dict):
        return {str(name): _own(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_own(item) for item in value]
    return str(value)
