"""What is measured: a standalone platform of our own, or any server that speaks the same API."""

import base64
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

from tests.bench import census
from tests.bench.cores import place
from tests.bench.generator import Target
from tests.bench.wire import Address
from tests.waiting import wait_for

GUEST = (
    "23bc46b1-71f6-4ed5-8c54-816aa4f8c502:"
    "123zO3xZCLrMN6v2BKK1dXYFpXlPkccOFqm12CdAsMgRU4VrNZ9lyGVCGuMDGIwP"
)
"""The public development key, which the platform accepts on loopback with --development-keys."""


class SubjectError(Exception):
    """The platform did not do what the benchmark asked for."""


NAMESPACE = "/api/v1/namespaces/_"
IDLE_S = 5.0
"""Longer than this no connection is trusted to be still there."""


def free_port() -> int:
    """Return a port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Subject:
    """A server with a namespace in which the benchmark may do what it likes."""

    isolation: str
    """The isolation level of its sandboxes."""

    def __init__(self, where: Address, key: str) -> None:
        """Remember a server that is ready.

        Args:
            where: Its address.
            key: ``uuid:key`` of the namespace.
        """
        self._where = where
        self._key = key
        self._used = time.monotonic()
        context = where.context()
        self._connection = (
            http.client.HTTPConnection(where.host, where.port, timeout=120)
            if context is None
            else http.client.HTTPSConnection(where.host, where.port, timeout=120, context=context)
        )

    @property
    def pid(self) -> int | None:
        """Its first process, if we may look into its tree."""
        return None

    def cpu_seconds(self) -> float:
        """Return the processor time of its whole tree so far; 0 if we may not look into it."""
        return 0.0 if self.pid is None else census.cpu_seconds(self.pid)

    def target(self, action: str) -> Target:
        """Return where one blocking invocation of an action is answered."""
        path = f"{NAMESPACE}/actions/{action}?blocking=true"
        where = self._where
        return Target(
            host=where.host,
            port=where.port,
            tls=where.tls,
            verify=where.verify,
            path=path,
            key=self._key,
        )

    def accepting(self, action: str) -> Target:
        """Return where one non-blocking invocation of an action is accepted."""
        target = self.target(action)
        return replace(target, path=target.path.removesuffix("?blocking=true"))

    def deploy(self, name: str, kind: str, code: str) -> None:
        """Create or replace an action.

        Raises:
            SubjectError: If the platform refuses it.
        """
        self.put(f"actions/{name}", {"exec": {"kind": kind, "code": code}})

    def put(self, entity: str, body: object) -> None:
        """Create or replace an entity, given as ``collection/name``.

        Raises:
            SubjectError: If the platform refuses it.
        """
        self.call("PUT", f"{entity}?overwrite=true", body)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Send one request below the namespace and return the JSON of its answer.

        Raises:
            SubjectError: If the platform refuses it.
        """
        return self._call(method, f"{NAMESPACE}/{path}", body)

    def namespace(self) -> str:
        """Return the name of the key's namespace.

        Raises:
            SubjectError: If the server refuses to tell it.
        """
        return str(self._call("GET", "/api/v1/namespaces", None)[0])

    def invoke(self, name: str) -> tuple[dict[str, Any], int]:
        """Invoke an action and wait for it.

        Returns:
            The activation record, and how long the caller waited for it in nanoseconds.

        Raises:
            SubjectError: If the action did not succeed.
        """
        started_ns = time.perf_counter_ns()
        record: dict[str, Any] = self._call("POST", self.target(name).path, {})
        waited_ns = time.perf_counter_ns() - started_ns
        return record, waited_ns

    def _call(self, method: str, path: str, body: object) -> Any:
        token = base64.b64encode(self._key.encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        text = None if body is None else json.dumps(body)
        if time.monotonic() - self._used > IDLE_S:
            self._connection.close()  # The server may have; the next request opens it again.
        self._connection.request(method, path, text, headers)
        response = self._connection.getresponse()
        content = response.read()
        try:
            answer = json.loads(content)
        except ValueError:
            raise SubjectError(f"{method} {path}: {response.status}, and no JSON") from None
        finally:
            self._used = time.monotonic()
        if response.status not in (200, 202):
            raise SubjectError(f"{method} {path}: {response.status} {answer}")
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()


class Platform(Subject):
    """One standalone platform with a state directory of its own."""

    def __init__(
        self,
        state_dir: Path,
        settings: dict[str, str] | None = None,
        cores: frozenset[int] = frozenset(),
    ) -> None:
        """Start it and wait until it is ready.

        Args:
            state_dir: Where its state is; may hold that of an earlier one.
            settings: Environment variables that change its settings.
            cores: Processor cores it stays on; empty = any.

        Raises:
            SubjectError: If it ends before it is ready.
        """
        self.state_dir = state_dir
        state_dir.mkdir(parents=True, exist_ok=True)
        (state_dir / "run.json").unlink(missing_ok=True)
        self._log = state_dir / "bench.log"
        command = [sys.executable, "-m", "whisk_platform.standalone"]
        command += ["--port", str(free_port()), "--state-dir", str(state_dir)]
        started_ns = time.perf_counter_ns()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--development-keys"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **(settings or {})},
            )
        place(self._process.pid, cores)
        self.run: dict[str, Any] = wait_for(self._running, "the platform to be ready")
        self.ready_ms = (time.perf_counter_ns() - started_ns) / 1e6
        """From the start of the process to its readiness, as a caller sees it."""
        address = urlsplit(self.run["address"])
        assert address.hostname is not None
        assert address.port is not None
        self.isolation = str(self.run["isolation"]["level"])
        super().__init__(Address(host=address.hostname, port=address.port), GUEST)

    def _running(self) -> dict[str, Any] | None:
        if self._process.poll() is not None:
            tail = self._log.read_text(errors="replace")[-2000:]
            raise SubjectError(f"the platform ended before it was ready:\n{tail}")
        try:
            found: dict[str, Any] = json.loads((self.state_dir / "run.json").read_bytes())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return found

    @property
    def pid(self) -> int:
        """The platform's process."""
        return self._process.pid

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Remote(Subject):
    """A server somewhere, which keeps nothing of what it was asked to keep here."""

    isolation = "unknown"

    def __init__(self, url: str, key: str, *, verify: bool = True) -> None:
        """Look whether it answers.

        Args:
            url: Its address, ``http://host:port`` or ``https://host:port``.
            key: ``uuid:key`` of a namespace of its own for the benchmark.
            verify: Whether a certificate must be a trusted one.

        Raises:
            SubjectError: If the address is none, or if nothing answers there.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SubjectError(f"--url {url}: give an address such as http://127.0.0.1:3233")
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 80)
        super().__init__(Address(host=parts.hostname, port=port, tls=tls, verify=verify), key)
        self._made: dict[str, None] = {}
        try:
            self.call("GET", "actions?limit=1")
        except OSError as error:
            raise SubjectError(f"--url {url}: {error}") from error

    def put(self, entity: str, body: object) -> None:
        """Create or replace an entity, and remember it for removal."""
        super().put(entity, body)
        self._made[entity] = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Delete what was created here, the latest first."""
        for entity in reversed(self._made):
            with contextlib.suppress(SubjectError, OSError):
                self.call("DELETE", quote(entity))
        self._connection.close()


def was_cold(record: dict[str, Any]) -> bool:
    """Tell whether an activation had to initialize its container."""
    return any(annotation["key"] == "initTime" for annotation in record["annotations"])
