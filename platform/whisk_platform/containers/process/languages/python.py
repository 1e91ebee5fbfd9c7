"""Python: every interpreter that is new enough; each forks from a zygote of its own."""

from __future__ import annotations

import glob
import os
import re
from concurrent.futures import ThreadPoolExecutor

from whisk_platform.containers.process.languages import probing
from whisk_platform.containers.process.languages.language import (
    Findings,
    Forked,
    Language,
    Missing,
    Premise,
    Toolchain,
)

ISOLATED = ("-I", "-S", "-E")
"""No site packages, no user packages, no PYTHON variables."""
OLDEST = (3, 11)
_PLACES = ("/usr/bin", "/usr/local/bin", "/opt/python*/bin", "~/.pyenv/versions/*/bin")
_NAME = re.compile(r"python3(\.\d+)?")
_ASK = (
    "import json, sys, sysconfig;"
    "print(json.dumps([sys.version.split()[0], sys.prefix, sys.exec_prefix,"
    " sysconfig.get_paths()['stdlib']]))"
)
_REMEDY = "Name a working one in the settings."


def find(premise: Premise) -> Findings:
    """The interpreter of the settings or the platform's own first, then what the system has."""
    wanted = os.path.realpath(premise.chosen.get("python", premise.own_python))
    found: list[Toolchain] = []
    missing: list[Missing] = []
    places = list(dict.fromkeys([wanted, *candidates()]))
    with ThreadPoolExecutor(4, "ask-python") as threads:
        results = threads.map(lambda executable: examine(executable, premise), places)
    for executable, result in zip(places, results, strict=True):
        if isinstance(result, Toolchain):
            found.append(result)
        elif executable == wanted:
            missing.append(result)
    return Findings(toolchains=tuple(found), missing=tuple(missing))


def candidates() -> list[str]:
    """Real interpreters in the usual places and on the search path, newest names last."""
    usual = map(os.path.expanduser, _PLACES)
    folders = [*usual, *os.environ.get("PATH", "").split(os.pathsep)]
    places: set[str] = set()
    for folder in filter(os.path.isabs, folders):
        for path in glob.glob(f"{folder}/python3*"):
            real = os.path.realpath(path)
            # A version manager's shim is a script: asking it would only start another one.
            if _NAME.fullmatch(os.path.basename(path)) and _is_program(real):
                places.add(real)
    return sorted(places)


def examine(executable: str, premise: Premise) -> Toolchain | Missing:
    """Ask one interpreter."""
    answer = probing.strings(probing.answer([executable, *ISOLATED, "-c", _ASK]))
    if answer is None or len(answer) != 4:
        return Missing(
            family="python",
            reason=f"'{executable}' did not answer as a Python interpreter,"
            " so its kind is missing.",
            remedy=_REMEDY,
            warn=True,
        )
    return toolchain(executable, answer, premise, os.path.expanduser("~"))


def toolchain(
    executable: str, answer: list[str], premise: Premise, home: str
) -> Toolchain | Missing:
    """Understand an interpreter's answer.

    Args:
        executable: its real path.
        answer: version, prefix, prefix of compiled parts, folder of the standard library.
        premise: of the detection.
        home: of the user who runs the platform.
    """
    version, prefix, exec_prefix, stdlib = answer
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers < OLDEST:
        return Missing(
            family="python",
            reason=f"Python {version} at '{executable}' is too old: 3.11 is needed.",
            remedy=_REMEDY,
            warn=True,
        )
    return Toolchain(
        kind=f"python:{numbers[0]}.{numbers[1]}",
        version=version,
        executable=executable,
        trees=shown_trees((prefix, exec_prefix, os.path.dirname(executable), stdlib), home),
        launcher=premise.launchers / "python" / "launcher.py",
        start=Forked(interpreter=executable),
        stem_cells=2,
    )


def shown_trees(trees: tuple[str, ...], home: str) -> tuple[str, ...]:
    """Leave out what contains somebody's whole home; a library folder inside it does not."""
    inside = [tree for tree in set(trees) if not (home + "/").startswith(tree.rstrip("/") + "/")]
    return tuple(sorted(inside))


def _is_program(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(2) != b"#!" and os.access(path, os.X_OK)
    except OSError:
        return False


LANGUAGE = Language(family="python", find=find)
