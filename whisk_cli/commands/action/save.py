"""Saving the code of an action in a file that does not exist yet.

**Source**: contracts/cli.md §4.3.
"""

from __future__ import annotations

import os
from base64 import b64decode
from pathlib import Path

from whisk_cli.commands.action.artifact import misuse
from whisk_cli.errors import CliError
from whisk_cli.jsonvalue import JSONObject, members, text_of
from whisk_cli.render.console import Console, encode

_TEXT_EXTENSIONS = {
    "nodejs": ".js",
    "python": ".py",
    "swift": ".swift",
    "php": ".php",
    "ruby": ".rb",
    "rust": ".rs",
    "go": ".go",
}
_BINARY_EXTENSIONS = {"java": ".jar", "ballerina": ".balx"}
_OTHER_BINARY_EXTENSION = ".zip"


def save_code(console: Console, action: JSONObject, chosen: str) -> None:
    """Write the code of an action to a new file.

    Args:
        console: Where success is told.
        action: As the server sent it, with its code.
        chosen: The name of the file; empty for one made from the action's name and kind.

    Raises:
        CliError: There is no code, the file exists, or it cannot be written: exit 2.
    """
    code = members(action.get("exec"))
    family = text_of(code.get("kind")).partition(":")[0].lower()
    is_binary = code.get("binary") is True
    if family == "sequence":
        raise misuse("Cannot save action sequences")
    if family == "blackbox" and code.get("code") is None and not is_binary:
        raise misuse("Cannot save Docker images")
    extensions = _BINARY_EXTENSIONS if is_binary else _TEXT_EXTENSIONS
    other = _OTHER_BINARY_EXTENSION if is_binary else ""
    file = chosen or text_of(action.get("name")) + extensions.get(family, other)
    content = _content(text_of(code.get("code")), is_binary=is_binary)
    try:
        # Exclusive creation: what exists is never overwritten, not even in a race.
        with Path(file).open("xb") as target:
            target.write(content)
    except FileExistsError as problem:
        raise misuse(f"The file '{file}' already exists") from problem
    except OSError as problem:
        raise misuse(f"Cannot create file '{file}': {problem.strerror}") from problem
    console.ok(f"saved action code to {console.bold(f'{os.getcwd()}{os.sep}{file}')}")


def _content(code: str, *, is_binary: bool) -> bytes:
    if not is_binary:
        return encode(code)
    try:
        return b64decode(code, validate=False)
    except ValueError as problem:
        raise CliError(f"The code of the action is not valid base64: {problem}") from problem
