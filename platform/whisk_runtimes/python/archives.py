"""Unpacks an archived action and makes it the place to import from.

Loaded by ``launcher.py`` by path, only when an action is an archive; imports nothing of ours.
"""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from tarfile import TarFile, TarInfo
    from typing import IO, TypeAlias
    from zipfile import ZipFile, ZipInfo

    Entry: TypeAlias = tuple[str, int, int, str | None, Callable[[], IO[bytes]] | None]
    """Name, size in bytes, mode, target if it is a link, opener if it is a regular file."""

ENTRY_LIMIT = 100_000
UNPACKED_LIMIT = 512 * 1024 * 1024


class Archive:
    """An unpacked action: a directory with ``__main__.py`` at its root."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.program = os.path.join(directory, "exec")
        self.entry = os.path.join(directory, "__main__.py")

    def enter(self) -> None:
        """Make it the working directory and the first place to import from."""
        os.chdir(self.directory)
        sys.path.insert(0, self.directory)
        packages = self.virtualenv_packages()
        if packages:
            import site

            known = len(sys.path)
            site.addsitedir(packages)
            # Before the runtime's own packages, as an activated virtualenv would have them.
            sys.path[1:] = sys.path[known:] + sys.path[1:known]

    def virtualenv_packages(self) -> str | None:
        """The site-packages of ``virtualenv/``, this Python's own version first."""
        library = os.path.join(self.directory, "virtualenv", "lib")
        if not os.path.isdir(library):
            return None
        own = f"python3.{sys.version_info.minor}"
        names = [name for name in os.listdir(library) if name.startswith("python3")]
        for name in sorted(names, key=lambda name: (name != own, name)):
            packages = os.path.join(library, name, "site-packages")
            if os.path.isdir(packages):
                return packages
        return None

    def hint(self, error: BaseException) -> str:
        """What to do about a module that is not there, or an empty string.

        Args:
            error: What loading or running the action raised.
        """
        if not isinstance(error, ModuleNotFoundError):
            return ""
        if not os.path.exists(os.path.join(self.directory, "requirements.txt")):
            return ""
        if os.path.isdir(os.path.join(self.directory, "virtualenv")):
            return ""
        return (
            f"Module '{error.name}' is not in the archive, and requirements.txt is not installed "
            "at init: put the packages into the archive beside __main__.py "
            "(pip install --target . -r requirements.txt) or into a virtualenv/ in it."
        )


def _zip_entries(archive: bytes) -> Iterator[Entry]:
    import stat
    import zipfile

    def opener(bundle: ZipFile, info: ZipInfo) -> Callable[[], IO[bytes]]:
        return lambda: bundle.open(info)

    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        _check_count(len(bundle.infolist()))
        for info in bundle.infolist():
            mode = info.external_attr >> 16
            if stat.S_ISLNK(mode):
                target = bundle.read(info).decode("utf-8", "surrogateescape")
                yield info.filename, 0, mode, target, None
            elif info.is_dir():
                yield info.filename, 0, mode, None, None
            else:
                yield info.filename, info.file_size, mode, None, opener(bundle, info)


def _tar_entries(archive: bytes) -> Iterator[Entry]:
    import tarfile

    def opener(bundle: TarFile, info: TarInfo) -> Callable[[], IO[bytes]]:
        content = bundle.extractfile(info)
        if content is None:
            raise ValueError(f"the entry {info.name!r} has no content")
        return lambda: content

    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as bundle:
        for info in bundle:
            if info.issym():
                yield info.name, 0, info.mode, info.linkname, None
            elif info.islnk():
                origin = os.path.relpath(info.linkname, os.path.dirname(info.name) or ".")
                yield info.name, 0, info.mode, origin, None
            elif info.isfile():
                yield info.name, info.size, info.mode, None, opener(bundle, info)
            elif info.isdir():
                yield info.name, 0, info.mode, None, None


def _check_count(count: int) -> None:
    if count > ENTRY_LIMIT:
        raise ValueError(f"it has more than {ENTRY_LIMIT} entries")


def unpack(archive: bytes, directory: str) -> None:
    """Unpack a zip or tar.gz archive; nothing is ever written outside the directory.

    Args:
        archive: The archive's bytes.
        directory: An existing, empty directory.

    Raises:
        ValueError: The archive is broken, too large, or names a place outside itself.
        OSError: A file cannot be written.
    """
    if archive[:2] == b"PK":
        entries = _zip_entries(archive)
    elif archive[:2] == b"\x1f\x8b":
        entries = _tar_entries(archive)
    else:
        raise ValueError("it is neither a zip nor a tar.gz file")
    links = []
    total = 0
    for count, (name, size, mode, target, opener) in enumerate(entries, 1):
        total += size
        _check_count(count)
        if total > UNPACKED_LIMIT:
            raise ValueError(f"it unpacks to more than {UNPACKED_LIMIT // 1024**2} MB")
        if name.startswith("/") or ".." in name.split("/") or "\0" in name:
            raise ValueError(f"the entry {name!r} lies outside the archive")
        path = os.path.join(directory, name)
        if target is not None:
            links.append((path, target))
        elif opener is None:
            os.makedirs(path, exist_ok=True)
        else:
            _write_file(path, mode, opener)
    # Links come last, so that no file is ever written through one.
    for path, target in links:
        _make_link(path, target, directory)


def _write_file(path: str, mode: int, opener: Callable[[], IO[bytes]]) -> None:
    import shutil

    os.makedirs(os.path.dirname(path), exist_ok=True)
    with opener() as content, open(path, "wb") as out:
        shutil.copyfileobj(content, out)
    if mode & 0o111:
        os.chmod(path, 0o755)


def _make_link(path: str, target: str, directory: str) -> None:
    # A virtualenv's bin/python points at the machine that made it: such links are left out.
    place = os.path.realpath(os.path.dirname(path))
    root = os.path.realpath(directory)
    inside = os.path.normpath(os.path.join(place, target))
    if not (place + "/").startswith(root + "/") or not (inside + "/").startswith(root + "/"):
        return
    os.makedirs(place, exist_ok=True)
    if not os.path.lexists(path):
        os.symlink(target, path)
