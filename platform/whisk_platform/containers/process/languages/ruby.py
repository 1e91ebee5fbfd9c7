"""Ruby: the interpreters on the search path; each sandbox starts the program."""

from __future__ import annotations

import os

from whisk_platform.containers.process.languages import probing
from whisk_platform.containers.process.languages.language import (
    Findings,
    Language,
    Missing,
    Premise,
    Program,
    Toolchain,
)

OLDEST = (3, 0)
REMEDY = "Install Ruby 3 (Debian: apt install ruby) and start again."
_NAMES = ["ruby", *(f"ruby3.{minor}" for minor in range(9, -1, -1))]
_ASK = (
    "c = RbConfig::CONFIG; puts [RUBY_VERSION, RbConfig.ruby, c['libdir'], c['rubylibdir'],"
    " c['rubyarchdir'], c['sitedir'].to_s].inspect"
)


def find(premise: Premise) -> Findings:
    """The ``ruby`` of the search path first, then those with a version in their name."""
    found: dict[str, Toolchain] = {}
    for program in probing.on_search_path(_NAMES):
        if os.path.realpath(program) in found:
            continue
        command = [program, "--disable=gems", "-rrbconfig", "-e", _ASK]
        answer = probing.strings(probing.answer(command))
        one = toolchain(answer, premise) if answer is not None else None
        if one is not None:
            found.setdefault(one.executable, one)
    if found:
        return Findings(toolchains=tuple(found.values()))
    missing = Missing(family="ruby", reason="Ruby 3 was not found.", remedy=REMEDY)
    return Findings(missing=(missing,))


def toolchain(answer: list[str], premise: Premise) -> Toolchain | None:
    """Understand Ruby's answer; None if it is too old.

    Args:
        answer: version, program, and the folders of its libraries.
        premise: of the detection.
    """
    if len(answer) != 6:
        return None
    version, binary, *folders = answer
    numbers = version.split(".")
    if len(numbers) < 2 or not all(part.isdigit() for part in numbers[:2]):
        return None
    if (int(numbers[0]), int(numbers[1])) < OLDEST:
        return None
    real = os.path.realpath(binary)
    trees = {*probing.own_trees(real), *folders} - {""}
    return Toolchain(
        kind=f"ruby:{numbers[0]}.{numbers[1]}",
        version=version,
        executable=real,
        trees=tuple(sorted(path for path in trees if _is_needed(path))),
        launcher=premise.launchers / "ruby" / "launcher.rb",
        start=Program(command=Start(real)),
    )


class Start:
    """The command that starts a launcher."""

    def __init__(self, executable: str) -> None:
        self._executable = executable

    def __call__(self, launcher: str, memory_mb: int) -> list[str]:
        """Program and arguments; RubyGems is loaded when an action asks for it."""
        return [self._executable, "--disable=gems", launcher]


def _is_needed(path: str) -> bool:
    """Whether a folder exists and is no part of what every sandbox shows."""
    return not path.startswith("/usr/") and path != "/usr" and os.path.isdir(path)


LANGUAGE = Language(family="ruby", find=find)
