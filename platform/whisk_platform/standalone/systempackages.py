"""The packages of ``whisk.system`` that scripts and compositions count on: ``utils``, ``samples``.

They stand in ``systempackages.toml`` beside this module. What an operator has changed stays; what
we have put is renewed with the platform.

Source: contracts rest-api §2.3.2 (conventional owner), composer §5.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from importlib.resources import files

import msgspec

from whisk_platform.common.errors import DocumentConflictError
from whisk_platform.controller.catalog import Catalog
from whisk_platform.entities.action import Action, Package
from whisk_platform.entities.exec import CodeExec
from whisk_platform.entities.limits import SystemLimits
from whisk_platform.entities.names import parse
from whisk_platform.entities.parameters import Parameters
from whisk_platform.entities.runtimes import RuntimesManifest
from whisk_platform.standalone.identities import SYSTEM

_STAMP = "release"
"""Annotation with the digest of what we have put; without it an entity is the operator's."""
_KIND = "python:default"


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemAction:
    """One action of a release."""

    package: str
    name: str
    description: str
    code: str

    @property
    def path(self) -> str:
        """``/ns/pkg/name``."""
        return f"/{SYSTEM}/{self.package}/{self.name}"

    @property
    def annotations(self) -> Parameters:
        """What readers of the action see, and what we know it again by."""
        digest = hashlib.sha256(self.code.encode()).hexdigest()[:16]
        stamped = Parameters().with_value("description", self.description)
        return stamped.with_value(_STAMP, digest).with_value("provide-api-key", False)


def released() -> list[SystemAction]:
    """The actions of this release, as the file has them."""
    text = (files("whisk_platform.standalone") / "systempackages.toml").read_text(encoding="utf-8")
    return [
        SystemAction(package=package, name=name, **action)
        for package, actions in tomllib.loads(text).items()
        for name, action in actions.items()
    ]


async def ensure_packages(
    catalog: Catalog, manifest: RuntimesManifest, limits: SystemLimits
) -> int:
    """Put what is not there yet, and renew what an older release has put.

    Args:
        catalog: where to.
        manifest: has to know a kind of Python; nothing is put otherwise.
        limits: the system's.

    Returns:
        How many actions were written.
    """
    runtime = manifest.resolve(_KIND)
    if runtime is None:
        return 0
    actions = released()
    for package in sorted({action.package for action in actions}):
        fqn = parse(f"/{SYSTEM}/{package}")
        if await catalog.find(fqn, Package) is None:
            await _put(catalog, Package(fqn=fqn, publish=True), None)
    written = 0
    for action in actions:
        wanted = Action(
            fqn=parse(action.path),
            exec=CodeExec(kind=runtime.kind, binary=False),
            annotations=action.annotations,
            limits=limits.standard(),
        )
        current = await catalog.find(wanted.fqn, Action)
        if current is not None:
            if not _outdated(current, wanted):
                continue
            wanted = msgspec.structs.replace(wanted, revision=current.revision)
        written += await _put(catalog, wanted, action.code)
    return written


def _outdated(current: Action, wanted: Action) -> bool:
    stamp = current.annotations.get(_STAMP)
    return stamp is not None and stamp != wanted.annotations.get(_STAMP)


async def _put(catalog: Catalog, entity: Action | Package, code: str | None) -> int:
    try:
        await catalog.put(entity, code=code)
    except DocumentConflictError:  # the operator was there in the same moment: it is his
        return 0
    return 1
