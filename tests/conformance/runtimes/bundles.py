"""Builds the archives that the tests send: zip and tar.gz, good and hostile."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True, slots=True)
class HardLink:
    """A second name of an entry; only tar has it."""

    target: str


@dataclass(frozen=True, slots=True)
class Executable:
    """A file with the executable bit."""

    text: str


Content = str | bytes | Link | HardLink | Executable


def zipped(files: Mapping[str, Content]) -> bytes:
    """Return a zip archive with these entries, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if isinstance(content, Link):
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            else:
                mode = 0o755 if isinstance(content, Executable) else 0o644
                entry.external_attr = (stat.S_IFREG | mode) << 16
            bundle.writestr(entry, _bytes(content))
    return out.getvalue()


def tarred(files: Mapping[str, Content]) -> bytes:
    """Return a tar.gz archive with these entries, in this order."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.PAX_FORMAT) as bundle:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            if isinstance(content, Link | HardLink):
                entry.type = tarfile.SYMTYPE if isinstance(content, Link) else tarfile.LNKTYPE
                entry.linkname = content.target
                bundle.addfile(entry)
            else:
                data = _bytes(content)
                entry.size = len(data)
                entry.mode = 0o755 if isinstance(content, Executable) else 0o644
                bundle.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def _bytes(content: Content) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    return (content.text if isinstance(content, Executable) else content.target).encode()
