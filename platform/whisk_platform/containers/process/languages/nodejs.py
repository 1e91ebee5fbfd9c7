"""JavaScript: every Node that is found; each sandbox starts the program."""

from __future__ import annotations

import glob
import os
import re

from whisk_platform.containers.process.languages import probing
from whisk_platform.containers.process.languages.language import (
    Findings,
    Language,
    Missing,
    Premise,
    Program,
    Toolchain,
)

OLDEST = 18
_HEAP_SHARE = 0.6
"""Of the memory limit for JavaScript's own heap; the rest is for buffers, code and stacks."""
_NAME = re.compile(r"node(js)?(-?\d+)?")
_PLACES = ("/opt/node*/bin", "~/.nvm/versions/node/*/bin")
"""Beside the search path."""
_ASK = "console.log(JSON.stringify([process.version, process.execPath]))"
REMEDY = "Install Node.js 18 or later (Debian: apt install nodejs) and start the platform again."


def find(premise: Premise) -> Findings:
    """The Node of the settings or of the search path first, then what else the system has."""
    chosen = premise.chosen.get("nodejs")
    first = [str(chosen)] if chosen is not None else probing.on_search_path(["node", "nodejs"])
    found: dict[str, Toolchain] = {}
    for executable in [*first, *others()]:
        answer = probing.strings(probing.answer([executable, "-e", _ASK]))
        one = toolchain(answer, premise) if answer is not None else None
        if one is not None:
            found.setdefault(one.executable, one)
        elif chosen is not None and executable == str(chosen):
            reason = f"'{executable}' did not answer, so there are no JavaScript kinds."
            return Findings(missing=(Missing(
                family="nodejs", reason=reason, remedy=REMEDY, warn=True
            ),))  # fmt: skip
    if found:
        return Findings(toolchains=tuple(found.values()))
    reason = "Node.js was not found, so there are no JavaScript kinds."
    return Findings(missing=(Missing(family="nodejs", reason=reason, remedy=REMEDY, warn=True),))


def others() -> list[str]:
    """Programs of Node's names in the usual places and on the search path."""
    folders = [*map(os.path.expanduser, _PLACES), *os.environ.get("PATH", "").split(os.pathsep)]
    places = {
        os.path.realpath(path)
        for folder in filter(os.path.isabs, folders)
        for path in glob.glob(f"{folder}/node*")
        if _NAME.fullmatch(os.path.basename(path)) and os.access(path, os.X_OK)
    }
    return sorted(places)


def toolchain(answer: list[str], premise: Premise) -> Toolchain | None:
    """Understand Node's answer: its version and its program; None if it is too old."""
    if len(answer) != 2:
        return None
    version, real = answer[0].lstrip("v"), os.path.realpath(answer[1])
    major = version.partition(".")[0]
    if not major.isdigit() or int(major) < OLDEST:
        return None
    return Toolchain(
        kind=f"nodejs:{major}",
        version=version,
        executable=real,
        trees=probing.own_trees(real),
        launcher=premise.launchers / "nodejs" / "launcher.cjs",
        start=Program(command=Start(real), sized=True),
        stem_cells=1,
        exhaustion=b"heap out of memory",
        takes_several=True,
    )


class Start:
    """The command that starts a launcher; the heap's bound follows the memory limit."""

    def __init__(self, executable: str) -> None:
        self._executable = executable

    def __call__(self, launcher: str, memory_mb: int) -> list[str]:
        """Program and arguments."""
        heap = f"--max-old-space-size={int(memory_mb * _HEAP_SHARE)}"
        return [self._executable, heap, launcher]


LANGUAGE = Language(family="nodejs", find=find)
