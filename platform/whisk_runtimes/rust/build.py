"""Builds Rust actions: one source file, or an archive with a Cargo project.

Loaded by a zygote; ``compiled/workbench.py`` does what all languages have in common.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tomllib
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from whisk_runtimes.compiled.workbench import Job

VENDOR_HINT = (
    "Nothing is downloaded: serde, serde_derive and serde_json are there; put every other crate "
    "into vendor/ (cargo vendor) and send it along."
)
_WRAPPER = """\
[package]
name = "whisk-launcher"
version = "0.0.0"
edition = "2021"

[[bin]]
name = "exec"
path = "main.rs"

[dependencies]
serde = "1"
serde_json = "1"
actions = {{ path = {path}, package = {name} }}

[profile.release]
debug = false
incremental = false
opt-level = 2

[workspace]
"""


def build(job: Job) -> tuple[str, str]:
    """Make the program.

    Args:
        job: the code; facts: ``rustc`` and ``cargo`` (the programs), ``crates`` (the bundled ones).

    Returns:
        Its path and its protocol.

    Raises:
        BuildError: the code is wrong.
    """
    entry = f"actions::{job.main.replace('.', '::')}"
    job.write("launcher/main.rs", _LAUNCHER.replace("ENTRY", entry))
    path = _build_archive(job) if job.binary else _build_source(job)
    return path, "frames"


def _build_source(job: Job) -> str:
    job.write("source/action.rs", job.code)
    crates = job.facts["crates"]
    options = ["--edition", "2021", "-C", "opt-level=2", "-C", "debuginfo=0", "--cap-lints", "warn"]
    options += ["-L", f"dependency={crates}/libraries"]
    for name in ("serde", "serde_json", "serde_derive"):
        with open(f"{crates}/{name}.path", encoding="utf-8") as file:
            options += ["--extern", f"{name}={crates}/libraries/{file.read()}"]
    place = os.path.join(job.directory, "source")
    library = os.path.join(job.directory, "libactions.rlib")
    rustc = job.facts["rustc"]
    own = ["--crate-type", "rlib", "--crate-name", "actions", "-o", library, "action.rs"]
    job.run([rustc, *options, *own], place, {})
    program = os.path.join(job.directory, "exec")
    link = ["--crate-name", "launcher", "-C", "strip=symbols", "--extern", f"actions={library}"]
    place = os.path.join(job.directory, "launcher")
    job.run([rustc, *options, *link, "-o", program, "main.rs"], place, {})
    return program


def _build_archive(job: Job) -> str:
    source = job.unpack()
    project = next(
        (
            path
            for folder in ("", "actions", "src")
            if os.path.isfile(os.path.join(path := os.path.join(source, folder), "Cargo.toml"))
        ),
        None,
    )
    if project is None:
        job.explain("The archive has neither a program 'exec' nor a Cargo.toml.")
        raise _workbench.BuildError(_workbench.NO_BINARY)
    try:
        with open(os.path.join(project, "Cargo.toml"), "rb") as file:
            name = str(tomllib.load(file)["package"]["name"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        job.explain(f"The Cargo.toml of the archive has no package with a name: {error}")
        raise _workbench.BuildError(_workbench.NO_BINARY) from error
    if not os.path.isfile(os.path.join(project, "src", "lib.rs")):
        job.explain("The project has no src/lib.rs with the function of the action.")
        raise _workbench.BuildError(_workbench.NO_BINARY)
    # Settings of the project's own would point at places of another machine.
    shutil.rmtree(os.path.join(project, ".cargo"), ignore_errors=True)
    wrapper = _WRAPPER.format(path=_quoted(project), name=_quoted(name))
    job.write("launcher/Cargo.toml", wrapper)
    return _run_cargo(job, _merge_crates(job, project))


def _run_cargo(job: Job, crates: str) -> str:
    command = [job.facts["cargo"], "build", "--release", "--offline", "--quiet"]
    command += ["--config", 'source.crates-io.replace-with="vendored"']
    command += ["--config", f"source.vendored.directory={_quoted(crates)}"]
    target = os.path.join(job.directory, "target")
    environment = {
        "CARGO_HOME": os.path.join(job.directory, "cargo"),
        "CARGO_TARGET_DIR": target,
        "RUSTC": job.facts["rustc"],
        "RUSTFLAGS": "-C strip=symbols",
    }
    try:
        job.run(command, os.path.join(job.directory, "launcher"), environment)
    except _workbench.BuildError:
        job.explain(VENDOR_HINT)
        raise
    return os.path.join(target, "release", "exec")


def _merge_crates(job: Job, project: str) -> str:
    """One directory with the bundled crates and the project's own, which come first."""
    merged = os.path.join(job.directory, "crates")
    os.mkdir(merged)
    for place in (os.path.join(project, "vendor"), os.path.join(job.facts["crates"], "vendor")):
        names = os.listdir(place) if os.path.isdir(place) else []
        for name in names:
            link = os.path.join(merged, name)
            if not os.path.lexists(link):
                os.symlink(os.path.join(place, name), link)
    return merged


def _quoted(text: str) -> str:
    """A string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _load(folder: str, name: str) -> ModuleType:
    runtimes = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    path = os.path.join(runtimes, folder, f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"whisk_{name}", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_workbench = _load("compiled", "workbench")
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "launcher.rs")) as _file:
    _LAUNCHER = _file.read()


def prewarm() -> None:
    """Load what a build needs."""
    _workbench.prewarm()


def serve(channel_fd: int) -> None:
    """Build once; never returns.

    Args:
        channel_fd: Descriptor of the stream socket; taken over.
    """
    _workbench.serve(channel_fd, build)
