"""A folder of actions: which there are, what they are called, and what cannot become one."""

from pathlib import Path

import pytest

from whisk_cli.errors import CliError
from whisk_cli.sources import project


def _lay_out(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}" if name.endswith(".json") else "")


def _found(folder: Path) -> dict[str, tuple[str, str]]:
    actions = project.look(folder).actions
    return {
        name: (each.path.relative_to(folder).as_posix(), each.kind)
        for name, each in actions.items()
    }


def test_files_and_folders_are_named_after_their_paths(tmp_path: Path) -> None:
    _lay_out(
        tmp_path,
        "hello.py",
        "greetings/polite.js",
        "greetings/long/__main__.py",
        "pages/index.js",
        "README.md",
        "data.json",
    )
    assert _found(tmp_path) == {
        "hello": ("hello.py", "python:default"),
        "greetings/polite": ("greetings/polite.js", "nodejs:default"),
        "greetings/long": ("greetings/long", "python:default"),
        "pages": ("pages", "nodejs:default"),
    }


def test_a_folder_with_an_entry_is_itself_the_action(tmp_path: Path) -> None:
    folder = tmp_path / "text.stats"
    _lay_out(folder, "__main__.py", "other.py", "sub/third.py")
    assert list(project.look(folder).actions) == ["text.stats"]


def test_what_is_hidden_or_vendored_is_left_alone(tmp_path: Path) -> None:
    _lay_out(
        tmp_path,
        ".env.py",
        "_shared.py",
        "__pycache__/hello.py",
        "node_modules/left/index.js",
        "tests/test_hello.py",
        "hello.py~",
    )
    assert project.look(tmp_path) == project.Project(actions={})


def test_two_sources_of_one_name_and_nested_packages_are_told(tmp_path: Path) -> None:
    _lay_out(tmp_path, "a.js", "a.py", "p/q/r.py", "p/data/x.txt")
    found = project.look(tmp_path)
    assert list(found.actions) == ["a"]
    assert len(found.problems) == 2
    assert "both the action 'a'" in found.problems[0]
    assert "packages do not nest" in found.problems[1]


def test_a_name_that_no_action_may_have_is_told(tmp_path: Path) -> None:
    _lay_out(tmp_path, "a+b.py")
    assert "a name has letters" in project.look(tmp_path).problems[0]


def test_something_else_than_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CliError, match="is not a folder"):
        project.look(tmp_path / "nowhere")
