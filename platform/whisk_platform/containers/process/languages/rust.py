"""Rust: sources become a program that speaks our frames; programs of one's own speak ActionLoop."""

from __future__ import annotations

import glob
import os
import pwd
import re
import shutil
import subprocess
import threading
from functools import partial
from pathlib import Path

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.languages import probing
from whisk_platform.containers.process.languages.language import (
    Compiler,
    Findings,
    Forked,
    Language,
    Missing,
    Premise,
    Toolchain,
)

OLDEST = (1, 63)
_VERSION = re.compile(r"rustc (\d+)\.(\d+)([\w.-]*)")
_LINKERS = ("cc", "gcc", "clang")
_FILL_SECONDS = 600.0
_SYSTEM_CRATES = "/usr/share/cargo/registry"
"""Where Debian's packages put the sources of crates."""
_CRATES = """\
[package]
name = "bundle"
version = "0.0.0"
edition = "2021"

[dependencies]
serde = { version = "1", features = ["derive"] }
serde_derive = "1"
serde_json = "1"
"""
REMEDY = (
    "Install Rust 1.63 or later with Cargo and a linker (Debian: apt install rustc cargo gcc)"
    " and start the platform again."
)
CRATES_REMEDY = (
    "Rust actions need the crates serde, serde_derive and serde_json, and nothing is downloaded"
    " here. Fetch them once into Cargo's cache (a project that names them, and 'cargo fetch' in"
    " it), or install their sources (Debian: apt install librust-serde-json-dev"
    " librust-serde-derive-dev)."
)


def find(premise: Premise) -> Findings:
    """The compiler of the settings or of the search path first, then the user's toolchains."""
    chosen = premise.chosen.get("rust")
    shims = [str(chosen)] if chosen is not None else probing.on_search_path(["rustc"])
    # A version manager's shim costs 100 ms for each call: go by the toolchain it stands for.
    roots = [(probing.answer([shim, "--print", "sysroot"]) or "").strip() for shim in shims]
    for root in dict.fromkeys(filter(None, [*roots, *_own_toolchains()])):
        version = probing.answer([os.path.join(root, "bin", "rustc"), "--version"])
        one = toolchain(root, version or "", premise)
        if one is None:
            continue
        if not probing.on_search_path(_LINKERS):
            reason = "No linker was found, so there is no kind for Rust."
            return Findings(missing=(Missing(family="rust", reason=reason, remedy=REMEDY),))
        return Findings(toolchains=(one,))
    reason = "Rust was not found, so there is no kind for it."
    return Findings(missing=(Missing(family="rust", reason=reason, remedy=REMEDY),))


def _home() -> str:
    """Of the user, whatever the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return os.path.expanduser("~")


def _own_toolchains() -> list[str]:
    """What the user's version manager has installed, releases before previews."""
    manager = os.environ.get("RUSTUP_HOME", os.path.join(_home(), ".rustup"))
    found = glob.glob(f"{manager}/toolchains/*")
    return sorted(found, key=lambda path: ("nightly" in path, "beta" in path, path))


def toolchain(root: str, answer: str, premise: Premise) -> Toolchain | None:
    """Understand the compiler's answer; None if it is too old.

    Args:
        root: of the toolchain, with ``bin`` and ``lib``.
        answer: what the compiler says of its version.
        premise: of the detection.
    """
    match = _VERSION.match(answer)
    if match is None or (int(match[1]), int(match[2])) < OLDEST:
        return None
    folder = premise.launchers / "rust"
    short, root = f"{match[1]}.{match[2]}", os.path.realpath(root)
    cargo = os.path.join(root, "bin", "cargo")
    if not os.path.exists(cargo):
        cargo = next(iter(probing.on_search_path(["cargo"])), "")
    version = f"{short}{match[3]}"
    return Toolchain(
        kind=f"rust:{short}",
        version=version,
        executable=f"{root}/bin/rustc",
        trees=(),
        launcher=premise.launchers / "compiled" / "launcher.py",
        start=Forked(interpreter=premise.own_python),
        compiler=Compiler(
            identity=probing.identity("rust", version, folder, premise.launchers / "compiled"),
            prepares=f"rust {version} {root} {_CRATES}",
            builder=folder / "build.py",
            interpreter=premise.own_python,
            trees=() if root == "/usr" else (root,),
            facts={"rustc": f"{root}/bin/rustc", "cargo": cargo, "crates": "{prepared}"},
            fill=partial(fill, cargo, f"{root}/bin"),
        ),
    )


def fill(cargo: str, programs: str, folder: Path, stop: threading.Event) -> None:
    """Compile the bundled crates, and keep their sources for archives that are built by Cargo.

    Raises:
        ContainerError: their sources are not on this machine, or cannot be compiled.
    """
    project = folder / "project"
    (project / "src").mkdir(parents=True)
    (project / "Cargo.toml").write_text(_CRATES)
    (project / "src" / "lib.rs").write_text("")
    search_path = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])
    words = ""
    for cache, options in _sources():
        environment = {"PATH": search_path, "HOME": str(project), "CARGO_HOME": cache}
        try:
            build = [cargo, "build", "--release", "--offline", *options]
            work = probing.Work(environment, _FILL_SECONDS)
            work.run(build, project, stop)
            vendor = [cargo, "vendor", "--offline", *options, str(folder / "vendor")]
            work.run(vendor, project, stop)
            break
        except (OSError, subprocess.SubprocessError) as error:
            words = words or probing.reason(error)
    else:
        raise ContainerError(f"{CRATES_REMEDY} Cargo says: {words}.")
    libraries = folder / "libraries"
    libraries.mkdir()
    for path in (project / "target" / "release" / "deps").iterdir():
        if path.suffix in (".rlib", ".so", ".rmeta") and "bundle-" not in path.name:
            shutil.copyfile(path, libraries / path.name)
    for name in ("serde", "serde_json", "serde_derive"):
        library = max(glob.glob(f"{libraries}/lib{name}-*.[rs][lo]*"))
        (folder / f"{name}.path").write_text(os.path.basename(library))
    shutil.rmtree(project)


def _sources() -> list[tuple[str, list[str]]]:
    """Where crates may be: Cargo's home, and options; the user's own before the system's."""
    caches = [os.environ.get("CARGO_HOME", ""), os.path.join(_home(), ".cargo")]
    sources: list[tuple[str, list[str]]] = [(cache, []) for cache in caches if cache]
    if os.path.isdir(_SYSTEM_CRATES):
        options = [
            "--config",
            'source.crates-io.replace-with="system"',
            "--config",
            f'source.system.directory="{_SYSTEM_CRATES}"',
        ]
        sources.append((caches[-1], options))
    return sources


LANGUAGE = Language(family="rust", find=find)
