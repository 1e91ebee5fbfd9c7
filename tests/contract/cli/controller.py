"""A controller that answers from a script and writes down what it was asked."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.waiting import DEADLINE_S

API = "/api/v1"
KEY = "23bc46b1-71f6-4ed5-8c54-816aa4f8c502:" + "x" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.target}"

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    after: threading.Event | None = None


@dataclass(slots=True)
class Controller:
    """The script and the log.

    An answer scripted several times for the same request is given in that order; the last one
    stays.
    """

    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    otherwise: tuple[int, str] | None = None
    """Status and text for what is not in the script; by default a text that names it."""
    _script: dict[str, list[Answer]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(
        self,
        request: str,
        body: object = None,
        *,
        status: int = 200,
        headers: tuple[tuple[str, str], ...] = (),
        after: threading.Event | None = None,
    ) -> None:
        """Script an answer.

        Args:
            request: Method and target; a target that begins with ``namespaces`` is below the API.
            body: Bytes as they are, anything else as JSON, ``None`` for no body.
            status: The HTTP status.
            headers: More headers.
            after: There is no answer; the connection is closed when this happens.
        """
        content = b"" if body is None else body if isinstance(body, bytes) else _dump(body)
        key = below_api(request)
        with self._lock:
            scripted = Answer(status=status, body=content, headers=headers, after=after)
            self._script.setdefault(key, []).append(scripted)

    def refuse(self, request: str, status: int, text: str, code: str = "tid") -> None:
        """Script an error as the contract has it."""
        self.answer(request, {"error": text, "code": code}, status=status)

    def take(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
            answers = self._script.get(asked.line)
            if not answers:
                status, error = self.otherwise or (418, f"not in the script: {asked.line}")
                return Answer(status=status, body=_dump({"error": error, "code": "tid"}))
            return answers.pop(0) if len(answers) > 1 else answers[0]

    @property
    def lines(self) -> list[str]:
        """The requests so far, the part before the namespace left out."""
        return [each.line.replace(f" {API}/", " ") for each in self.asked]


def below_api(request: str) -> str:
    method, target = request.split(" ", 1)
    return request if target.startswith("/") else f"{method} {API}/{target}"


def _dump(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    controller: Controller


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        answer = self.server.controller.take(asked)
        if answer.after is not None:
            answer.after.wait(DEADLINE_S)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 204:
            if "Content-Type" not in dict(answer.headers):
                self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _serve

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        pass


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[Controller]:
    """Run a controller on a free loopback port."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        scheme = "http"
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
            scheme = "https"
        server.controller = Controller(f"{scheme}://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="controller")
        thread.start()
        try:
            yield server.controller
        finally:
            server.shutdown()
            thread.join()
