"""Names taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_cli.client import paths
from whisk_cli.errors import CliError
from whisk_cli.names import QualifiedName, qualified, reference

segments = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1).filter(
    lambda text: text != "."
)


@pytest.mark.parametrize(
    ("text", "namespace", "path", "package", "entity"),
    [
        ("foo", "_", "foo", "", "foo"),
        ("pkg/foo", "_", "pkg/foo", "pkg", "foo"),
        ("/ns/foo", "ns", "foo", "", "foo"),
        ("/ns/pkg/foo", "ns", "pkg/foo", "pkg", "foo"),
        ("ns/pkg/foo", "ns", "pkg/foo", "pkg", "foo"),
        ("/ns", "ns", "", "", "ns"),
        ("pkg/", "_", "pkg/", "pkg", ""),
    ],
)
def test_forms(text: str, namespace: str, path: str, package: str, entity: str) -> None:
    name = qualified(text)
    assert (name.namespace, name.path) == (namespace, path)
    assert (name.package, name.entity) == (package, entity)


@given(segments, segments, segments)
def test_a_full_name_is_taken_apart_and_put_together(ns: str, package: str, name: str) -> None:
    found = qualified(f"/{ns}/{package}/{name}")
    assert found == QualifiedName(namespace=ns, path=f"{package}/{name}")
    assert found.full == f"/{ns}/{package}/{name}"


@pytest.mark.parametrize("text", ["", ".", "/", "//", "/ns/", "/a/b/c/d", "/./x", "/ns//x"])
def test_names_out_of_rules(text: str) -> None:
    with pytest.raises(CliError) as problem:
        qualified(text)
    assert (problem.value.exit_code, problem.value.show_usage_hint) == (1, True)


@pytest.mark.parametrize(
    ("text", "full"),
    [("a", "/_/a"), (" a ", "/_/a"), ("p/a", "/_/p/a"), ("/ns/a", "/ns/a"), ("n/p/a", "/n/p/a")],
)
def test_references_are_complete(text: str, full: str) -> None:
    assert reference(text) == full


@given(segments)
def test_a_path_has_only_characters_that_need_no_escape(name: str) -> None:
    target = paths.entity(QualifiedName(path=name), "actions")
    assert target.isascii()
    assert not set(target) & set(' ?#&%+\\"<>') - {"%"}
    assert target.count("/") == 3
