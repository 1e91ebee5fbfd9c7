"""Which kind a file or an archive is. Pure.

**Source**: contracts/cli.md §4.1 for the extensions that ``wsk action create`` knows; the entries
of archives are those that the runtimes look for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from pathlib import PurePath

BLACKBOX = "blackbox"
"""The kind of what brings its own program."""

NATIVE_IMAGE = "openwhisk/dockerskeleton"
"""The image that runs native executables."""

KINDS = {
    ".js": "nodejs:default",
    ".py": "python:default",
    ".swift": "swift:default",
    ".php": "php:default",
    ".rb": "ruby:default",
    ".rs": "rust:default",
    ".go": "go:default",
    ".jar": "java:default",
    ".balx": "ballerina:default",
}
"""The kind that stands for an extension in ``wsk action create``."""

MORE_KINDS = {
    ".mjs": "nodejs:default",
    ".cjs": "nodejs:default",
    ".java": "java:default",
    ".sh": BLACKBOX,
}
"""Extensions that are understood where whole folders are; the original knows none of them."""

ARCHIVES = frozenset({".zip", ".jar", ".balx"})
"""Extensions whose content is sent as base64."""

ENTRIES = {
    "__main__.py": "python:default",
    "index.js": "nodejs:default",
    "index.php": "php:default",
    "main.rb": "ruby:default",
    "go.mod": "go:default",
    "Cargo.toml": "rust:default",
    "exec": BLACKBOX,
}
"""The file at the root of an archive that tells its kind."""

_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def of_file(name: str) -> str | None:
    """The kind of a single source file by its extension; None if it is none.

    Args:
        name: Of the file.
    """
    suffix = PurePath(name).suffix
    if suffix in ARCHIVES:
        return None
    return KINDS.get(suffix) or MORE_KINDS.get(suffix)


def of_archive(names: Collection[str], read: Callable[[str], str]) -> str | None:
    """The kind of an archive, or of a folder that becomes one; None if it is none.

    Args:
        names: Of the files at its root.
        read: Gives the text of one of them.
    """
    if "package.json" in names and ("index.js" in names or _names_main(read("package.json"))):
        return "nodejs:default"
    return next((kind for entry, kind in ENTRIES.items() if entry in names), None)


def _names_main(text: str) -> bool:
    """Whether a ``package.json`` names an entry, as those that only hold tools do not."""
    try:
        found = json.loads(text)
    except ValueError:
        # An action whose package.json is broken should be told, not overlooked.
        return True
    return isinstance(found, dict) and isinstance(found.get("main"), str)


def java_class(name: str, text: str) -> str:
    """The class that a source file of Java holds, with its package.

    Args:
        name: Of the file.
        text: Its content.
    """
    stem = PurePath(name).stem
    package = _PACKAGE.search(_COMMENT.sub(" ", text))
    return f"{package[1]}.{stem}" if package else stem
