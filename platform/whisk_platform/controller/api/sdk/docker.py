"""``GET /blackbox.tar.gz``: the beginnings of an action that is a container image.

The reference sends the client to a file elsewhere; here the archive is made of the files beside
this module, so that it needs no other network. Source: contracts rest-api §1.2, cli §4.2.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import tarfile
from functools import cache
from pathlib import Path

from whisk_platform.controller.answer import Answer
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services

FOLDER = Path(__file__).with_name("dockerSkeleton")
_DISPOSITION = (b"content-disposition", b'attachment; filename="blackbox.tar.gz"')


async def docker_skeleton(services: Services, request: Request) -> Answer:
    """Answer the archive."""
    body = await asyncio.to_thread(archive)
    return Answer(body=body, content_type=b"application/gzip", headers=(_DISPOSITION,))


@cache
def archive() -> bytes:
    """The folder as a compressed archive, the same bytes every time."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in (FOLDER, *sorted(FOLDER.iterdir())):
            tar.add(path, arcname=_name(path), recursive=False, filter=_anonymous)
    return gzip.compress(packed.getvalue(), mtime=0)


def _name(path: Path) -> str:
    return str(path.relative_to(FOLDER.parent))


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out who packed it and when."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry
