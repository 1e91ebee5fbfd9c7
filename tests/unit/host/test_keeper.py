"""The keeper's program: small, known machines only, and it does what it says."""

import os
import platform
import signal
from pathlib import Path

import pytest

from tests.waiting import wait_for
from whisk_platform.host.sandbox import keeper


def _ignores(pid: int, number: int) -> bool:
    text = Path(f"/proc/{pid}/status").read_text().partition("SigIgn:")[2].split()[0]
    return bool(int(text, 16) >> (number - 1) & 1)


def test_only_machines_whose_code_was_written_have_a_program() -> None:
    assert keeper.program("riscv64") is None


def test_it_is_smaller_than_a_page() -> None:
    program = keeper.program("x86_64")
    assert program is not None
    assert program.startswith(b"\x7fELF")
    assert len(program) < 4096


@pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() != "x86_64", reason="its code is for x86_64"
)
def test_it_takes_its_name_and_lets_the_kernel_reap_what_it_adopts(tmp_path: Path) -> None:
    program = keeper.program("x86_64")
    assert program is not None
    file = tmp_path / "keeper"
    file.write_bytes(program)
    file.chmod(0o700)
    pid = os.posix_spawn(file, ["keeper"], {})
    try:
        wait_for(lambda: _ignores(pid, signal.SIGCHLD), "the keeper to ignore its children's ends")
        assert Path(f"/proc/{pid}/comm").read_text() == "whisk-keeper\n"
    finally:
        os.kill(pid, signal.SIGKILL)
        assert os.waitpid(pid, 0)[1] == signal.SIGKILL
