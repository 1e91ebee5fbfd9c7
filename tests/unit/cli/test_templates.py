"""The templates of ``wsk init``."""

import pytest

from whisk_cli.commands.init import template
from whisk_cli.commands.init.template import ALIASES, TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_leaves_no_placeholder(name: str) -> None:
    made = template.make(name, "say-hello")
    for file in (*made.files, made.readme):
        assert "@" not in str(file.path)
        assert template._PLACEHOLDER.search(file.text) is None
    assert made.readme.path.name == "README.md"
    assert made.action in made.readme.text


@pytest.mark.parametrize(
    ("name", "action", "source"),
    [
        ("python", "say-hello", "say-hello.py"),
        ("java", "SayHello", "SayHello.java"),
        ("nodejs-package", "say-hello", "say-hello"),
        ("shell", "say-hello", "say-hello.sh"),
    ],
)
def test_the_action_is_named_as_its_source_will_be_deployed(
    name: str, action: str, source: str
) -> None:
    made = template.make(name, "say-hello")
    assert (made.action, str(made.source)) == (action, source)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("hello", "Hello"), ("say-hello", "SayHello"), ("a_b2", "AB2"), ("2fast", "Action2fast")],
)
def test_a_class_has_a_name_of_its_own(name: str, expected: str) -> None:
    assert template.class_name(name) == expected


def test_every_other_word_means_a_template() -> None:
    assert set(ALIASES.values()) <= set(TEMPLATES)
    assert set(ALIASES).isdisjoint(TEMPLATES)


def test_only_programs_may_be_executed() -> None:
    assert [file.executable for file in template.make("shell", "a").files] == [True]
    assert [file.executable for file in template.make("python", "a").files] == [False]
