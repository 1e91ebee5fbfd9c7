"""Parts of the machine that some tests need: present, or a skip that says how to get them."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def missing(part: str, remedy: str) -> NoReturn:
    """End the test because this machine lacks a part: a skip here, a failure in the pipeline.

    Args:
        part: What is missing, as in "Node".
        remedy: What a person does to get it, as in "apt-get install nodejs".
    """
    sentence = f"{part} is missing on this machine; to run this test: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def require(present: bool, part: str, remedy: str) -> None:
    """Go on only if the part is present; otherwise see :func:`missing`."""
    if not present:
        missing(part, remedy)


def program(name: str, remedy: str) -> Path:
    """Return the path of a program that the test runs, or end the test as :func:`missing` does."""
    found = shutil.which(name)
    if found is None:
        missing(f"The program {name}", remedy)
    return Path(found)


def node() -> Path:
    """Return the path of Node, or end the test as :func:`missing` does."""
    return program("node", "apt-get install nodejs")
