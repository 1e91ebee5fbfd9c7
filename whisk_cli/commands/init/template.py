"""The templates: which there are, and the files one makes.

They lie in ``whisk_cli/templates``, one folder each; a name ends in ``.txt`` so that no tool takes
a template for a program, and ``@NAME@``, ``@CLASS@`` and their kin are filled in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_PLACEHOLDER = re.compile("@([A-Z]+)@")

TEMPLATES: Mapping[str, str] = {
    "python": "a function in Python",
    "python-package": "a folder in Python, with a module beside it",
    "nodejs": "a function in JavaScript",
    "nodejs-package": "a folder in JavaScript, with a package.json",
    "go": "a function in Go",
    "java": "a class in Java",
    "php": "a function in PHP",
    "ruby": "a function in Ruby",
    "rust": "a function in Rust",
    "shell": "a shell script, as an example of any program",
}
"""Every template, with a line about it."""

ALIASES: Mapping[str, str] = {
    "py": "python",
    "javascript": "nodejs",
    "js": "nodejs",
    "node": "nodejs",
    "golang": "go",
    "rb": "ruby",
    "rs": "rust",
    "sh": "shell",
    "bash": "shell",
    "native": "shell",
}
"""Other words for some of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file to write.

    Attributes:
        path: Below the folder.
        text: What it holds.
        executable: Whether it is a program.
    """

    path: PurePosixPath
    text: str
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a template comes to.

    Attributes:
        action: The name of the action.
        source: The file or folder that holds it.
        files: What to write.
        readme: Written unless there is one already.
    """

    action: str
    source: PurePosixPath
    files: tuple[File, ...]
    readme: File


def make(template: str, name: str) -> Made:
    """Fill a template in.

    Args:
        template: A key of :data:`TEMPLATES`.
        name: Of the action.
    """
    values = {"NAME": name, "CLASS": class_name(name)}
    folder = _folder() / template
    files = tuple(_file(path, folder, values) for path in sorted(folder.rglob("*.txt")))
    source = PurePosixPath(files[0].path.parts[0])
    action = source.name if len(files[0].path.parts) > 1 else source.stem
    values |= {"ACTION": action, "FILE": str(source), "TITLE": action}
    readme = _file(_folder() / "README.md.txt", _folder(), values)
    return Made(action=action, source=source, files=files, readme=readme)


def class_name(name: str) -> str:
    """The name of an action as one of a class: ``say-hello`` becomes ``SayHello``."""
    words = "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))
    return words if words[:1].isalpha() else f"Action{words}"


def _folder() -> Path:
    return Path(__file__).resolve().parents[2] / "templates"


def _file(path: Path, folder: Path, values: Mapping[str, str]) -> File:
    name = path.relative_to(folder).as_posix().removesuffix(".txt")
    text = path.read_text(encoding="utf-8")
    return File(
        path=PurePosixPath(_filled(name, values)),
        text=_filled(text, values),
        executable=text.startswith("#!"),
    )


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
