"""Which claims hold at which isolation level."""

import os

import pytest

from tests import parts
from whisk_platform.containers.process.settings import Level
from whisk_platform.spi.containers import ContainerFactory


def at(*levels: Level) -> pytest.MarkDecorator:
    """Claim something of these levels only."""
    return pytest.mark.parametrize("factory", levels, indirect=True, scope="module")


def root_below_l1(factory: ContainerFactory, *levels: Level) -> None:
    """Go on at these levels only as root: an ordinary user's functions share his rights there."""
    if factory.isolation.level in levels:
        parts.require(os.geteuid() == 0, "Root", f"run as root, because {levels} need it")
