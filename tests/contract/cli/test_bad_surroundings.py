"""What surrounds ``wsk`` goes wrong: every case is one sentence, the right code, no traceback.

Real processes and real sockets.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.contract.cli.controller import KEY, Controller
from tests.contract.cli.sockets import Misbehaving, head_of, misbehaving
from tests.waiting import DEADLINE_S

PROGRAM = [sys.executable, "-m", "whisk_cli"]
ROOT = Path(__file__).parents[3]
NOBODY = 65534
LISTING = ("trigger", "list")
DOING = "error: Unable to obtain the list of triggers for namespace 'default': "
HINT = "Run 'wsk --help' for usage.\n"


class Person:
    """Somebody who runs ``wsk`` with a home directory of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "WHISK_AUTH": KEY,
            "PYTHONPATH": str(ROOT),
        }

    def begin(
        self, address: str, *tokens: str, stdout: int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        environment = {**self.environment, "WHISK_APIHOST": address}
        return subprocess.Popen(
            [*PROGRAM, *tokens],
            env={name: value for name, value in environment.items() if value},
            cwd=self.home,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, address: str, *tokens: str) -> tuple[int, str, str]:
        process = self.begin(address, *tokens)
        out, err = process.communicate(timeout=DEADLINE_S)
        return process.returncode, out, err


@pytest.fixture
def person(tmp_path: Path) -> Person:
    home = tmp_path / "home"
    home.mkdir()
    return Person(home)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


class TestTheServer:
    def test_nobody_listens(self, person: Person) -> None:
        address = f"http://127.0.0.1:{_free_port()}"
        assert person.run(address, *LISTING) == (
            3,
            "",
            f"{DOING}Unable to reach the API host {address}: connection refused. "
            "Check that the platform runs and that the port is right.\n",
        )

    def test_the_name_is_not_known(self, person: Person) -> None:
        code, out, err = person.run("no-such-host.invalid", *LISTING)
        assert (code, out, err.count("\n")) == (3, "", 1)
        assert err.startswith(f"{DOING}Unable to reach the API host https://no-such-host.invalid: ")

    def test_it_speaks_no_tls(self, person: Person, controller: Controller) -> None:
        address = controller.address.replace("http://", "https://")
        code, out, err = person.run(address, *LISTING)
        assert (code, out, err.count("\n")) == (3, "", 1)
        assert "TLS failed: " in err
        assert err.endswith("If the host speaks plain http, begin it with http://.\n")

    def test_it_speaks_no_http(self, person: Person) -> None:
        def behave(peer: socket.socket, server: Misbehaving) -> None:
            head_of(peer)
            peer.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

        with misbehaving(behave) as server:
            assert person.run(server.address, *LISTING) == (
                3,
                "",
                f"{DOING}Unable to reach the API host {server.address}: the answer is not HTTP. "
                "Check the scheme (http or https) and the port.\n",
            )

    @pytest.mark.parametrize(
        ("sent", "reason"),
        [
            (b"", "the connection was closed before an answer came."),
            (
                b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{",
                "the connection was closed in the middle of the answer.",
            ),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[{",
                "the connection was closed in the middle of the answer.",
            ),
        ],
    )
    def test_it_cuts_the_connection(self, person: Person, sent: bytes, reason: str) -> None:
        def behave(peer: socket.socket, server: Misbehaving) -> None:
            head_of(peer)
            peer.sendall(sent)

        with misbehaving(behave) as server:
            assert person.run(server.address, "--debug", *LISTING)[:2] == (3, "")
        with misbehaving(behave) as server:
            code, out, err = person.run(server.address, *LISTING)
            assert (code, out) == (3, "")
            assert err == f"{DOING}Unable to reach the API host {server.address}: {reason}\n"

    @pytest.mark.parametrize(
        "command",
        [
            LISTING,
            ("action", "get", "a"),
            ("action", "invoke", "a", "-r"),
            ("trigger", "fire", "t"),
            ("property", "get"),
        ],
    )
    def test_a_proxy_answers_with_a_page(
        self, person: Person, controller: Controller, command: Sequence[str]
    ) -> None:
        page = (("Content-Type", "text/html; charset=utf-8"),)
        for target in (
            "GET namespaces/_/triggers?limit=30&skip=0",
            "GET namespaces/_/actions/a?code=false",
            "POST namespaces/_/actions/a?blocking=true&result=true",
            "POST namespaces/_/triggers/t",
            "GET /api/v1",
            "GET namespaces",
        ):
            controller.answer(target, b"<html>Please log in</html>", headers=page)
        code, _, err = person.run(controller.address, *command)
        assert code == 3
        assert (
            f"{controller.address} answered with a web page instead of JSON. "
            "Is it the API host, or does a proxy answer in its place?" in err
        )

    def test_the_key_is_wrong(self, person: Person, controller: Controller) -> None:
        target = "GET namespaces/_/triggers?limit=30&skip=0"
        controller.refuse(target, 401, "The supplied authentication is invalid")
        assert person.run(controller.address, *LISTING) == (
            145,
            "",
            f"{DOING}The supplied authentication is invalid (code tid)\n",
        )

    def test_it_takes_its_time(self, person: Person) -> None:
        """There is no limit on how long an answer may take, nor on the pauses within it."""

        def behave(peer: socket.socket, server: Misbehaving) -> None:
            head_of(peer)
            for piece in (b"HTTP/1.1 200 OK\r\n", b"Content-Length: 2\r\n\r\n", b"[", b"]"):
                server.over.wait(0.1)
                peer.sendall(piece)

        with misbehaving(behave) as server:
            assert person.run(server.address, *LISTING) == (0, "triggers\n", "")


def _silent(peer: socket.socket, server: Misbehaving) -> None:
    peer.recv(1)
    server.now()


def _in_the_middle(peer: socket.socket, server: Misbehaving) -> None:
    head_of(peer)
    peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{"name": "half')
    server.now()


def _in_the_head(peer: socket.socket, server: Misbehaving) -> None:
    head_of(peer)
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-")
    server.now()


class TestCtrlC:
    @pytest.mark.parametrize(
        ("scheme", "behave"),
        [
            pytest.param("https", _silent, id="during the TLS handshake"),
            pytest.param("http", _silent, id="before the answer"),
            pytest.param("http", _in_the_head, id="in the head of the answer"),
            pytest.param("http", _in_the_middle, id="in the middle of the answer"),
        ],
    )
    def test_nothing_is_half_printed(
        self,
        person: Person,
        scheme: str,
        behave: Callable[[socket.socket, Misbehaving], None],
    ) -> None:
        with misbehaving(behave) as server:
            process = person.begin(server.address.replace("http", scheme), *LISTING)
            assert server.reached.wait(DEADLINE_S)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=DEADLINE_S)
            assert (process.returncode, out, err) == (130, "", "")

    def test_while_the_reader_does_not_read(self, person: Person, controller: Controller) -> None:
        lines = [f"line {number} " + "x" * 100 for number in range(20_000)]
        controller.answer("GET namespaces/_/activations/a/logs", {"logs": lines})
        process = person.begin(controller.address, "activation", "logs", "a")
        with process:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("line 0 ")
            process.send_signal(signal.SIGINT)
            assert process.wait(DEADLINE_S) == 130

    def test_while_modules_are_loaded(self, person: Person) -> None:
        (person.home / "email").mkdir()
        (person.home / "email" / "__init__.py").write_text("raise KeyboardInterrupt\n")
        person.environment["PYTHONPATH"] = f"{person.home}:{ROOT}"
        assert person.run("http://127.0.0.1:1", *LISTING) == (130, "", "")


class TestTheOutput:
    @pytest.mark.parametrize("tokens", [("namespace", "list"), ("--version",), ("--help",)])
    def test_a_full_disk_is_told(
        self, person: Person, controller: Controller, tokens: Sequence[str]
    ) -> None:
        controller.answer("GET namespaces", ["guest"])
        full = os.open("/dev/full", os.O_WRONLY)
        try:
            process = person.begin(controller.address, *tokens, stdout=full)
            _, err = process.communicate(timeout=DEADLINE_S)
        finally:
            os.close(full)
        assert (process.returncode, err) == (
            1,
            "error: The output cannot be written: No space left on device.\n",
        )

    @pytest.mark.parametrize("tokens", [("--version",), ("--help",), ("namespace", "list")])
    def test_a_reader_who_has_left_ends_it_quietly(
        self, person: Person, controller: Controller, tokens: Sequence[str]
    ) -> None:
        controller.answer("GET namespaces", ["guest"])
        reading, writing = os.pipe()
        os.close(reading)
        try:
            process = person.begin(controller.address, *tokens, stdout=writing)
            _, err = process.communicate(timeout=DEADLINE_S)
        finally:
            os.close(writing)
        assert (process.returncode, err) == (141, "")


class TestTheProfile:
    def test_garbage_is_no_profile(self, person: Person) -> None:
        profile = person.home / ".wskprops"
        profile.write_bytes(bytes(range(256)) * 4)
        assert person.run("", *LISTING) == (
            1,
            "",
            "error: The API host is not valid: An API host must be provided. "
            f"The file '{profile}' has no line APIHOST=HOST.\n\n{HINT}",
        )

    def test_garbage_beside_what_is_needed_does_no_harm(
        self, person: Person, controller: Controller
    ) -> None:
        garbage = bytes(range(1, 256)).replace(b"\n", b"")
        (person.home / ".wskprops").write_bytes(
            garbage + b"\nAPIHOST=" + controller.address.encode() + b"\n\x00\xff\n"
        )
        controller.answer("GET namespaces/_/triggers?limit=30&skip=0", [])
        assert person.run("", *LISTING) == (0, "triggers\n", "")

    def test_a_directory_is_no_profile(self, person: Person) -> None:
        (person.home / ".wskprops").mkdir()
        for command in (LISTING, ("property", "set", "--apihost", "http://h")):
            code, out, err = person.run("", *command)
            assert (code, out) == (1, "")
            assert err == (
                "error: Unable to access configuration properties: cannot read "
                f"'{person.home}/.wskprops': Is a directory\n"
            )


@pytest.mark.skipif(os.getuid() != 0, reason="run as root: it becomes a user who may write nothing")
class TestWithoutRights:
    """As a user to whom nothing here belongs."""

    def _run(self, person: Person, *tokens: str, user: int = NOBODY) -> tuple[int, str, str]:
        # The interpreter itself may be where only root may look, so rights go away after loading.
        code = (
            "import os, sys; from whisk_cli.main import main; "
            "from whisk_cli import program, registry; "
            "[registry.find(n) for n in ('property', 'action', 'sdk')]; "
            "import importlib, pkgutil, whisk_cli.commands.property as p, "
            "whisk_cli.commands.action as a, whisk_cli.commands.sdk as s; "
            "[importlib.import_module(f'{k.__name__}.{m.name}') for k in (p, a, s)"
            " for m in pkgutil.iter_modules(k.__path__)]; "
            "import whisk_cli.client.api, tempfile, ssl, encodings.idna; "
            f"os.setgroups([]); os.setgid({user}); os.setuid({user}); sys.exit(main())"
        )
        finished = subprocess.run(
            [sys.executable, "-c", code, *tokens],
            env=person.environment,
            cwd=person.home,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        return finished.returncode, finished.stdout, finished.stderr

    @pytest.fixture(autouse=True)
    def _reachable(self, person: Person) -> None:
        for folder in (person.home, *person.home.parents):
            if folder.stat().st_uid == os.getuid() and folder != Path("/"):
                folder.chmod(folder.stat().st_mode | 0o055)

    def test_a_profile_that_may_not_be_read_is_named(self, person: Person) -> None:
        profile = person.home / ".wskprops"
        profile.write_text("APIHOST=http://h\n")
        profile.chmod(0o600)
        assert self._run(person, "property", "get", "--apihost") == (
            1,
            "",
            "error: Unable to access configuration properties: cannot read "
            f"'{profile}': Permission denied\n",
        )

    def test_a_home_that_may_not_be_written_is_named(self, person: Person) -> None:
        assert self._run(person, "property", "set", "--apihost", "http://h") == (
            1,
            "",
            f"error: Unable to write '{person.home}/.wskprops': Permission denied\n",
        )

    def test_a_user_whom_the_system_does_not_list_needs_no_home(self, person: Person) -> None:
        """As in many containers."""
        del person.environment["HOME"]
        code, out, err = self._run(person, "action", "list", user=54321)
        assert (code, out) == (1, "")
        assert err.startswith("error: The API host is not valid: An API host must be provided.\n")

    def test_reading_needs_no_right_to_write(self, person: Person, controller: Controller) -> None:
        person.environment["WHISK_APIHOST"] = controller.address
        controller.answer("GET namespaces/_/actions?limit=30&skip=0", [])
        assert self._run(person, "action", "list") == (0, "actions\n", "")

    def test_code_that_cannot_be_saved_is_named(
        self, person: Person, controller: Controller
    ) -> None:
        person.environment["WHISK_APIHOST"] = controller.address
        code = {"kind": "nodejs:20", "code": "x"}
        controller.answer("GET namespaces/_/actions/a?code=true", {"name": "a", "exec": code})
        assert self._run(person, "action", "get", "a", "--save") == (
            2,
            "",
            f"error: Cannot create file 'a.js': Permission denied\n{HINT}",
        )

    def test_a_completion_script_that_cannot_be_written_is_named(self, person: Person) -> None:
        code, out, err = self._run(person, "sdk", "install", "bashauto")
        assert (code, out) == (1, "")
        assert "Permission denied" in err
        assert "Traceback" not in err


def test_a_working_directory_that_is_gone_is_no_crash(
    person: Person, controller: Controller, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    controller.answer("GET namespaces/_/triggers?limit=30&skip=0", [])
    person.environment["WHISK_APIHOST"] = controller.address
    command = f'cd "{gone}" && rmdir "{gone}" && exec "{sys.executable}" -m whisk_cli trigger list'
    finished = subprocess.run(
        [shutil.which("sh") or "sh", "-c", command],
        env=person.environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "triggers\n", "")
