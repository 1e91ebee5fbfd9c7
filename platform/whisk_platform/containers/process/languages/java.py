"""Java: one warm virtual machine for each container; jars run as they are, sources are compiled."""

from __future__ import annotations

import glob
import hashlib
import os
import re
import shutil
import subprocess
import threading
import zipfile
from functools import partial
from pathlib import Path

from whisk_platform.common.errors import ContainerError
from whisk_platform.containers.process.languages import probing
from whisk_platform.containers.process.languages.language import (
    Compiler,
    Findings,
    Language,
    Missing,
    Premise,
    Program,
    Toolchain,
)

OLDEST = 11
_PLACES = ("/usr/lib/jvm/*",)
_LIBRARIES = ("/usr/share/java/gson.jar", "/usr/share/java/google-gson/gson.jar")
_LIBRARY = "gson.jar"
_VERSION = re.compile(r'^JAVA_VERSION="((\d+)[\w.+-]*)"', re.MULTILINE)
_OVERHEAD_MB = 60
"""Of a virtual machine beside its heap."""
_LEAST_HEAP_MB = 24
_SMALL_MB = 512
"""Up to here the machine compiles simply and collects serially; that starts and rests smaller."""
_FILL_SECONDS = 120.0
_OPENS = "java.base/java.util java.base/java.io"
"""For the environment of each run, and for the channel's descriptor."""
_LINE = 70
"""Characters of a line of a manifest."""
REMEDY = (
    "Install a JDK 11 or later and Gson (Debian: apt install default-jdk-headless"
    " libgoogle-gson-java) and start the platform again."
)


def find(premise: Premise) -> Findings:
    """The JDK of the settings or of the search path first, then the usual places."""
    library = next((path for path in _LIBRARIES if os.path.isfile(path)), None)
    found: dict[str, Toolchain] = {}
    for home in homes(premise.chosen.get("java")):
        one = toolchain(home, library or "", premise)
        if one is not None:
            found.setdefault(one.kind, one)
    if not found:
        reason = "No JDK with a compiler was found, so there is no kind for Java."
    elif library is None:
        reason = f"Gson was not found as '{_LIBRARIES[0]}', so there is no kind for Java."
    else:
        return Findings(toolchains=tuple(found.values()))
    return Findings(missing=(Missing(family="java", reason=reason, remedy=REMEDY),))


def homes(chosen: Path | None) -> list[str]:
    """Directories that may be a JDK, the default one first."""
    programs = [str(chosen)] if chosen is not None else probing.on_search_path(["java"])
    first = [os.path.dirname(os.path.dirname(os.path.realpath(program))) for program in programs]
    others = [path for pattern in _PLACES for path in sorted(glob.glob(pattern))]
    return list(dict.fromkeys([*first, *(os.path.realpath(path) for path in others)]))


