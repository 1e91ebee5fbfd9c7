"""How accepted work stands in the journal until its record closes it.

The API key of the caller is not written: at rest it must not stand in clear, and a key that was
replaced or blocked in the meantime must not come back to life. Whoever resumes the work resolves
the identity of the namespace again (``SubjectStore.by_namespace``) and hands it to ``resume``.
"""

from __future__ import annotations

import msgspec

from whisk_platform.common import jsontext
from whisk_platform.common.errors import BadRequestError, StoreError
from whisk_platform.entities.identity import AuthKey, Identity
from whisk_platform.entities.messages import ActivationMessage

ACTIVATION = "activation"


class JournaledActivation(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="of", tag=ACTIVATION
):
    """A journaled ActivationMessage; the tag tells it from the controller's own requests."""

    message: ActivationMessage


class _Tag(msgspec.Struct, frozen=True):
    of: str


class CorruptJournalError(StoreError):
    """An entry of the journal cannot be read."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(JournaledActivation)
_tag_decoder = msgspec.json.Decoder(_Tag)


def encode(message: ActivationMessage) -> bytes:
    """The journal's form of a message, without the API key.

    Raises:
        BadRequestError: the name of a parameter cannot be written as UTF-8.
    """
    keyless = AuthKey(uuid=message.user.authkey.uuid, key="")
    user = msgspec.structs.replace(message.user, authkey=keyless)
    keyless_message = msgspec.structs.replace(message, user=user)
    try:
        return _encoder.encode(JournaledActivation(message=keyless_message))
    except UnicodeEncodeError as error:
        raise BadRequestError("A parameter's name holds a lone surrogate. Rename it.") from error


def owner(entry: bytes) -> str:
    """Whose work an entry is: ``activation`` for what ``encode`` made.

    Raises:
        CorruptJournalError: it has no owner.
    """
    try:
        return jsontext.decode(_tag_decoder, entry).of
    except msgspec.DecodeError as error:
        raise CorruptJournalError from error


def decode(entry: bytes) -> ActivationMessage:
    """Read a message back; its key is empty until ``resume`` puts one in.

    Raises:
        CorruptJournalError: it is no journaled activation.
    """
    try:
        return jsontext.decode(_decoder, entry).message
    except msgspec.DecodeError as error:
        raise CorruptJournalError from error


def resume(message: ActivationMessage, user: Identity) -> ActivationMessage:
    """The message as it may be handed over again, for the identity that is valid now."""
    return msgspec.structs.replace(message, user=user)
