"""What a web path names."""

import pytest

from whisk_platform.controller.web.addressing import Extension, WebAddress, parse, split_extension
from whisk_platform.entities.names import FullyQualifiedEntityName as Name


@pytest.mark.parametrize(
    ("name", "base", "extension"),
    [
        ("hello", "hello", Extension.HTTP),
        ("hello.http", "hello", Extension.HTTP),
        ("hello.json", "hello", Extension.JSON),
        ("hello.html", "hello", Extension.HTML),
        ("hello.svg", "hello", Extension.SVG),
        ("hello.text", "hello", Extension.TEXT),
        ("hello.xyz", "hello.xyz", Extension.HTTP),
        ("hello.json.http", "hello.json", Extension.HTTP),
        ("hello.http.json", "hello.http", Extension.JSON),
        ("hello.JSON", "hello.JSON", Extension.HTTP),
    ],
)
def test_only_the_last_known_extension_is_taken_off(
    name: str, base: str, extension: Extension
) -> None:
    assert split_extension(name) == (base, extension)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("guest/default/a", (Name("guest", None, "a"), Extension.HTTP, "")),
        ("guest/pkg/a.json", (Name("guest", "pkg", "a"), Extension.JSON, "")),
        ("guest/pkg/a/", (Name("guest", "pkg", "a"), Extension.HTTP, "/")),
        ("guest/pkg/a.html/x/y%20z", (Name("guest", "pkg", "a"), Extension.HTML, "/x/y%20z")),
        ("guest/pkg/a/x.json", (Name("guest", "pkg", "a"), Extension.HTTP, "/x.json")),
        ("a%20b/c%40d/e%26f", (Name("a b", "c@d", "e&f"), Extension.HTTP, "")),
        ("_/default/a", (Name("_", None, "a"), Extension.HTTP, "")),
    ],
)
def test_a_complete_path_names_action_extension_and_rest(
    path: str, address: tuple[Name, Extension, str]
) -> None:
    action, extension, rest = address
    expected = WebAddress(action=action, extension=extension, rest=rest)
    assert parse(f"/api/v1/web/{path}") == expected


@pytest.mark.parametrize(
    "path",
    ["", "guest", "guest/", "guest/default", "guest/default/", "guest/default/.json",
     "guest//a", "g%2Fx/default/a", "guest/default/$a", "guest/p%7Cq/a"],
)  # fmt: skip
def test_an_incomplete_path_or_an_illegal_name_names_nothing(path: str) -> None:
    assert parse(f"/api/v1/web/{path}") is None
