"""The docker skeleton: an archive from the API host, unpacked into one folder and nowhere else."""

from __future__ import annotations

import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from whisk_cli.errors import CliError

FOLDER = "dockerSkeleton"
_LARGEST_BYTES = 64 << 20
"""Of all files together; an honest skeleton has some kilobytes."""
_BROKEN = (tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError)


def check_free(directory: Path) -> None:
    """Check that nothing of the skeleton's name is there.

    Raises:
        CliError: Something is.
    """
    if (directory / FOLDER).exists():
        raise CliError(f"The path {FOLDER} already exists. Delete it and retry.")


def unpack(archive: bytes, directory: Path) -> None:
    """Unpack an archive, whole or not at all where that can be told in advance.

    Args:
        archive: A compressed tar file.
        directory: Where the folder is to stand.

    Raises:
        CliError: It is no such archive, or would write elsewhere, or the disk refuses.
    """
    files = list(_files(archive))
    if not files:
        raise CliError(f"The archive of the API host holds no {FOLDER}.")
    try:
        for path, mode, content in files:
            target = directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            target.chmod(mode)
    except OSError as problem:
        raise CliError(f"Cannot write to '{directory / FOLDER}': {problem.strerror}.") from problem


def _files(archive: bytes) -> Iterator[tuple[PurePosixPath, int, bytes]]:
    """Path, mode and content of every file."""
    left = _LARGEST_BYTES
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            for entry in tar:
                path = PurePosixPath(entry.name)
                if path.is_absolute() or ".." in path.parts or path.parts[:1] != (FOLDER,):
                    raise CliError(
                        f"The archive of the API host holds '{entry.name}', which does not belong"
                        f" into {FOLDER}. Nothing was unpacked."
                    )
                content = tar.extractfile(entry) if entry.isfile() else None
                if content is None:
                    continue
                left -= entry.size
                if left < 0:
                    raise CliError("The archive of the API host is too large to be a skeleton.")
                yield path, 0o755 if entry.mode & 0o100 else 0o644, content.read()
    except _BROKEN as problem:
        raise CliError(
            "The answer of the API host is no archive. Check that it serves '/blackbox.tar.gz'."
        ) from problem
