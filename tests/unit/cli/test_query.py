"""Queries: numbers that are only passed on keep their text."""

import pytest

from whisk_cli import jsonvalue
from whisk_cli.output.query import search
from whisk_cli.render import jsontext


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("a", "1.50"),
        ("[a, big]", "[1.50,123456789012345678901234567890]"),
        ("max([a, b])", "2"),
        ("sum([b, b])", "4"),
        ("a == `1.5`", "true"),
        ("type(a)", '"number"'),
        ("to_string(b)", '"2"'),
        ("list[?n >= `2`].n", "[2,3.0]"),
        ("sort_by(list, &n)[0].n", "1"),
        ("nothing", "null"),
        ("keys(@) | length(@)", "4"),
    ],
)
def test_what_a_query_finds(expression: str, found: str) -> None:
    document = jsonvalue.parse(
        '{"a": 1.50, "b": 2, "big": 123456789012345678901234567890,'
        ' "list": [{"n": 2}, {"n": 3.0}, {"n": 1}]}'
    )
    assert jsontext.compact(search(expression, document)) == found
