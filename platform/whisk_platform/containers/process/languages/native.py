"""Native executables and scripts: what the image ``openwhisk/dockerskeleton`` runs.

A zygote of the platform's own Python forks the launcher, which starts the action's program.
"""

from __future__ import annotations

import os
from dataclasses import replace

from whisk_platform.containers.process.languages import python
from whisk_platform.containers.process.languages.language import (
    Findings,
    Language,
    Premise,
    Toolchain,
)

IMAGE = "openwhisk/dockerskeleton"
KIND = f"blackbox:{IMAGE}"
SYSTEM_PYTHON = "/usr/bin/python3"
"""Where every user may read it, for levels at which sandboxes have no rights."""


def find(premise: Premise) -> Findings:
    """It needs no more than the interpreter of the settings or the platform, or the system's."""
    wanted = os.path.realpath(premise.chosen.get("python", premise.own_python))
    found: list[Toolchain] = []
    for executable in dict.fromkeys((wanted, os.path.realpath(SYSTEM_PYTHON))):
        own = python.examine(executable, premise)
        if isinstance(own, Toolchain):
            launcher = premise.launchers / "native" / "launcher.py"
            found.append(replace(own, kind=KIND, launcher=launcher, stem_cells=1))
    return Findings(toolchains=tuple(found))


LANGUAGE = Language(family="blackbox", find=find)
