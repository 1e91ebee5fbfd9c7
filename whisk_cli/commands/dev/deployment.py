"""What is deployed, and what has to be: only actions whose code has changed are sent."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from whisk_cli.client import entities
from whisk_cli.client.api import Client
from whisk_cli.commands.dev.checking import complaint
from whisk_cli.errors import CliError, NetworkError, ServerError, explained
from whisk_cli.jsonvalue import JSONObject
from whisk_cli.names import qualified
from whisk_cli.render.console import Console
from whisk_cli.sources import project, source
from whisk_cli.sources.source import Code, Source

_NOT_FOUND = 404
_CONFLICT = 409


@dataclass(slots=True)
class Deployment:
    """The actions of a folder, as the server has them.

    Attributes:
        folder: The folder.
        client: The client.
        console: Where it is told.
        environment: For the programs that check code.
    """

    folder: Path
    client: Client
    console: Console
    environment: Mapping[str, str]
    _sent: dict[str, str] = field(default_factory=dict)
    _known: dict[str, Source] = field(default_factory=dict)
    _packages: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)

    @property
    def names(self) -> frozenset[str]:
        """The actions of the folder."""
        return frozenset(self._known)

    def catch_up(self, changed: set[Path] | None = None) -> bool:
        """Send what has changed.

        Args:
            changed: Paths, resolved; ``None`` for everything.

        Returns:
            Whether all of it could be sent.

        Raises:
            NetworkError: The server cannot be reached.
        """
        found = project.look(self.folder)
        for problem in found.problems:
            if problem not in self._told:
                self.console.error(problem)
        self._told = set(found.problems)
        for name in sorted(self._known.keys() - found.actions.keys()):
            self._sent.pop(name, None)
            self.console.note(f"{name} is gone from the folder, and stays deployed")
        stale = [
            each
            for name, each in found.actions.items()
            if changed is None or name not in self._known or concerns(each.path, changed)
        ]
        self._known = found.actions
        results = [self._send(each) for each in stale]
        return all(results) and not found.problems

    def _send(self, each: Source) -> bool:
        try:
            code = source.read(each)
            digest = digest_of(each, code)
            if self._sent.get(each.name) == digest:
                return True
            wrong = complaint(each, code, self.environment)
            if wrong:
                # The next change of it is looked at, even back to what is deployed.
                self._sent.pop(each.name, None)
                raise CliError(wrong)
            begin = time.monotonic()
            self._put(each, code)
        except NetworkError:
            raise
        except CliError as problem:
            self.console.error(f"{each.name} is not deployed: {problem.message}")
            return False
        took = round((time.monotonic() - begin) * 1000)
        self._sent[each.name] = digest
        self.console.ok(f"deployed {self.console.bold(each.name)} ({each.kind}, {took} ms)")
        self.console.flush()
        return True

    def _put(self, each: Source, code: Code) -> None:
        name = qualified(each.name)
        if name.package:
            self._ensure_package(name.package)
        body: JSONObject = {
            "namespace": name.namespace,
            "name": name.path,
            "exec": source.executable(each, code),
        }
        with explained(f"Unable to create action '{name.path}'"):
            entities.put(self.client, "actions", name, body, overwrite=True)

    def _ensure_package(self, package: str) -> None:
        if package in self._packages:
            return
        name = qualified(package)
        try:
            entities.get(self.client, "packages", name)
        except ServerError as problem:
            if problem.status != _NOT_FOUND:
                raise
            self._create_package(package)
        self._packages.add(package)

    def _create_package(self, package: str) -> None:
        name = qualified(package)
        body: JSONObject = {"namespace": name.namespace, "name": name.path}
        try:
            with explained(f"Unable to create package '{package}'"):
                entities.put(self.client, "packages", name, body, overwrite=False)
        except ServerError as problem:
            # Somebody else was quicker.
            if problem.status != _CONFLICT:
                raise
        else:
            self.console.ok(f"created package {self.console.bold(package)}")


def digest_of(each: Source, code: Code) -> str:
    """What an action on the server depends on, in short."""
    told = f"{each.kind}\0{each.main}\0{code.binary}\0".encode()
    return hashlib.sha256(told + code.text.encode("utf-8", "surrogatepass")).hexdigest()


def concerns(path: Path, changed: set[Path]) -> bool:
    """Whether one of the paths that changed belongs to an action.

    Args:
        path: The file or folder of the action.
        changed: Paths, resolved.
    """
    own = path.resolve()
    return any(each == own or own in each.parents or each in own.parents for each in changed)
