"""The classes of commands that take inputs of two tokens, such as ``-p KEY VALUE``.

Typer cannot declare those, so a command names them by its class: ``cls=TakesParameters``.
"""

from __future__ import annotations

from typing import ClassVar

from typer.core import TyperCommand

from whisk_cli.inputs import (
    ANNOTATIONS,
    ENVIRONMENT,
    FEED_INPUTS,
    PARAMETERS,
    PAYLOAD,
    Input,
)


class TakesParameters(TyperCommand):
    """A command with ``-p`` and ``-P``."""

    inputs: ClassVar[frozenset[Input]] = PARAMETERS


class TakesPayload(TyperCommand):
    """A command with ``-p``, ``-P`` and ``--data``."""

    inputs: ClassVar[frozenset[Input]] = PAYLOAD


class TakesTrial(TyperCommand):
    """A command with ``-p``, ``-P``, ``--data`` and ``--env``."""

    inputs: ClassVar[frozenset[Input]] = PAYLOAD | ENVIRONMENT


class TakesActionInputs(TyperCommand):
    """A command with ``-p``, ``-P``, ``-a``, ``-A`` and ``--env``."""

    inputs: ClassVar[frozenset[Input]] = PARAMETERS | ANNOTATIONS | ENVIRONMENT


class TakesParametersAndAnnotations(TyperCommand):
    """A command with ``-p``, ``-P``, ``-a`` and ``-A``."""

    inputs: ClassVar[frozenset[Input]] = PARAMETERS | ANNOTATIONS


class TakesFeedInputs(TyperCommand):
    """A command with ``-p``, ``-P``, ``-a``, ``-A``, ``-F`` and ``-T``."""

    inputs: ClassVar[frozenset[Input]] = PARAMETERS | ANNOTATIONS | FEED_INPUTS
