"""From an artifact on disk to the ``exec`` of an action: kind by extension, archives as base64.

**Source**: contracts/cli.md §4 and §10.
"""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path, PurePath

from whisk_cli.commands.action.wanted import Wanted
from whisk_cli.errors import ExitCode, UsageError
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.names import reference
from whisk_cli.sources.kinds import ARCHIVES, BLACKBOX, KINDS, NATIVE_IMAGE


def sequence_exec(artifact: str) -> JSONObject:
    """Make the ``exec`` of a sequence.

    Args:
        artifact: A comma-separated list of actions.
    """
    return {"kind": "sequence", "components": [reference(name) for name in artifact.split(",")]}


def code_exec(wanted: Wanted) -> JSONObject:
    """Make the ``exec`` of an action with code, an image, or both.

    Args:
        wanted: With an artifact, or an image.

    Raises:
        CliError: The file is missing, or its kind is not known: exit 2.
    """
    extension = PurePath(wanted.artifact).suffix if wanted.artifact is not None else ""
    code = _code(wanted.artifact, extension) if wanted.artifact is not None else None
    found: JSONObject = {"kind": _kind(wanted, extension)}
    if code is not None:
        found["code"] = code
    if found["kind"] == BLACKBOX and not wanted.kind:
        found["image"] = NATIVE_IMAGE if wanted.native else wanted.docker
    if wanted.main:
        found["main"] = wanted.main
    elif found["kind"] == "java":
        raise misuse(
            "Java actions require --main to specify the fully-qualified name of the main class"
        )
    return found


def misuse(message: str) -> UsageError:
    """An error in what was asked for: exit 2, with the usage hint."""
    return UsageError(message, ExitCode.MISUSE)


def _kind(wanted: Wanted, extension: str) -> str:
    if wanted.kind:
        return wanted.kind
    if wanted.docker or wanted.native:
        return BLACKBOX
    if extension in KINDS:
        return KINDS[extension]
    if extension == ".zip":
        raise misuse(
            "creating an action from a .zip artifact requires specifying the action kind explicitly"
        )
    raise misuse(f"'{extension}' is not a supported action runtime")


def _code(artifact: str, extension: str) -> str:
    try:
        content = Path(artifact).read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError) as problem:
        raise misuse(f"File '{artifact}' is not a valid file or it does not exist") from problem
    except OSError as problem:
        raise UsageError(f"Unable to read the file '{artifact}': {problem.strerror}") from problem
    if extension in ARCHIVES:
        return b64encode(content).decode("ascii")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise UsageError(
            f"Unable to read the file '{artifact}': it is not text in UTF-8 "
            f"(byte {problem.start}); pack it as a .zip archive"
        ) from problem
