"""The npm package ``openwhisk``: installed once, called from Python."""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import parts

HERE = Path(__file__).parent
PACKAGE = HERE / "package.json"
VERSION: str = json.loads(PACKAGE.read_text())["dependencies"]["openwhisk"]
INSTALL_S = 240
CALL_S = 120


def installed(cache: Path) -> Path:
    """Install the client below ``cache`` unless it is there, and return its ``node_modules``.

    Test processes that want it at the same time wait for the first. Without npm, or when npm gets
    nothing from its registry, the test ends as ``parts.missing`` says.
    """
    parts.node()
    npm = parts.program("npm", "apt-get install npm")
    place = cache / f"openwhisk-{VERSION}"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "complete").exists():
            shutil.copy(PACKAGE, place)
            _install(npm, place)
            (place / "complete").touch()
    return place / "node_modules"


def _install(npm: Path, place: Path) -> None:
    command = [str(npm), "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
    try:
        finished = subprocess.run(
            [*command, "--ignore-scripts"],
            cwd=place,
            # The user's own npm settings say where packages come from; tests have another home.
            env={**os.environ, "HOME": pwd.getpwuid(os.getuid()).pw_dir},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_S,
            check=False,
        )
        told = finished.stderr.strip()[-300:] if finished.returncode else ""
    except subprocess.TimeoutExpired:
        told = f"npm has not answered within {INSTALL_S} seconds"
    if told:
        parts.missing(f"The npm package openwhisk {VERSION}", f"let npm reach a registry ({told})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Exception):
    """What the client rejected a call with."""

    name: str
    message: str
    status: int | None
    error: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The client with one set of options."""

    modules: Path
    """The ``node_modules`` that it is in."""
    apihost: str
    api_key: str

    def call(self, resource: str, verb: str, options: object = None, /, **named: object) -> Any:
        """Call ``client.<resource>.<verb>(options)`` and return what it resolves to.

        Args:
            resource: Such as ``actions``.
            verb: Such as ``create``.
            options: Given as it is; else the named ones are.
            **named: The options.

        Raises:
            Refusal: The promise was rejected.
        """
        (outcome,) = self.calls([(resource, verb, named if options is None else options)])
        if "error" in outcome:
            raise _refusal(outcome["error"])
        return outcome.get("value")

    def calls(self, calls: list[tuple[str, str, object]]) -> list[dict[str, Any]]:
        """Make several calls in one process; what each resolved to, or was rejected with."""
        told = {"client": {"apihost": self.apihost, "api_key": self.api_key}, "calls": calls}
        finished = subprocess.run(
            [parts.node(), HERE / "call.js", self.modules / "openwhisk"],
            input=json.dumps(told),
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=CALL_S,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
        return [json.loads(line) for line in finished.stdout.splitlines()]


def _refusal(error: dict[str, Any]) -> Refusal:
    return Refusal(
        name=error["name"],
        message=error["message"],
        status=error.get("statusCode"),
        error=error.get("error"),
    )
