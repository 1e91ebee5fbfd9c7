"""Which kinds there are, from what was found."""

from pathlib import Path

from whisk_platform.containers.process import toolchains
from whisk_platform.containers.process.languages.language import Forked, Toolchain
from whisk_platform.containers.process.settings import ProcessSettings


def _toolchain(kind: str, stem_cells: int = 0) -> Toolchain:
    return Toolchain(
        kind=kind,
        version=f"{kind.partition(':')[2]}.9",
        executable=f"/usr/bin/{kind}",
        trees=(),
        launcher=Path("launcher"),
        start=Forked(interpreter="/usr/bin/python3"),
        stem_cells=stem_cells,
    )


def test_the_first_kind_of_a_family_is_its_default_and_has_the_stem_cells() -> None:
    found = [_toolchain("python:3.12", 2), _toolchain("python:3.11", 2), _toolchain("nodejs:20", 1)]
    settings = ProcessSettings(state_dir=Path("s"))
    manifest = toolchains.manifest(found, settings)
    seen = [
        (one.kind, one.default, [cell.initial_count for cell in one.stem_cells], one.image)
        for one in manifest.runtimes
    ]
    assert seen == [
        ("python:3.12", True, [2], "openwhisk/action-python-v3.12:nightly"),
        ("python:3.11", False, [], "openwhisk/action-python-v3.11:nightly"),
        ("nodejs:20", True, [1], "openwhisk/action-nodejs-v20:nightly"),
    ]
    resolved = manifest.resolve("python:3")
    assert resolved is not None
    assert resolved.kind == "python:3.12"


def test_stem_cells_of_a_kind_go_before_those_of_its_family() -> None:
    settings = ProcessSettings(
        state_dir=Path("s"), stem_cells={"python": 2, "python:3.11": 5, "nodejs": 0}
    )
    counts = {
        kind: toolchains.stem_count(_toolchain(kind, 3), default, settings)
        for kind, default in (
            ("python:3.12", True),
            ("python:3.11", False),
            ("python:3.10", False),
            ("nodejs:20", True),
            ("ruby:3.1", True),
        )
    }
    assert counts == {
        "python:3.12": 2,
        "python:3.11": 5,
        "python:3.10": 0,
        "nodejs:20": 0,
        "ruby:3.1": 3,
    }


def test_a_place_is_open_to_all_only_with_every_folder_above(tmp_path: Path) -> None:
    assert toolchains.open_to_all("/usr/bin/env")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    program = closed / "program"
    program.write_text("")
    program.chmod(0o755)
    assert not toolchains.open_to_all(str(program))
    assert not toolchains.open_to_all(str(tmp_path / "missing"))


async def test_a_program_that_is_no_interpreter_is_a_warning(tmp_path: Path) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho no\n")
    fake.chmod(0o755)
    settings = ProcessSettings(state_dir=tmp_path, python=fake, node=fake)
    found = await toolchains.detect(settings)
    assert all(one.executable != str(fake) for one in found.toolchains)
    assert any("did not answer as a Python interpreter" in text for text in found.warnings)
    assert any("Install Node.js" in text for text in found.warnings)
