"""The pure parts of ``wsk dev``: what concerns an action, and what its language complains about."""

from pathlib import Path

import pytest

from whisk_cli.commands.dev.checking import python_complaint, shortened
from whisk_cli.commands.dev.deployment import concerns, digest_of
from whisk_cli.sources.source import Code, Source


def test_a_change_concerns_the_file_or_the_folder_it_is_in(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.py", tmp_path / "b"
    assert concerns(file, {file})
    assert not concerns(file, {tmp_path / "a.pyi"})
    assert concerns(folder, {folder / "lib" / "x.py"})
    assert not concerns(folder, {tmp_path / "bb" / "x.py"})
    assert concerns(folder, {tmp_path}), "a folder that was moved in as a whole"


def test_code_kind_and_entry_make_the_difference() -> None:
    here = Path("a.py")
    code = Code(text="x", binary=False)
    first = Source(name="a", path=here, kind="python:default")
    assert digest_of(first, code) == digest_of(first, Code(text="x", binary=False))
    others = [
        digest_of(first, Code(text="y", binary=False)),
        digest_of(first, Code(text="x", binary=True)),
        digest_of(Source(name="a", path=here, kind="python:3.12"), code),
        digest_of(Source(name="a", path=here, kind="python:default", main="f"), code),
    ]
    assert len({digest_of(first, code), *others}) == 5


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("def main(args):\n    return args\n", ""),
        ("def main(:\n    pass\n", "{}:1: invalid syntax\n    def main(:\n             ^"),
        (
            "if 1:\nx\n",
            "{}:2: expected an indented block after 'if' statement on line 1\n    x\n    ^",
        ),
    ],
)
def test_what_python_cannot_read_is_shown_with_its_place(
    tmp_path: Path, code: str, complaint: str
) -> None:
    path = tmp_path / "a.py"
    path.write_text(code)
    assert python_complaint(path) == complaint.format(path)


def test_a_file_that_is_just_being_replaced_is_not_complained_about(tmp_path: Path) -> None:
    assert python_complaint(tmp_path / "gone.py") == ""


def test_what_a_program_says_of_itself_is_left_out() -> None:
    words = (
        "a.js:1\nfunction (\n\nSyntaxError: no\n    at wrapSafe (node:internal)\n\nNode.js v20.1.0"
    )
    assert shortened(words) == "a.js:1\nfunction (\nSyntaxError: no"
