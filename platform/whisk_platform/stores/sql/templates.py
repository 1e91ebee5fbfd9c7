"""What the records of one action have in common is written once: the template.

A record of a small action is mostly names, kind and limits, the same from one activation to the
next. Split off, they leave some sixty bytes.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import msgspec

from whisk_platform.common.errors import StoreError
from whisk_platform.common.jsontext import NULL, RawJSON, split_array
from whisk_platform.entities.activation import Activation
from whisk_platform.entities.parameters import Parameter, Parameters

CONSTANT = frozenset(
    {"path", "kind", "limits", "timeout", "causedBy", "binding", "topmost", "conductor"}
)
"""Annotations that hardly vary between the activations of one action (contract §2.6.4).

The others, ``waitTime`` and ``initTime`` above all, are kept in the record."""


class Template(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record without what varies."""

    name: str
    version: str
    subject: str
    annotations: tuple[Parameter, ...]
    """All of them, in order; a varying one has the value null."""
    varying: tuple[int, ...] = ()
    """Positions of the varying ones."""
    publish: bool = False


class Shape(NamedTuple):
    """Identifies a template: equal shapes have equal templates."""

    namespace: str
    name: str
    version: str
    subject: str
    publish: bool
    annotations: tuple[tuple[str, bytes | None, bool, str | None], ...]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Template)


def split(activation: Activation) -> tuple[Shape, bytes | None]:
    """Take a record's head apart.

    Returns:
        What it has in common with others, and the values of its varying annotations as a JSON
        array (None if there are none).
    """
    constant: list[tuple[str, bytes | None, bool, str | None]] = []
    varying: list[bytes] = []
    for entry in activation.annotations.entries:
        value: bytes | None = bytes(entry.value)
        if entry.key not in CONSTANT:
            varying.append(value or b"null")
            value = None
        constant.append((entry.key, value, entry.init, entry.encryption))
    shape = Shape(
        activation.namespace,
        activation.name,
        activation.version,
        activation.subject,
        activation.publish,
        tuple(constant),
    )
    return shape, b"[" + b",".join(varying) + b"]" if varying else None


def encode(shape: Shape) -> bytes:
    """The template's JSON."""
    entries = tuple(
        Parameter(
            key=key,
            value=NULL if value is None else RawJSON(value),
            init=init,
            encryption=encryption,
        )
        for key, value, init, encryption in shape.annotations
    )
    return _encoder.encode(
        Template(
            name=shape.name,
            version=shape.version,
            subject=shape.subject,
            annotations=entries,
            varying=tuple(i for i, entry in enumerate(shape.annotations) if entry[1] is None),
            publish=shape.publish,
        )
    )


def decode(body: bytes) -> Template:
    """Read a template back.

    Raises:
        StoreError: the bytes hold none.
    """
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise StoreError("The template of an activation record cannot be read.") from error


def digest(body: bytes) -> bytes:
    """What a template is found by."""
    return hashlib.blake2b(body, digest_size=16).digest()


def fill(template: Template, details: bytes | None) -> Parameters:
    """Put a record's varying values back in their places."""
    if details is None:
        return Parameters(template.annotations)
    entries = list(template.annotations)
    for position, value in zip(template.varying, split_array(details), strict=True):
        entries[position] = msgspec.structs.replace(entries[position], value=value)
    return Parameters(tuple(entries))
