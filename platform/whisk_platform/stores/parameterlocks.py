"""Parameters at rest: sealed under the deployment's master key, opened only by who runs the action.

A sealed value is a JSON string, ``aes-256-gcm:<namespace>:<base64>``, and opens only in the
namespace and under the key that it was sealed for: who sees one in a shared package cannot have it
opened by an action of his own. It travels sealed, through the journal and over the bus.
Source: contracts rest-api §2.0, data-plane §3.6 (``lockedArgs``).
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Collection
from typing import TypeVar

import msgspec

from whisk_platform.common.errors import BadRequestError
from whisk_platform.common.jsontext import (
    NULL,
    JSONObject,
    RawJSON,
    dumps_text,
    join_object,
    loads,
    split_object,
)
from whisk_platform.entities.action import Action, Entity, Package, Trigger
from whisk_platform.entities.exec import SequenceExec
from whisk_platform.entities.messages import ActivationMessage
from whisk_platform.entities.parameters import AES_256_GCM, Parameter, Parameters
from whisk_platform.spi.stores import Sealing
from whisk_platform.stores.sealing import SealError

EntityT = TypeVar("EntityT", bound=Entity)

_PREFIX = f'"{AES_256_GCM}:'.encode()


class ParameterLocks:
    """Seals and opens values of parameters."""

    def __init__(self, sealer: Sealing, *, locking: bool) -> None:
        """Make the locks.

        Args:
            sealer: of the deployment's master key.
            locking: whether what is written from now on is sealed; what is sealed already stays
                so, and is opened, either way.
        """
        self._sealer = sealer
        self._locking = locking

    def locked(self, entity: EntityT) -> EntityT:
        """An entity as it may be written.

        A value that came back as it was shown, with or without its marker, stays sealed. Null is
        not sealed: it says that the parameter is open.

        Raises:
            BadRequestError: a value is marked as sealed and was not, or for something else.
        """
        if not isinstance(entity, Action | Package | Trigger) or not entity.parameters.entries:
            return entity
        if isinstance(entity, Action) and isinstance(entity.exec, SequenceExec):
            return entity
        namespace = entity.fqn.namespace
        entries = tuple(self._locked(entry, namespace) for entry in entity.parameters)
        return msgspec.structs.replace(entity, parameters=Parameters(entries))

    def _locked(self, entry: Parameter, namespace: str) -> Parameter:
        text = bytes(entry.value)
        if entry.encryption is not None or text.startswith(_PREFIX):
            if self._is_ours(entry, namespace):
                value = self._renewed(entry.key, entry.value)
                return msgspec.structs.replace(entry, value=value, encryption=AES_256_GCM)
            if entry.encryption is not None:
                raise BadRequestError(
                    f"The value of the parameter '{entry.key}' is marked as encrypted, but this"
                    f" deployment did not encrypt it for the namespace '{namespace}'. Send the"
                    " plain value, without 'encryption'."
                )
        if not self._locking or text == bytes(NULL):
            return entry
        sealed = self._sealer.seal(text, _context(namespace, entry.key))
        value = _shown(namespace, sealed)
        return msgspec.structs.replace(entry, value=value, encryption=AES_256_GCM)

    def _is_ours(self, entry: Parameter, namespace: str) -> bool:
        try:
            owner, _ = self._opened(entry.key, entry.value)
        except SealError:
            return False
        return owner == namespace

    def renewed(self, entity: EntityT) -> EntityT:
        """An entity whose sealed values are all under the newest key.

        What no key opens stays as it is. The same entity is returned if nothing had to be done.
        """
        if not isinstance(entity, Action | Package | Trigger):
            return entity
        entries = tuple(
            entry
            if entry.encryption is None and not bytes(entry.value).startswith(_PREFIX)
            else msgspec.structs.replace(entry, value=self._renewed(entry.key, entry.value))
            for entry in entity.parameters
        )
        if entries == entity.parameters.entries:
            return entity
        return msgspec.structs.replace(entity, parameters=Parameters(entries))

    def renewed_message(self, message: ActivationMessage) -> ActivationMessage:
        """The same of a message: its members that are sealed."""
        content, init_content = message.content, message.init_content
        if message.locked_args:
            members = self._renewed_members(split_object(content), message.locked_args)
            content = RawJSON(join_object(members))
        if message.locked_init:
            init_content = self._renewed_members(init_content, message.locked_init)
        return msgspec.structs.replace(message, content=content, init_content=init_content)

    def _renewed_members(self, members: JSONObject, locked: Collection[str]) -> JSONObject:
        return {
            key: self._renewed(key, value) if key in locked else value
            for key, value in members.items()
        }

    def _renewed(self, key: str, value: RawJSON) -> RawJSON:
        """A sealed value under the newest key; itself if it is, or if no key opens it."""
        try:
            owner, sealed = _parts(value)
            renewed = self._sealer.renewed(sealed, _context(owner, key))
        except SealError:
            return value
        return value if renewed is None else _shown(owner, renewed)

    def opened(self, message: ActivationMessage) -> ActivationMessage:
        """A message with all its values in clear.

        Raises:
            SealError: a value was not sealed by this deployment for this parameter.
        """
        content, init_content = message.content, message.init_content
        if message.locked_args:
            members = self.opened_members(split_object(content), message.locked_args)
            content = RawJSON(join_object(members))
        if message.locked_init:
            init_content = self.opened_members(init_content, message.locked_init)
        return msgspec.structs.replace(
            message, content=content, init_content=init_content, locked_args=(), locked_init=()
        )

    def opened_members(self, members: JSONObject, locked: Collection[str]) -> JSONObject:
        """Members with the values of ``locked`` keys in clear.

        Raises:
            SealError: see ``opened``.
        """
        return {
            key: self._opened(key, value)[1] if key in locked else value
            for key, value in members.items()
        }

    def _opened(self, key: str, value: RawJSON) -> tuple[str, RawJSON]:
        """Whose value it is, and what it is."""
        owner, sealed = _parts(value)
        return owner, RawJSON(self._sealer.open(sealed, _context(owner, key)))


def _parts(value: RawJSON) -> tuple[str, bytes]:
    """Whose value it is, and what was sealed."""
    shown = loads(value)
    parts = shown.split(":") if isinstance(shown, str) else []
    if len(parts) != 3 or parts[0] != AES_256_GCM:
        raise SealError
    try:
        return parts[1], b64decode(parts[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise SealError from error


def _shown(owner: str, sealed: bytes) -> RawJSON:
    return dumps_text(f"{AES_256_GCM}:{owner}:{b64encode(sealed).decode()}")


def _context(namespace: str, key: str) -> str:
    return f"parameter {namespace} {key}"
