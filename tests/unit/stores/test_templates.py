"""Records split into what they share and what varies."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.stores.samples import activation, parameters
from whisk_platform.common.jsontext import RawJSON
from whisk_platform.entities.parameters import Parameter, Parameters
from whisk_platform.stores.sql import templates
from whisk_platform.stores.sql.origins import package_of

KEYS = st.sampled_from(sorted(templates.CONSTANT)) | st.text(max_size=8).filter(
    lambda text: text.isprintable()
)
VALUES = st.sampled_from(
    [b"null", b"true", b"1.10", b"1e400", b'"text"', b'{"a" : [1, 2]}', b'"\\u00e9"', b"[]"]
)


def test_two_activations_of_one_action_differ_only_in_their_details() -> None:
    first, details1 = templates.split(activation(wait=3))
    second, details2 = templates.split(activation(wait=40))
    assert first == second
    assert (details1, details2) == (b"[3]", b"[40]")


def test_a_cold_start_has_a_shape_of_its_own() -> None:
    warm = activation()
    cold = msgspec.structs.replace(warm, annotations=warm.annotations.with_value("initTime", 42))
    assert templates.split(cold)[0] != templates.split(warm)[0]
    assert templates.split(cold)[1] == b"[3,42]"


@given(st.lists(st.tuples(KEYS, VALUES, st.booleans(), st.none() | st.just("aes-256"))))
def test_annotations_come_back_as_they_were(
    entries: list[tuple[str, bytes, bool, str | None]],
) -> None:
    given_ones = Parameters.of(
        Parameter(key=key, value=RawJSON(value), init=init, encryption=encryption)
        for key, value, init, encryption in entries
    )
    record = msgspec.structs.replace(activation(), annotations=given_ones)
    shape, details = templates.split(record)
    template = templates.decode(templates.encode(shape))
    found = templates.fill(template, details)
    assert [(e.key, bytes(e.value), e.init, e.encryption) for e in found] == [
        (e.key, bytes(e.value), e.init, e.encryption) for e in given_ones
    ]


def test_a_record_without_annotations_has_no_details() -> None:
    record = msgspec.structs.replace(activation(), annotations=parameters({}))
    shape, details = templates.split(record)
    assert details is None
    assert templates.fill(templates.decode(templates.encode(shape)), None) == Parameters()


def test_the_package_is_the_middle_of_a_path_of_three_parts() -> None:
    assert package_of(b'"ns/pkg/name"', parts=3) == "pkg"
    assert package_of(b'"ns/name"', parts=3) == ""
    assert package_of(b'"ns/bound"', parts=2) == "bound"
    assert package_of(None, parts=2) == ""


def test_an_annotation_that_is_no_path_names_no_package() -> None:
    for value in (b"null", b"7", b'["a","b","c"]', b'"a/b/c/d"', b"not json"):
        assert package_of(value, parts=3) == ""
