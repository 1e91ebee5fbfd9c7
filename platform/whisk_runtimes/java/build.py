"""Builds Java actions from one source file; jars need no building.

Loaded by a zygote; ``compiled/workbench.py`` does what all languages have in common.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import zipfile
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from whisk_runtimes.compiled.workbench import Job

_REHEARSAL = """
import com.google.gson.*;

public class Rehearsal {
    public static JsonObject main(JsonObject arguments) {
        System.out.println("Hello, " + arguments.get("name").getAsString() + "!");
        JsonObject result = new JsonObject();
        result.addProperty("length", arguments.entrySet().size());
        return result;
    }
}
"""
"""An action as most are: what it loads beside its own class is in the archive."""
_PUBLIC = re.compile(r"^\s*public\s+(?:final\s+|abstract\s+)*(?:class|record|enum)\s+(\w+)", re.M)


def build(job: Job) -> tuple[str, str]:
    """Make a jar.

    Args:
        job: the code; facts: ``javac`` (the program), ``library`` (Gson's jar); for a rehearsal
            also ``java`` (the program) and ``launcher`` (the jar).

    Returns:
        Its path and its protocol.

    Raises:
        BuildError: the code is wrong.
    """
    if job.facts.get("rehearsal"):
        job.code, job.main = _REHEARSAL, "Rehearsal"
        return _rehearse(job, _build_jar(job)), "archive"
    return _build_jar(job), "archive"


def _rehearse(job: Job, jar: str) -> str:
    """Let a launcher live a short life, at whose end the machine archives the classes it needed."""
    archive = os.path.join(job.directory, "classes.jsa")
    command = [job.facts["java"], f"-XX:ArchiveClassesAtExit={archive}", "-Xlog:disable"]
    command += ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"]
    command += ["-Dfile.encoding=UTF-8", "-jar", job.facts["launcher"]]
    with open(jar, "rb") as file:
        code = base64.b64encode(file.read()).decode()
    init = {"value": {"name": "rehearsal", "main": job.main, "code": code, "binary": True}}
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.set_inheritable(True)
        environment = os.environ | {"__OW_CHANNEL": str(theirs.fileno())}
        with subprocess.Popen(command, close_fds=False, env=environment) as process:
            theirs.close()
            channel = _workbench._sibling("compiled", "launcher").Channel(ours.detach())
            channel.receive()
            for kind, body in ((b"I", init), (b"R", {"value": {"name": "Ada"}})):
                channel.send(kind, json.dumps(body).encode())
                while channel.receive()[0] != b"A":
                    pass
            channel.socket.close()
    if process.returncode or not os.path.exists(archive):
        raise _workbench.BuildError(f"The rehearsal ended with status {process.returncode}.")
    return archive


def _build_jar(job: Job) -> str:
    public = _PUBLIC.search(job.code)
    # A public class wants a file of its name.
    name = public[1] if public else job.main.partition("#")[0].rpartition(".")[2] or "Main"
    job.write(f"source/{name}.java", job.code)
    place = os.path.join(job.directory, "source")
    classes = os.path.join(job.directory, "classes")
    command = [job.facts["javac"], "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1", "-nowarn"]
    command += ["-encoding", "UTF-8", "-cp", job.facts["library"], "-d", classes, f"{name}.java"]
    command.append("-g")  # the names of variables, for somebody with a debugger
    job.run(command, place, {})
    path = os.path.join(job.directory, "action.jar")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as jar:
        for folder, _, names in os.walk(classes):
            for one in sorted(names):
                inner = os.path.relpath(os.path.join(folder, one), classes)
                jar.write(os.path.join(folder, one), inner)
    return path


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


def prewarm() -> None:
    """Load what a build needs."""
    _workbench.prewarm()


def serve(channel_fd: int) -> None:
    """Build once; never returns.

    Args:
        channel_fd: Descriptor of the stream socket; taken over.
    """
    _workbench.serve(channel_fd, build)
