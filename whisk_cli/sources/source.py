"""One action on disk: a source file, a folder that is packed, or an archive."""

from __future__ import annotations

import zipfile
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from whisk_cli.errors import ExitCode, UsageError
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.sources import archive, kinds

_CLASSES = "META-INF/MANIFEST.MF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the code of an action is, and what it is.

    Attributes:
        name: Of the action, ``name`` or ``package/name``.
        path: The file or folder.
        kind: ``family:default``, a kind that somebody chose, or ``blackbox``.
        main: The entry point; empty for the language's own.
    """

    name: str
    path: Path
    kind: str
    main: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What is sent.

    Attributes:
        text: The source, or an archive in base64.
        binary: Whether it is the latter.
    """

    text: str
    binary: bool


def at(path: Path, *, kind: str = "", main: str = "") -> Source:
    """Find out what a file, folder or archive is.

    Args:
        path: As typed.
        kind: The kind that was chosen; empty to find it out.
        main: The entry point that was chosen.

    Raises:
        CliError: It is not there, or its kind cannot be told: exit 2.
    """
    if path.is_dir():
        found = folder_kind(path)
        hint = "a folder needs one of " + ", ".join(("package.json", *kinds.ENTRIES))
    elif path.suffix in kinds.ARCHIVES:
        found = _archive_kind(path)
        hint = "name it with --kind"
    elif path.is_file():
        found = kinds.of_file(path.name)
        hint = "name it with --kind"
    else:
        raise _misuse(f"File '{path}' is not a valid file or it does not exist")
    if not kind and found is None:
        raise _misuse(f"The kind of '{path}' cannot be told: {hint}")
    chosen = kind or found or ""
    if not main and path.suffix == ".java":
        main = kinds.java_class(path.name, _text(path))
    elif not main and path.suffix == ".jar":
        main = _main_class(path)
    resolved = path.resolve()
    name = resolved.name if path.is_dir() else resolved.stem
    return Source(name=name, path=path, kind=chosen, main=main)


def folder_kind(folder: Path) -> str | None:
    """The kind of the action that a folder is; None if it is none.

    Raises:
        CliError: It cannot be read.
    """
    try:
        names = {each.name for each in folder.iterdir() if each.is_file()}
    except OSError as problem:
        raise _misuse(f"Unable to read the folder '{folder}': {problem.strerror}") from problem
    return kinds.of_archive(names, lambda name: _text(folder / name))


def read(source: Source) -> Code:
    """Read the code as it is sent.

    Raises:
        CliError: It cannot be read, or a source is not text.
    """
    if source.path.is_dir():
        return _encoded(archive.pack(source.path))
    if source.path.suffix in kinds.ARCHIVES:
        return _encoded(_bytes(source.path))
    return Code(text=_text(source.path), binary=False)


def executable(source: Source, code: Code) -> JSONObject:
    """The member ``exec`` of the action."""
    found: JSONObject = {"kind": source.kind, "code": code.text}
    if source.kind == kinds.BLACKBOX:
        found["image"] = kinds.NATIVE_IMAGE
    if source.main:
        found["main"] = source.main
    return found


def _archive_kind(path: Path) -> str | None:
    if path.suffix != ".zip":
        return kinds.KINDS[path.suffix]
    with _opened(path) as found:
        names = {name for name in found.namelist() if "/" not in name}
        return kinds.of_archive(names, lambda name: found.read(name).decode("utf-8", "replace"))


def _main_class(path: Path) -> str:
    """The class that a jar's manifest names; empty if it names none."""
    with _opened(path) as found:
        if _CLASSES not in found.namelist():
            return ""
        lines = found.read(_CLASSES).decode("utf-8", "replace").splitlines()
    named = (line.partition(":")[2] for line in lines if line.startswith("Main-Class:"))
    return next(named, "").strip()


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as problem:
        raise _misuse(f"File '{path}' is not a valid file or it does not exist") from problem
    except (OSError, zipfile.BadZipFile) as problem:
        raise _misuse(f"'{path}' is not a zip archive: {problem}") from problem


def _encoded(content: bytes) -> Code:
    return Code(text=b64encode(content).decode("ascii"), binary=True)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise _misuse(f"File '{path}' is not a valid file or it does not exist") from problem
    except OSError as problem:
        raise UsageError(f"Unable to read the file '{path}': {problem.strerror}") from problem


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8")
    except UnicodeDecodeError as problem:
        raise UsageError(
            f"Unable to read the file '{path}': it is not text in UTF-8 "
            f"(byte {problem.start}); pack it as a .zip archive"
        ) from problem


def _misuse(message: str) -> UsageError:
    return UsageError(message, ExitCode.MISUSE)