def toolchain(home: str, library: str, premise: Premise) -> Toolchain | None:
    """Understand a JDK by its own words; None if it is none or too old.

    Args:
        home: of the JDK.
        library: Gson's jar.
        premise: of the detection.
    """
    try:
        match = _VERSION.search(Path(home, "release").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    compiler = os.path.join(home, "bin", "javac")
    if match is None or int(match[2]) < OLDEST or not os.path.isfile(compiler):
        return None
    source = premise.launchers / "java"
    shared = premise.launchers / "compiled"
    identity = probing.identity("java", f"{match[1]} {home} {library}", source, shared)
    launcher = probing.prepared(premise.prepared, "java", identity) / "launcher.jar"
    # Parts of Debian's JDK are links to /etc/java-<version>.
    settings = f"/etc/java-{match[2]}-openjdk"
    trees = tuple(path for path in (home, settings) if os.path.isdir(path) and _apart(path))
    return Toolchain(
        kind=f"java:{match[2]}",
        version=match[1],
        executable=os.path.join(home, "bin", "java"),
        trees=trees,
        launcher=launcher,
        start=Program(command=Start(home, launcher.parent), sized=True),
        image=f"openwhisk/java{match[2]}action:nightly",
        requires_main=True,
        exhaustion=b"Terminating due to java.lang.OutOfMemoryError",
        compiler=Compiler(
            identity=identity,
            prepares=identity,
            builder=source / "build.py",
            interpreter=premise.own_python,
            trees=trees,
            facts={
                "java": os.path.join(home, "bin", "java"),
                "javac": compiler,
                "library": library,
                "launcher": "{launcher}",
            },
            fill=partial(fill, compiler, library, source / "Launcher.java"),
            archives=False,
            starts_prepared=True,
            rehearsal=class_data,
        ),
    )


class Start:
    """The command that starts a virtual machine; its heap follows the memory limit."""

    def __init__(self, home: str, prepared: Path) -> None:
        """Prepare to make commands.

        Args:
            home: of the JDK.
            prepared: the folder of the launcher, outside of every sandbox.
        """
        self._program = os.path.join(home, "bin", "java")
        self._prepared = prepared

    def __call__(self, launcher: str, memory_mb: int) -> list[str]:
        """Program and arguments."""
        heap = max(_LEAST_HEAP_MB, memory_mb - max(_OVERHEAD_MB, memory_mb // 4))
        command = [self._program, f"-Xmx{heap}m", "-XX:+UseSerialGC", "-Xshare:auto"]
        if memory_mb <= _SMALL_MB:
            command.append("-XX:TieredStopAtLevel=1")
        command += ["-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr"]
        command += ["-XX:-UsePerfData", "-Dfile.encoding=UTF-8"]
        data = class_data(launcher)
        if (self._prepared / data).exists():
            # An archive that does not fit is left aside; only the log would tell, in the action's.
            shared = os.path.join(os.path.dirname(launcher), data)
            command += [f"-XX:SharedArchiveFile={shared}", "-Xlog:disable"]
        return [*command, "-jar", launcher]


def class_data(launcher: str) -> str:
    """The name of the archive of class data for a launcher at a path: it serves no other path.

    Args:
        launcher: its path inside the sandbox.
    """
    return f"classes-{hashlib.sha256(launcher.encode()).hexdigest()[:16]}.jsa"


def fill(compiler: str, library: str, source: Path, folder: Path, stop: threading.Event) -> None:
    """Compile the launcher.

    Raises:
        ContainerError: the compiler refuses it.
    """
    classes = folder / "classes"
    command = [compiler, "-nowarn", "-encoding", "UTF-8", "-cp", library, "-d", str(classes)]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder)}
    try:
        probing.Work(environment, _FILL_SECONDS).run([*command, str(source)], folder, stop)
    except (OSError, subprocess.SubprocessError) as error:
        raise ContainerError(
            f"The launcher for Java cannot be compiled: {probing.reason(error)}. {REMEDY}"
        ) from error
    # Beside the launcher, because an archive of class data knows only libraries that lie there.
    shutil.copyfile(library, folder / _LIBRARY)
    with zipfile.ZipFile(folder / "launcher.jar", "w", zipfile.ZIP_DEFLATED) as jar:
        jar.writestr("META-INF/MANIFEST.MF", manifest(_LIBRARY))
        for path in sorted(classes.rglob("*.class")):
            jar.write(path, path.relative_to(classes).as_posix())


def manifest(library: str) -> str:
    """The launcher's manifest.

    Args:
        library: Gson's jar, as seen from the launcher's folder.
    """
    entries = {
        "Manifest-Version": "1.0",
        "Main-Class": "whisk.Launcher",
        "Class-Path": library,
        "Add-Opens": _OPENS,
    }
    lines = []
    for name, text in entries.items():
        line = f"{name}: {text}"
        while len(line) > _LINE:  # a longer one goes on after a space
            lines.append(line[:_LINE])
            line = f" {line[_LINE:]}"
        lines.append(line)
    return "\n".join(lines) + "\n"


async def prepare(toolchain: Toolchain, _folder: Path) -> Toolchain:
    """Make the launcher's place, which sandboxes show before anything is in it."""
    toolchain.launcher.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    toolchain.launcher.parent.chmod(0o755)  # whatever our umask: sandboxes read it as other users
    return toolchain


def _apart(path: str) -> bool:
    """Whether a directory is not among the system's own, which every sandbox sees."""
    return not path.startswith("/usr/")


LANGUAGE = Language(family="java", find=find, prepare=prepare)
