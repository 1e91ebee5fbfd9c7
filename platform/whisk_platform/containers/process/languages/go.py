"""Go: sources become a program that speaks our frames; programs of one's own speak ActionLoop."""

from __future__ import annotations

import glob
import os
import re
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

OLDEST = (1, 18)
_PLACES = ("/usr/local/go/bin/go", "/usr/lib/go/bin/go", "/usr/lib/go-*/bin/go")
_VERSION = re.compile(r"go(\d+)\.(\d+)[\w.]*")
_LAUNCHER_PACKAGES = """
bufio bytes context encoding/binary encoding/json errors fmt io os runtime/debug strconv strings
syscall
"""
"""Without these no build begins."""
_PACKAGES = """
time sort math math/rand regexp sync crypto/sha256 crypto/md5 crypto/hmac encoding/base64
encoding/hex encoding/csv encoding/xml text/template html/template net/url net/http path/filepath
unicode/utf8 compress/gzip archive/zip os/exec math/big log image/png container/heap
"""
"""Compiled once for all builds: a build cannot keep what it compiles itself."""
_FILL_SECONDS = 600.0
REMEDY = "Install Go 1.18 or later (Debian: apt install golang-go) and start the platform again."


def find(premise: Premise) -> Findings:
    """The Go of the settings or of the search path first, then the usual places."""
    chosen = premise.chosen.get("go")
    names = [str(chosen)] if chosen is not None else probing.on_search_path(["go"])
    places = [*names, *(path for pattern in _PLACES for path in sorted(glob.glob(pattern)))]
    for executable in dict.fromkeys(places):
        answer = probing.answer([executable, "env", "GOROOT", "GOVERSION"])
        one = toolchain((answer or "").split(), premise)
        if one is not None:
            return Findings(toolchains=(one,))
    reason = "Go was not found, so there is no kind for it."
    return Findings(missing=(Missing(family="go", reason=reason, remedy=REMEDY),))


def toolchain(answer: list[str], premise: Premise) -> Toolchain | None:
    """Understand Go's answer: its root and its version; None if it is too old."""
    match = _VERSION.match(answer[1]) if len(answer) == 2 else None
    if match is None or (int(match[1]), int(match[2])) < OLDEST:
        return None
    root, version = os.path.realpath(answer[0]), match[0].removeprefix("go")
    program = os.path.join(root, "bin", "go")
    folder = premise.launchers / "go"
    short = f"{match[1]}.{match[2]}"
    # Where GOROOT is a folder of the system, parts of it are links to elsewhere in there.
    trees = () if root.startswith("/usr/lib") else (root,)
    return Toolchain(
        kind=f"go:{short}",
        version=version,
        executable=program,
        trees=(),
        launcher=premise.launchers / "compiled" / "launcher.py",
        start=Forked(interpreter=premise.own_python),
        image=f"openwhisk/action-golang-v{short}:nightly",
        compiler=Compiler(
            identity=probing.identity("go", version, folder, premise.launchers / "compiled"),
            prepares=f"go {version} {root} {_LAUNCHER_PACKAGES} {_PACKAGES}",
            builder=folder / "build.py",
            interpreter=premise.own_python,
            trees=trees,
            facts={"go": program, "version": short, "cache": "{prepared}/cache"},
            fill=partial(fill, _LAUNCHER_PACKAGES, program),
            extend=partial(fill, _PACKAGES, program),
        ),
    )


def fill(packages: str, program: str, folder: Path, stop: threading.Event) -> None:
    """Compile standard packages.

    Args:
        packages: their names.
        program: Go.
        folder: gets the compiled ones.
        stop: ends it.

    Raises:
        ContainerError: Go cannot compile its own packages.
    """
    home = folder / "home"
    home.mkdir(exist_ok=True)
    # As a module, like every build: otherwise Go has no index of its own packages to read.
    (folder / "go.mod").write_text("module prepared\n")
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "GOCACHE": str(folder / "cache"),
        "GOPATH": str(home),
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "GOENV": "off",
        "GO111MODULE": "on",
        "CGO_ENABLED": "0",
    }
    command = [program, "build", "-trimpath", *packages.split()]
    try:
        probing.Work(environment, _FILL_SECONDS).run(command, folder, stop)
    except (OSError, subprocess.SubprocessError) as error:
        raise ContainerError(
            f"Go cannot compile its own packages: {probing.reason(error)}. {REMEDY}"
        ) from error


LANGUAGE = Language(family="go", find=find)
