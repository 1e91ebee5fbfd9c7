"""The census counts a process with everything below it."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests import parts
from tests.bench import census

NESTED = (
    "import subprocess, sys;"
    "child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE);"
    "print('up', flush=True); input(); child.communicate()"
)


@pytest.fixture
def nested() -> Iterator[int]:
    """A process with one child, both waiting."""
    parts.require(census.PROC.joinpath("self").exists(), "/proc", "run it on Linux")
    parent = subprocess.Popen(
        [sys.executable, "-c", NESTED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "up\n"
    yield parent.pid
    parent.communicate("\n")


def test_the_tree_of_a_process_holds_its_children(nested: int) -> None:
    assert len(census.tree(nested)) == 2
    assert nested in census.tree(os.getpid())


def test_memory_and_processor_time_are_those_of_the_whole_tree(nested: int) -> None:
    counted = census.count(nested)
    assert counted.processes == 2
    assert 0 < counted.root_pss_mb < counted.pss_mb
    assert census.cpu_seconds(nested) >= 0
