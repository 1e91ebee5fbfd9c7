"""What an init asks a compiler for, and what it becomes once the program is there. Pure."""

from __future__ import annotations

import binascii
import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import Any

from whisk_platform.common.errors import ContainerError
from whisk_platform.common.jsontext import JSONTextError, dumps, loads

_PROGRAMS = ("exec", "bin/exec", "src/exec")
_ELF = b"\x7fELF"
_SCRIPT = b"#!"


@dataclass(frozen=True, slots=True, kw_only=True)
class InitRequest:
    """The body of an init, taken apart."""

    value: dict[str, Any]

    @property
    def main(self) -> str:
        """The entry point."""
        return str(self.value.get("main") or "main")

    @property
    def code(self) -> str:
        """Source, or an archive in base64."""
        return str(self.value.get("code") or "")

    @property
    def binary(self) -> bool:
        """Whether the code is base64."""
        return bool(self.value.get("binary"))

    def ready(self, protocol: str) -> bytes:
        """The body for a launcher that gets the program beside it instead of the code.

        Args:
            protocol: ``frames`` or ``actionloop``.
        """
        value = {name: self.value[name] for name in self.value if name != "code"}
        return dumps({"value": value | {"program": {"protocol": protocol}}})

    def holding(self, code: str) -> bytes:
        """The body for a launcher that gets the compiled archive as its code.

        Args:
            code: in base64.
        """
        return dumps({"value": self.value | {"code": code, "binary": True}})


def read(body: bytes) -> InitRequest:
    """Read the body of an init.

    Raises:
        ContainerError: it is none.
    """
    try:
        document = loads(body)
    except JSONTextError as error:
        raise ContainerError(f"The body of an init cannot be read: {error}.") from error
    value = document.get("value") if isinstance(document, dict) else None
    if not isinstance(value, dict):
        raise ContainerError("The body of an init holds no object.")
    return InitRequest(value=value)


def needs_compiling(request: InitRequest, *, archives: bool) -> bool:
    """Whether the code is source.

    Args:
        request: the init.
        archives: whether the language builds archives of sources too.
    """
    if not request.code.strip():
        return False  # the launcher has the sentence for it
    if not request.binary:
        return True
    return archives and not is_program(request.code)


def is_program(code: str) -> bool:
    """Whether an archive in base64 is, or holds, a program of its own.

    What cannot be read counts as one, so that the launcher says what is wrong with it.
    """
    try:
        content = binascii.a2b_base64(code)
    except (binascii.Error, ValueError):
        return True
    if content.startswith((_ELF, _SCRIPT)):
        return True
    if not content.startswith(b"PK"):
        return not content.startswith(b"\x1f\x8b")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            names = set(bundle.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return True
    return any(name in names for name in _PROGRAMS)


def key(identity: str, request: InitRequest) -> str:
    """What a finished program is found by: everything that its content depends on.

    Args:
        identity: of kind, toolchain and launcher.
        request: the init.
    """
    digest = hashlib.sha256()
    code = request.code.encode("utf-8", "surrogatepass")
    for part in (identity.encode(), request.main.encode(), b"%d" % request.binary, code):
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()
