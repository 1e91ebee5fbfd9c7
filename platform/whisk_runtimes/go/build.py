"""Builds Go actions: one source file, or an archive with a main package.

Loaded by a zygote; ``compiled/workbench.py`` does what all languages have in common.
"""

from __future__ import annotations

import glob
import importlib.util
import os
import re
import sys
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from whisk_runtimes.compiled.workbench import Job

FOLDERS = ("", "src", "main", "src/main")
"""Where the main package of an archive may lie."""
VENDOR_HINT = (
    "Nothing is downloaded: put the packages that the action imports into vendor/ "
    "(go mod vendor) and send it along."
)
_OWN_MAIN = re.compile(r"^func\s+main\s*\(\s*\)", re.MULTILINE)
_FOREIGN = re.compile(r'^\s*(import\s+)?([\w.]+\s+)?"[\w-]+\.[\w.-]+/', re.MULTILINE)
_PACKAGE_MAIN = re.compile(r"^package\s+main\b", re.MULTILINE)


def build(job: Job) -> tuple[str, str]:
    """Make the program.

    Args:
        job: the code; facts: ``go`` (the program), ``version``, ``cache`` (compiled packages).

    Returns:
        Its path and its protocol.

    Raises:
        BuildError: the code is wrong.
    """
    if job.binary:
        place, module = _find_package(job, job.unpack())
    else:
        place = module = os.path.join(job.directory, "source")
        job.write("source/action.go", job.code)
    texts = [_read(path) for path in sorted(glob.glob(f"{place}/*.go"))]
    protocol = "actionloop"
    if not any(_OWN_MAIN.search(text) for text in texts):
        protocol = "frames"
        name = job.main[:1].upper() + job.main[1:]
        _write(place, "whisk_launcher__.go", _LAUNCHER)
        _write(place, "whisk_entry__.go", f"package main\n\nvar whiskAction = {name}\n")
    if not os.path.exists(os.path.join(module, "go.mod")):
        _write(module, "go.mod", f"module action\n\ngo {job.facts['version']}\n")
    _compile(job, place, module)
    return os.path.join(job.directory, "exec"), protocol


def _compile(job: Job, place: str, module: str) -> None:
    environment = {
        "GOCACHE": job.facts["cache"],
        "GOPATH": os.path.join(job.directory, "go"),
        "GOPROXY": "off",
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        "GOENV": "off",
        "GO111MODULE": "on",
        "CGO_ENABLED": "0",
        # Without an index, because Go would write one into the cache, which is read-only here.
        "GODEBUG": "goindex=0",
    }
    vendored = os.path.isdir(os.path.join(module, "vendor"))
    command = [job.facts["go"], "build", "-trimpath", "-ldflags=-s -w", "-buildvcs=false"]
    if vendored:
        command.append("-mod=vendor")
    command += ["-o", os.path.join(job.directory, "exec"), "."]
    try:
        job.run(command, place, environment)
    except _workbench.BuildError:
        if not vendored and _imports(place):
            job.explain(VENDOR_HINT)
        raise


def _imports(place: str) -> bool:
    """Whether a file imports something that is not in the standard library."""
    return any(_FOREIGN.search(_read(path)) for path in glob.glob(f"{place}/*.go"))


def _find_package(job: Job, root: str) -> tuple[str, str]:
    """The folder of the main package and the one that holds its ``go.mod``."""
    for folder in FOLDERS:
        place = os.path.join(root, folder) if folder else root
        files = glob.glob(f"{place}/*.go")
        if any(_PACKAGE_MAIN.search(_read(path)) for path in files):
            module = place
            while not os.path.exists(os.path.join(module, "go.mod")) and module != root:
                module = os.path.dirname(module)
            return place, module
    job.explain("The archive has neither a program 'exec' nor Go files of a package main.")
    raise _workbench.BuildError(_workbench.NO_BINARY)


def _write(place: str, name: str, text: str) -> None:
    with open(os.path.join(place, name), "w", encoding="utf-8") as file:
        file.write(text)


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


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
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "launcher.go")) as _file:
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
