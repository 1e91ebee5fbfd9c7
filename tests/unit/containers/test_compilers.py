"""Go, Rust and Java by their own words: which are used, under which kind, and what they need."""

from pathlib import Path

import pytest

from whisk_platform.containers.process.languages import go, java, rust
from whisk_platform.containers.process.languages.language import Premise, Program


@pytest.fixture
def premise(tmp_path: Path) -> Premise:
    """A machine with launchers and nothing else."""
    for name in ("go", "rust", "java", "compiled"):
        (tmp_path / "launchers" / name).mkdir(parents=True)
    return Premise(
        launchers=tmp_path / "launchers",
        own_python="/usr/bin/python3",
        prepared=tmp_path / "prepared",
        chosen={},
    )


@pytest.mark.parametrize(
    ("version", "kind"),
    [("go1.26.8", "go:1.26"), ("go1.19", "go:1.19"), ("go1.17.2", None), ("devel", None)],
)
def test_go_is_named_after_its_minor_version(
    premise: Premise, version: str, kind: str | None
) -> None:
    found = go.toolchain(["/opt/go", version], premise)
    assert (found.kind if found else None) == kind


def test_a_go_of_the_system_needs_no_tree_of_its_own(premise: Premise) -> None:
    system = go.toolchain(["/usr/lib/go-1.19", "go1.19.8"], premise)
    own = go.toolchain(["/opt/go", "go1.26"], premise)
    assert system is not None
    assert own is not None
    assert system.compiler is not None
    assert own.compiler is not None
    assert (system.compiler.trees, own.compiler.trees) == ((), ("/opt/go",))
    assert own.trees == (), "a compiled program needs no compiler"


@pytest.mark.parametrize(
    ("answer", "kind", "version"),
    [
        ("rustc 1.95.0 (59807616e 2026-04-14)", "rust:1.95", "1.95.0"),
        ("rustc 1.63.0", "rust:1.63", "1.63.0"),
        ("rustc 1.62.1 (abc)", None, None),
        ("error: no default toolchain", None, None),
    ],
)
def test_rust_is_named_after_its_minor_version(
    premise: Premise, answer: str, kind: str | None, version: str | None
) -> None:
    found = rust.toolchain("/opt/rust", answer, premise)
    assert (found.kind if found else None) == kind
    assert (found.version if found else None) == version


def jdk(place: Path, version: str, *, compiler: bool = True) -> str:
    (place / "bin").mkdir(parents=True)
    (place / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
    if compiler:
        (place / "bin" / "javac").touch()
    return str(place)


@pytest.mark.parametrize(
    ("version", "kind"), [("17.0.15", "java:17"), ("25", "java:25"), ("1.8.0_1", None)]
)
def test_java_is_named_after_its_release(
    premise: Premise, tmp_path: Path, version: str, kind: str | None
) -> None:
    found = java.toolchain(jdk(tmp_path / "jdk", version), "/usr/share/java/gson.jar", premise)
    assert (found.kind if found else None) == kind
    assert found is None or found.requires_main


def test_a_java_without_compiler_is_no_jdk(premise: Premise, tmp_path: Path) -> None:
    home = jdk(tmp_path / "jre", "17.0.1", compiler=False)
    assert java.toolchain(home, "/usr/share/java/gson.jar", premise) is None
    assert java.toolchain(str(tmp_path / "nothing"), "", premise) is None


@pytest.mark.parametrize(("memory_mb", "heap"), [(64, 24), (128, 68), (256, 192), (1024, 768)])
def test_the_heap_leaves_room_for_the_machine_around_it(
    premise: Premise, tmp_path: Path, memory_mb: int, heap: int
) -> None:
    found = java.toolchain(jdk(tmp_path / "jdk", "17.0.1"), "/usr/share/java/gson.jar", premise)
    assert found is not None
    assert isinstance(found.start, Program)
    command = found.start.command("/opt/launcher.jar", memory_mb)
    assert f"-Xmx{heap}m" in command
    assert command[-2:] == ["-jar", "/opt/launcher.jar"]


def test_long_lines_of_a_manifest_go_on_after_a_space() -> None:
    text = java.manifest("x" * 200 + "/gson.jar")
    assert all(len(line) <= 72 for line in text.splitlines())
    assert f"Class-Path: {'x' * 200}/gson.jar" in text.replace("\n ", "")
