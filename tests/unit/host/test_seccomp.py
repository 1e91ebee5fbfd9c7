"""The system call filter, run by a small interpreter of its instructions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisk_platform.host.sandbox import seccomp
from whisk_platform.host.sandbox.seccomp import Instruction

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
READ = {"x86_64": 0, "aarch64": 63}
EPERM = seccomp.ERRNO | 1


def _verdict(program: list[Instruction], architecture: int, number: int, *arguments: int) -> int:
    """Run the program on one call and return what the kernel would do."""
    values = {0: number, 4: architecture}
    values |= {16 + 8 * index: value & 0xFFFFFFFF for index, value in enumerate(arguments)}
    position, accumulator = 0, 0
    while True:
        code, if_true, if_false, operand = program[position]
        position += 1
        if code == seccomp.LOAD:
            accumulator = values.get(operand, 0)
        elif code == seccomp.AND:
            accumulator &= operand
        elif code == seccomp.RETURN:
            return operand
        else:
            holds = {
                seccomp.JUMP_EQUAL: accumulator == operand,
                seccomp.JUMP_AT_LEAST: accumulator >= operand,
                seccomp.JUMP_ANY_BIT: bool(accumulator & operand),
            }[code]
            position += if_true if holds else if_false


@pytest.fixture(params=list(ARCHITECTURES))
def machine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_ordinary_calls_are_allowed(machine: str) -> None:
    program = seccomp.build(machine)
    assert _verdict(program, ARCHITECTURES[machine], READ[machine]) == seccomp.ALLOW


@pytest.mark.parametrize("shared_ipc", [False, True])
def test_every_denied_call_is_refused_whatever_its_arguments(
    machine: str, shared_ipc: bool
) -> None:
    program = seccomp.build(machine, shared_ipc)
    for number in seccomp.denied_calls(machine, shared_ipc):
        assert _verdict(program, ARCHITECTURES[machine], number, 1, 2, 3) == EPERM


def test_memory_that_no_process_owns_is_closed_where_only_processes_are_measured(
    machine: str,
) -> None:
    memfd_create = {"x86_64": 319, "aarch64": 279}[machine]
    open_to_all = seccomp.build(machine)
    assert _verdict(open_to_all, ARCHITECTURES[machine], memfd_create) == seccomp.ALLOW
    sampled = seccomp.build(machine, sampled=True)
    assert _verdict(sampled, ARCHITECTURES[machine], memfd_create) == EPERM


@given(st.integers(0, 600), st.booleans())
def test_whatever_is_not_listed_is_allowed(number: int, shared_ipc: bool) -> None:
    program = seccomp.build("x86_64", shared_ipc)
    checked = {16, 41, 56, 435}
    expected = EPERM if number in seccomp.denied_calls("x86_64", shared_ipc) else seccomp.ALLOW
    if number not in checked:
        assert _verdict(program, ARCHITECTURES["x86_64"], number) == expected


def test_another_architecture_kills(machine: str) -> None:
    program = seccomp.build(machine)
    assert _verdict(program, 0x40000003, 1) == seccomp.KILL_PROCESS


def test_the_x32_numbers_kill() -> None:
    program = seccomp.build("x86_64")
    x32 = 0x40000000 | 59
    assert _verdict(program, ARCHITECTURES["x86_64"], x32) == seccomp.KILL_PROCESS


@pytest.mark.parametrize(
    ("flag", "allowed"),
    [(17, True), (0x3D0F00, True), (0x10000000, False), (0x20000, False), (0x40000000, False)],
)
def test_clone_makes_threads_and_processes_but_no_namespaces(flag: int, allowed: bool) -> None:
    program = seccomp.build("x86_64")
    expected = seccomp.ALLOW if allowed else EPERM
    assert _verdict(program, ARCHITECTURES["x86_64"], 56, flag) == expected


def test_clone3_does_not_exist_so_that_libraries_fall_back(machine: str) -> None:
    program = seccomp.build(machine)
    assert _verdict(program, ARCHITECTURES[machine], 435) == seccomp.ERRNO | seccomp.ENOSYS


@pytest.mark.parametrize(("request_code", "allowed"), [(0x5412, False), (0x541C, False), (1, True)])
def test_terminals_cannot_be_typed_into(request_code: int, allowed: bool) -> None:
    program = seccomp.build("x86_64")
    expected = seccomp.ALLOW if allowed else EPERM
    assert _verdict(program, ARCHITECTURES["x86_64"], 16, 0, request_code) == expected


@pytest.mark.parametrize(
    ("family", "kind", "expected"),
    [
        (1, 1, seccomp.ALLOW),
        (2, 1 | 0o2000000, seccomp.ALLOW),
        (10, 2, seccomp.ALLOW),
        (2, 3, EPERM),
        (2, 3 | 0o2000000, EPERM),
        (2, 10, EPERM),
        (17, 3, seccomp.ERRNO | 97),
        (16, 3, seccomp.ERRNO | 97),
        (40, 1, seccomp.ERRNO | 97),
    ],
)
def test_sockets_of_few_families_and_never_raw(
    machine: str, family: int, kind: int, expected: int
) -> None:
    program = seccomp.build(machine)
    number = {"x86_64": 41, "aarch64": 198}[machine]
    assert _verdict(program, ARCHITECTURES[machine], number, family, kind) == expected


WAIT_AND_EXIT = {"x86_64": (61, 231), "aarch64": (260, 94)}
OPEN_READ_CLONE = {"x86_64": (257, 0, 56, 41, 1), "aarch64": (56, 63, 220, 198, 64)}


def test_a_keeper_waits_and_ends_and_does_nothing_else(machine: str) -> None:
    program = seccomp.build_for_keeper(machine)
    for number in WAIT_AND_EXIT[machine]:
        assert _verdict(program, ARCHITECTURES[machine], number, 1, 2) == seccomp.ALLOW
    for number in (*OPEN_READ_CLONE[machine], *seccomp.denied_calls(machine, True)):
        assert _verdict(program, ARCHITECTURES[machine], number, 1, 2) == EPERM


def test_an_unknown_machine_has_no_filter() -> None:
    with pytest.raises(KeyError):
        seccomp.build("riscv64")


def test_an_instruction_takes_eight_bytes(machine: str) -> None:
    program = seccomp.build(machine, shared_ipc=True)
    assert len(seccomp.assemble(program)) == 8 * len(program)
    assert len(program) < 4096
