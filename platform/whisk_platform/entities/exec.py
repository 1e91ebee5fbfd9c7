"""What an action runs: code of a kind, a black box, or a sequence of other actions.

Source: contracts rest-api §2.2.1.
"""

from __future__ import annotations

import string
from typing import TypeAlias

import msgspec

from whisk_platform.entities.names import FullyQualifiedEntityName

BLACKBOX = "blackbox"
SEQUENCE = "sequence"
_BASE64 = (string.ascii_letters + string.digits + "+/").encode()


class CodeExec(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="code"):
    """Code of a managed runtime. The code itself is an attachment, read only when needed."""

    kind: str
    """Resolved, for example ``nodejs:20``."""
    binary: bool
    main: str | None = None


class BlackBoxExec(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="blackbox"):
    """A container image that speaks the container protocol, with or without code."""

    image: str
    binary: bool
    main: str | None = None
    has_code: bool = False
    kind: str = BLACKBOX


class SequenceExec(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="sequence"):
    """Other actions, one after another."""

    components: tuple[FullyQualifiedEntityName, ...]
    kind: str = SEQUENCE


def image_name(image: str) -> str:
    """An image without the default registry and without its tag: which program it is.

    Args:
        image: as the client wrote it, for example ``docker.io/openwhisk/dockerskeleton:nightly``.
    """
    name = image.partition("@")[0].removeprefix("docker.io/")
    path, slash, last = name.rpartition("/")
    return f"{path}{slash}{last.partition(':')[0]}"


Exec: TypeAlias = CodeExec | BlackBoxExec | SequenceExec


def is_binary(code: str) -> bool:
    """Whether code counts as base64 of an archive: the reference's rule, quirk included."""
    code = code.strip()
    if not code or len(code) % 4 or not code.isascii():
        return False
    # A regular expression would take seconds and a gigabyte for the largest code that is allowed.
    unpadded = code[:-2] + code[-2:].rstrip("=")
    return not unpadded.encode().translate(None, _BASE64)
