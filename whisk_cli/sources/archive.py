"""Packs a folder into the zip archive that an action is created from."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from whisk_cli.errors import CliError

SKIPPED = frozenset({"__pycache__", "target", ".git"})
"""Folders that never belong to an action: what tools make, and what versions are kept in."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def is_left_out(name: str) -> bool:
    """Whether a file or folder of this name stays out of archives."""
    return name.startswith(".") or name in SKIPPED or name.endswith((".pyc", "~", ".swp"))


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """List what belongs into the archive, in the same order every time.

    Yields:
        The name inside the archive, and the file.
    """
    for directory, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not is_left_out(name))
        for name in sorted(names):
            path = Path(directory, name)
            if not is_left_out(name) and path.is_file():
                yield path.relative_to(folder).as_posix(), path


def pack(folder: Path) -> bytes:
    """Make the archive; the same files give the same bytes.

    Raises:
        CliError: A file cannot be read.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files(folder):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            try:
                mode = 0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644
                content = path.read_bytes()
            except OSError as problem:
                raise CliError(f"Unable to read the file '{path}': {problem.strerror}") from problem
            entry.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(entry, content)
    return packed.getvalue()
