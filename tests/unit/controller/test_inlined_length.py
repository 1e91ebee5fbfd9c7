"""How long a sequence is when the sequences inside it are written out."""

import pytest

from whisk_platform.common.errors import BadRequestError
from whisk_platform.controller.api.actions.components import inlined_length
from whisk_platform.entities.names import FullyQualifiedEntityName


def named(name: str) -> FullyQualifiedEntityName:
    return FullyQualifiedEntityName("ns", None, name)


def length(**graph: str) -> int:
    """The length of ``s``; each sequence's components are the words of its text."""
    return inlined_length(
        {named(name): tuple(map(named, parts.split())) for name, parts in graph.items()}, named("s")
    )


def test_actions_count_each_time_they_occur() -> None:
    assert length(s="a b a") == 3


def test_inner_sequences_count_what_they_contain() -> None:
    assert length(s="a t t", t="u u", u="a b c") == 13


def test_doubling_at_every_level_is_counted_without_being_written_out() -> None:
    graph = {f"t{n}": f"t{n + 1} t{n + 1}" for n in range(200)}
    assert length(s="t0", **graph) == 2**200


def test_a_sequence_inside_itself_is_refused() -> None:
    with pytest.raises(BadRequestError, match="Sequence may not refer to itself"):
        length(s="t", t="u", u="t")
