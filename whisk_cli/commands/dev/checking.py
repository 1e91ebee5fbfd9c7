"""What is wrong with code before anybody runs it, in the words of its language.

Interpreted languages are asked to read the file, if they are on this machine. Compiled ones are
compiled as the platform does it, where its sandbox and the toolchain are there. What cannot be
checked here is not: the platform says it in the log of the first activation.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from whisk_cli.errors import CliError
from whisk_cli.jsonvalue import JSONObject, members, text_of
from whisk_cli.machine import localrun
from whisk_cli.sources import archive
from whisk_cli.sources.source import Code, Source

_SECONDS = 20.0
_MOST_FILES = 40
"""Of one action; somebody's vendored library is not looked at as a whole."""
_FOREIGN = frozenset({"node_modules", "vendor", "virtualenv"})
_MODULE = re.compile(r"^\s*(?:import(?:\s+\w|\s*[{*\"'])|export\s)", re.MULTILINE)
_READERS: Mapping[str, tuple[str, ...]] = {
    ".js": ("node", "--check"),
    ".cjs": ("node", "--check"),
    ".mjs": ("node", "--check"),
    ".php": ("php", "-l"),
    ".rb": ("ruby", "-c"),
    ".sh": ("sh", "-n"),
}
_COMPILED = frozenset({"go", "rust", "java"})


def complaint(source: Source, code: Code, environment: Mapping[str, str]) -> str:
    """Say what is wrong with an action; empty if nothing was found.

    Args:
        source: Where it is.
        code: What would be sent.
        environment: For the programs that look.
    """
    if source.kind.partition(":")[0] in _COMPILED:
        return _compiled(source, code, environment)
    for path in _files(source.path):
        found = _read(path, environment)
        if found:
            return found
    return ""


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    count = 0
    for name, file in archive.files(path):
        if _FOREIGN.isdisjoint(name.split("/")) and count < _MOST_FILES:
            count += 1
            yield file


def _read(path: Path, environment: Mapping[str, str]) -> str:
    if path.suffix == ".py":
        return python_complaint(path)
    command = _READERS.get(path.suffix)
    program = shutil.which(command[0], path=environment.get("PATH")) if command else None
    if command is None or program is None:
        return ""
    if path.suffix == ".js" and _is_module(path):
        return _as_module(program, path, environment)
    return _asked([program, *command[1:], str(path)], environment)


def python_complaint(path: Path) -> str:
    """Say what Python cannot read in a file; empty if nothing."""
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except SyntaxError as problem:
        shown = (problem.text or "").rstrip()
        where = f"{path}:{problem.lineno}" if problem.lineno else str(path)
        lines = [f"{where}: {problem.msg}"]
        if shown and problem.offset:
            lead = len(shown) - len(shown.lstrip())
            column = max(problem.offset - 1 - lead, 0)
            lines += [f"    {shown.strip()}", "    " + " " * column + "^"]
        return "\n".join(lines)
    except ValueError as problem:
        return f"{path}: {problem}"
    except OSError:
        # It is about to be written anew; then it is looked at again.
        return ""
    return ""


def _is_module(path: Path) -> bool:
    """Whether a file of JavaScript is a module although nothing beside it says so."""
    described = any((folder / "package.json").is_file() for folder in path.resolve().parents[:3])
    return not described and bool(_MODULE.search(path.read_text("utf-8", "replace")))


def _as_module(program: str, path: Path, environment: Mapping[str, str]) -> str:
    with tempfile.TemporaryDirectory(prefix="wsk-dev-") as folder:
        copy = Path(folder, f"{path.stem}.mjs")
        copy.write_bytes(path.read_bytes())
        found = _asked([program, "--check", str(copy)], environment)
        return found.replace(f"file://{copy}", str(path)).replace(str(copy), str(path))


def _asked(command: list[str], environment: Mapping[str, str]) -> str:
    try:
        finished = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            env=dict(environment),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    if finished.returncode == 0:
        return ""
    words = (finished.stderr or finished.stdout).decode("utf-8", "replace")
    return shortened(words)


def shortened(words: str) -> str:
    """Leave out of a program's complaint what is about the program itself."""
    kept = []
    for line in words.strip().splitlines():
        if line.startswith(("    at ", "Node.js v", "Errors parsing ")):
            continue
        if line.strip():
            kept.append(line.rstrip())
    return "\n".join(kept[:20])


def _compiled(source: Source, code: Code, environment: Mapping[str, str]) -> str:
    job: JSONObject = {
        "name": source.name.rpartition("/")[2],
        "kind": source.kind,
        "main": source.main,
        "code": code.text,
        "binary": code.binary,
        "runs": False,
    }
    try:
        ended, log = localrun.run(job, environment, captured=True)
    except CliError:
        # Without the platform on this machine its compilers are elsewhere.
        return ""
    if ended is None or text_of(ended.get("status")) == "success":
        return ""
    reason = text_of(members(ended.get("result")).get("error"))
    return shortened(log) or reason or f"{sys.argv[0]}: it does not compile"
