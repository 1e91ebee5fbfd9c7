"""What a backup holds, and the file that it is: a tar archive that only its owner can read.

``manifest.json`` first, with a SHA-256 of every other member. The keys lie in it in clear, since
the database is worth nothing without them: whoever has the file has everything.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from whisk_platform.common.errors import WhiskError
from whisk_platform.stores.masterkeys import KEY_FILES, MASTER_KEY_FILE
from whisk_platform.stores.sql.engine import DATABASE_FILE
from whisk_platform.stores.sql.ledger import LEDGER_FILE
from whisk_platform.stores.sql.spill import SPILL_FILE

ARCHIVE_VERSION = 1
MANIFEST = "manifest.json"
SETTINGS_FILE = "settings.toml"

AUTHORITY_FILES = ("tls/ca.crt", "tls/ca.key")
"""Of the deployment's own authority, which clients trust."""

MEMBERS = (LEDGER_FILE, SPILL_FILE, *KEY_FILES, *AUTHORITY_FILES, SETTINGS_FILE, DATABASE_FILE)
"""Everything that may be in a backup, named as in the state directory."""

NEEDED = (MASTER_KEY_FILE, DATABASE_FILE)
_PIECE = 1 << 20


class BackupError(WhiskError):
    """The backup cannot be used."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the archive says of itself."""

    version: int = ARCHIVE_VERSION
    platform_version: str
    schema: int
    created_ms: int
    members: dict[str, str]
    """Name to SHA-256, in hexadecimal digits."""


def write(path: Path, manifest: Manifest, folder: Path) -> None:
    """Write an archive of some files of a folder.

    Args:
        path: the file, which does not exist yet.
        manifest: names the files.
        folder: where they are.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("xb") as file:
        path.chmod(0o600)
        with tarfile.open(fileobj=file, mode="w") as archive:
            text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mode = len(text), 0o600
            archive.addfile(head, io.BytesIO(text))
            for name in manifest.members:
                with (folder / name).open("rb") as member:
                    entry = tarfile.TarInfo(name)
                    entry.size, entry.mode = (folder / name).stat().st_size, 0o600
                    archive.addfile(entry, member)


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack an archive into a folder and verify every byte of it.

    Raises:
        BackupError: it is no backup, damaged, or of a newer version.
        OSError: it cannot be read, or the folder cannot be written.
    """
    try:
        with tarfile.open(path, mode="r:") as archive:
            manifest = _manifest(path, archive)
            for name, digest in manifest.members.items():
                _extract(path, archive, name, folder / name, digest)
    except (tarfile.TarError, KeyError, EOFError) as error:
        raise BackupError(
            f"{path} is no backup of this platform, or only a part of one. Give a file that"
            " 'wsk platform backup' wrote."
        ) from error
    missing = [name for name in NEEDED if name not in manifest.members]
    if missing:
        raise BackupError(f"{path} is damaged: it lacks {missing[0]}. Take another backup.")
    return manifest


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(path: Path, archive: tarfile.TarFile) -> Manifest:
    first = archive.next()
    member = None if first is None or first.name != MANIFEST else archive.extractfile(first)
    if member is None:
        raise KeyError(MANIFEST)
    text = member.read(_PIECE)
    try:
        found: Mapping[str, object] = msgspec.json.decode(text, type=dict[str, object])
        version = found.get("version")
        if isinstance(version, int) and version > ARCHIVE_VERSION:
            raise BackupError(
                f"{path} was written by a newer version of the platform"
                f" ({found.get('platform_version')}; backup format {version}, this one knows up to"
                f" {ARCHIVE_VERSION}). Restore it with that version."
            )
        manifest = msgspec.json.decode(text, type=Manifest)
    except msgspec.DecodeError as error:
        raise BackupError(f"{path} is damaged: {MANIFEST} cannot be read.") from error
    unknown = sorted(set(manifest.members) - set(MEMBERS))
    if unknown:
        raise BackupError(f"{path} is damaged: '{unknown[0]}' does not belong into a backup.")
    return manifest


def _extract(path: Path, archive: tarfile.TarFile, name: str, to: Path, expected: str) -> None:
    member = archive.extractfile(name)
    if member is None:
        raise KeyError(name)
    seen = hashlib.sha256()
    to.parent.mkdir(mode=0o700, exist_ok=True)
    with to.open("xb") as file:
        to.chmod(0o600)
        while piece := member.read(_PIECE):
            seen.update(piece)
            file.write(piece)
    if seen.hexdigest() != expected:
        raise BackupError(f"{path} is damaged: {name} is not what was backed up.")
