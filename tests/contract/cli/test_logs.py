"""``wsk logs``: what was printed, what is printed now, and what can go wrong meanwhile."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contract.cli.controller import KEY, Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok
from tests.contract.cli.sockets import Misbehaving, head_of, misbehaving
from tests.contract.cli.streamer import OPENING, STAYS, event, told
from tests.waiting import DEADLINE_S

START = 4_102_444_800_000
"""After any time at which following can begin."""
LIST = "GET namespaces/_/activations?docs=true&limit=30&skip=0"
WATCH = "activations?watch=true&events=start%2Clog%2Cend&limit=1&docs=true"
ROOT = Path(__file__).parents[3]


def _stamped(text: str, stream: str = "stdout") -> str:
    return f"2026-01-02T03:04:05.678Z {stream}: {text}"


def _record(number: int, *texts: str, name: str = "a", status: str = "success") -> dict[str, Any]:
    path = f"guest/{name}"
    return {
        "namespace": "guest",
        "name": path.rpartition("/")[2],
        "activationId": f"{number:032x}",
        "start": START + number,
        "end": START + number + 1,
        "response": {"status": status},
        "logs": [_stamped(text) for text in texts],
        "annotations": [{"key": "path", "value": path}, {"key": "kind", "value": "python:3"}],
    }


def _shown(*texts: str, name: str = "a") -> str:
    return "".join(f"{name} {_stamped(text)}\n" for text in texts)


def _begun(number: int, identifier: int, name: str = "a") -> bytes:
    data = {
        "activationId": f"{number:032x}", "namespace": "guest", "name": name,
        "path": f"guest/{name}", "kind": "python:3", "start": START + number,
    }  # fmt: skip
    return event("start", data, identifier)


def _printed(number: int, identifier: int, text: str) -> bytes:
    data = {"activationId": f"{number:032x}", "line": _stamped(text)}
    return event("log", data, identifier)


def _end(record: dict[str, Any], identifier: int) -> bytes:
    return event("end", record, identifier)


class TestWhatWasPrinted:
    def test_the_newest_activations_are_shown_oldest_first(
        self, wsk: Wsk, controller: Controller
    ) -> None:
        controller.answer(LIST, [_record(2, "x", name="p/b"), _record(1, "y", "")])
        assert wsk("logs") == ok(_shown("y", "") + _shown("x", name="p/b"))
        assert controller.lines == [LIST]

    def test_time_and_stream_can_be_left_out(self, wsk: Wsk, controller: Controller) -> None:
        controller.answer(LIST, [_record(1, "y", "z")])
        assert wsk("logs", "--strip") == ok("a y\na z\n")

    def test_triggers_and_sequences_are_shown_by_name_only(
        self, wsk: Wsk, controller: Controller
    ) -> None:
        fired = {**_record(1, "rule"), "annotations": [], "end": 0}
        controller.answer(LIST, [fired])
        controller.answer(LIST.replace("&skip", "&name=a&skip"), [fired])
        assert wsk("logs") == ok("")
        assert wsk("logs", "a") == ok(_shown("rule"))

    def test_several_actions_are_one_list(self, wsk: Wsk, controller: Controller) -> None:
        for name, records in (
            ("a", [_record(3, "3"), _record(1, "1")]),
            ("p%2Fb", [_record(2, "2", name="p/b")]),
        ):
            controller.answer(
                f"GET namespaces/_/activations?docs=true&limit=2&name={name}&skip=0", records
            )
        shown = _shown("2", name="p/b") + _shown("3")
        assert wsk("logs", "a", "/guest/p/b", "-l", "2") == ok(shown)

    def test_lines_are_chosen_by_what_is_in_them(self, wsk: Wsk, controller: Controller) -> None:
        """The time and the stream are not searched."""
        controller.answer(LIST, [_record(1, "error 17", "fine", "2026")])
        assert wsk("logs", "--grep", r"error \d+") == ok(_shown("error 17"))
        assert wsk("logs", "--grep", "^2026|stdout") == ok(_shown("2026"))

    def test_activations_are_chosen_by_status(self, wsk: Wsk, controller: Controller) -> None:
        """A server that does not know the filter is read to its end."""
        status = "application%20error%2Caction%20developer%20error%2Cwhisk%20internal%20error"
        records = [_record(2, "no", status="application error"), _record(1, "yes")]
        controller.answer(f"{LIST}&status={status}", records)
        every = f"GET namespaces/_/activations?docs=true&limit=200&skip=0&status={status}"
        controller.answer(every, records)
        assert wsk("logs", "--status", "error") == ok(_shown("no"))

    def test_since_reads_page_after_page(self, wsk: Wsk, controller: Controller) -> None:
        page = "GET namespaces/_/activations?docs=true&limit=200&since=5&skip={}"
        controller.answer(page.format(0), [_record(n, str(n)) for n in range(300, 100, -1)])
        controller.answer(page.format(200), [_record(n, str(n)) for n in range(100, 0, -1)])
        assert wsk("logs", "--since", "5") == ok(_shown(*map(str, range(1, 301))))
        assert wsk("logs", "--since", "5", "--count") == ok("300\n")
        assert wsk("logs", "--since", "5", "-l", "250", "--count") == ok("250\n")

    def test_every_format(self, wsk: Wsk, controller: Controller) -> None:
        controller.answer(LIST, [_record(1, "y")])
        time, identifier = "2026-01-02T03:04:05.678Z", f"{1:032x}"
        document = {
            "activationId": identifier, "name": "a", "time": time, "stream": "stdout", "line": "y",
        }  # fmt: skip
        assert json.loads(wsk("logs", "-o", "json").out) == [document]
        assert json.loads(wsk("logs", "-o", "jsonl").out) == document
        assert wsk("logs", "-o", "name").out == f"{identifier}\n"
        assert wsk("logs", "-o", "tsv").out == (
            f"time\tname\tstream\tline\tid\n{time}\ta\tstdout\ty\t{identifier}\n"
        )
        assert json.loads(wsk("logs", "--query", "[].line").out) == ["y"]
        assert wsk("logs", "-o", "table", "--no-header").out == f"{time}  a     stdout  y\n"

    def test_a_person_is_told_that_there_is_nothing(self, wsk: Wsk, controller: Controller) -> None:
        controller.answer(LIST, [])
        assert wsk("logs") == ok("")
        wsk.watched = True
        told = "No log lines in 0 activations. See 'wsk activation list'.\n"
        assert wsk("logs") == Outcome(code=0, out="", err=told)


@pytest.mark.parametrize(
    ("tokens", "sentence"),
    [
        (["--grep", "("], 'invalid argument "(" for "--grep" flag: it is no regular expression'),
        (["--since", "soon"], 'invalid argument "soon" for "--since" flag: use'),
        (["--status", "red"], 'invalid argument "red" for "--status" flag: use'),
        (["-l", "-1"], "error: '-1' for --limit is less than nothing. Use 0 or more.\n"),
        (["-l", "many"], 'invalid argument "many" for'),
        (["-f", "--count"], "error: What is followed has no end to count to"),
        (["-f", "-o", "json"], "error: 'json' needs all lines before it writes the first one."),
        (["/a/b/c/d"], "error: '/a/b/c/d' is not a valid qualified name"),
    ],
)
def test_a_mistake_is_one_sentence(wsk: Wsk, tokens: list[str], sentence: str) -> None:
    outcome = wsk("logs", *tokens)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(sentence)


def _follow(wsk: Wsk, *tokens: str) -> Outcome:
    return wsk("logs", "--follow", "--exit", "1", "--interval", "0.05", *tokens)


class TestFollowing:
    def test_lines_come_while_the_action_runs_and_none_comes_twice(self, wsk: Wsk) -> None:
        record = _record(1, "one", "two", "three")
        stream = OPENING + _begun(1, 101) + _printed(1, 102, "one") + _printed(1, 103, "two")
        with told(wsk, stream + _end(record, 104) + _end(record, 104) + STAYS) as streamer:
            assert _follow(wsk) == ok(_shown("one", "two", "three"))
        assert streamer.asked == [(WATCH, None)]

    def test_what_was_there_comes_first(self, wsk: Wsk) -> None:
        """What ends between the two is shown once."""
        listed = [_record(2, "new"), _record(1, "old")]
        stream = OPENING + _end(listed[0], 101) + _end(_record(3, "live"), 102) + STAYS
        with told(wsk, stream, listed=listed) as streamer:
            assert _follow(wsk, "-l", "2") == ok(_shown("old", "new", "live"))
        assert streamer.asked[1:] == [("activations?docs=true&limit=2&skip=0", None)]

    def test_the_server_chooses_one_action_and_several_are_chosen_here(self, wsk: Wsk) -> None:
        stream = OPENING + b"".join(
            _end(_record(n, "x", name=name), 100 + n)
            for n, name in enumerate(("a", "b", "p/a"), start=1)
        )
        with told(wsk, stream + STAYS) as streamer:
            assert _follow(wsk, "p/a") == ok(_shown("x", name="p/a"))
        assert streamer.asked == [(f"{WATCH}&name=p%2Fa", None)]
        with told(wsk, stream + STAYS) as streamer:
            assert _follow(wsk, "a", "b") == ok(_shown("x") + _shown("x", name="b"))
        assert streamer.asked == [(WATCH, None)]

    def test_with_a_status_only_ends_are_asked_for(self, wsk: Wsk) -> None:
        ends = _end(_record(1, "yes"), 101) + _end(
            _record(2, "no", status="application error"), 102
        )
        with told(wsk, OPENING + ends + STAYS) as streamer:
            assert _follow(wsk, "--status", "application") == ok(_shown("no"))
        target = "activations?watch=true&events=end&limit=1&docs=true&status=application%20error"
        assert streamer.asked == [(target, None)]

    @pytest.mark.parametrize(
        "broken", [b"", event("bye", {"reason": "stopping"}), b"event: end\nid: 999\ndata: {"]
    )
    def test_a_stream_that_breaks_off_goes_on_where_it_broke(self, wsk: Wsk, broken: bytes) -> None:
        first = OPENING + _begun(1, 101) + _printed(1, 102, "one") + broken
        second = OPENING + _end(_record(1, "one", "two"), 200) + STAYS
        with told(wsk, first, second) as streamer:
            assert _follow(wsk) == ok(_shown("one", "two"))
        assert [identifier for _, identifier in streamer.asked] == [None, "102"]

    def test_a_gap_is_told(self, wsk: Wsk) -> None:
        gap = event("gap", {"reason": "more was missed"})
        with told(wsk, OPENING + gap + STAYS):
            outcome = _follow(wsk)
        assert outcome.err == ("warning: Some lines were missed while the connection was gone.\n")

    def test_a_line_on_each_line_in_formats_for_programs(self, wsk: Wsk) -> None:
        ends = _end(_record(1, "x"), 101) + _end(_record(2, "y"), 102)
        for form, many in (("jsonl", 2), ("tsv", 3)):
            with told(wsk, OPENING + ends + STAYS):
                assert len(_follow(wsk, "-o", form).out.splitlines()) == many

    def test_another_server_is_asked_again_and_again(
        self, wsk: Wsk, controller: Controller
    ) -> None:
        """It knows of ends alone; those there were are left out."""
        controller.answer(f"GET namespaces/_/{WATCH}", [_record(1, "old")])
        controller.answer("GET namespaces/_/activations?limit=1&skip=0", [_record(1, "old")])
        since = START + 1 - 310_000
        known = f"GET namespaces/_/activations?limit=0&since={since}&skip=0"
        controller.answer(known, [_record(1, "old")])
        question = f"GET namespaces/_/activations?docs=true&limit=0&since={since}&skip=0"
        controller.answer(question, [_record(1, "old")])
        controller.answer(question, {"error": "down", "code": "1"}, status=503)
        controller.answer(question, [_record(1, "old")])
        later = question.replace(str(since), str(since + 2))
        controller.answer(question, [_record(3, "late"), _record(2, "new"), _record(1, "old")])
        controller.answer(later, [_record(3, "late"), _record(2, "new")])
        outcome = _follow(wsk)
        assert (outcome.code, outcome.out) == (0, _shown("new", "late"))
        assert outcome.err == "warning: down (code 1) Trying again.\n"

    def test_a_refused_key_ends_it(self, wsk: Wsk, controller: Controller) -> None:
        controller.otherwise = (401, "The supplied authentication is invalid")
        doing = "Unable to follow the logs of activations: "
        sentence = f"{doing}The supplied authentication is invalid (code tid)"
        assert _follow(wsk) == failed(sentence, 145)

    def test_a_proxys_page_ends_it(self, wsk: Wsk, controller: Controller) -> None:
        page = (("Content-Type", "text/html"),)
        controller.answer(f"GET namespaces/_/{WATCH}", b"<html>", headers=page)
        controller.answer(
            "GET namespaces/_/activations?limit=1&skip=0", b"<html>log in</html>", headers=page
        )
        outcome = _follow(wsk)
        assert outcome.code == 3
        assert "answered with a web page instead of JSON" in outcome.err

    def test_a_host_that_is_gone_ends_it_at_once(self, wsk: Wsk) -> None:
        with socket.create_server(("127.0.0.1", 0)) as held:
            wsk.host = f"http://127.0.0.1:{held.getsockname()[1]}"
        outcome = _follow(wsk)
        assert (outcome.code, outcome.out) == (3, "")
        assert "connection refused" in outcome.err

    def test_a_person_is_told_what_is_going_on(self, wsk: Wsk) -> None:
        wsk.watched = True
        failing = _record(1, "x", status="application error")
        with told(wsk, OPENING + _end(failing, 101) + STAYS):
            outcome = _follow(wsk)
        assert outcome.err == (
            "Showing log lines as they are printed; Ctrl-C ends it.\n"
            f"a             application error: wsk activation get {1:032x}\n"
        )


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


def _quiet(peer: socket.socket, server: Misbehaving) -> None:
    """Stream one activation, and then nothing."""
    head_of(peer)
    peer.sendall(HEAD + OPENING + _end(_record(1, "x", "y"), 101))
    server.now()


def _silent(peer: socket.socket, server: Misbehaving) -> None:
    """Take the request and never answer."""
    head_of(peer)
    server.now()


class TestTheProcess:
    @pytest.fixture(autouse=True)
    def _at_home(self, tmp_path: Path) -> None:
        self.home = tmp_path

    def _begin(self, address: str, *tokens: str, stdout: int = subprocess.PIPE) -> Any:
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "WHISK_AUTH": KEY, "TERM": "xterm",
            "PYTHONPATH": str(ROOT), "WHISK_APIHOST": address, "TZ": "UTC",
        }  # fmt: skip
        return subprocess.Popen(
            [sys.executable, "-m", "whisk_cli", *tokens],
            env=environment,
            stdout=stdout,
            stderr=subprocess.PIPE,
        )

    @pytest.mark.parametrize("tokens", [("logs", "-f"), ("activation", "watch")])
    def test_ctrl_c_ends_it_at_once_with_130(self, tokens: tuple[str, ...]) -> None:
        with misbehaving(_quiet) as server:
            process = self._begin(server.address, *tokens)
            first = process.stdout.readline()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=DEADLINE_S)
        assert (process.returncode, err) == (130, b"")
        assert first
        assert b"Traceback" not in out

    @pytest.mark.parametrize("tokens", [("logs", "-f"), ("activation", "watch"), ("logs",)])
    def test_ctrl_c_before_an_answer_ends_it_too(self, tokens: tuple[str, ...]) -> None:
        with misbehaving(_silent) as server:
            process = self._begin(server.address, *tokens)
            assert server.reached.wait(DEADLINE_S)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=DEADLINE_S)
        assert (process.returncode, out, err) == (130, b"", b"")

    @pytest.mark.parametrize("tokens", [("logs", "-f"), ("activation", "watch")])
    def test_a_reader_that_goes_away_ends_it_though_nothing_more_happens(
        self, tokens: tuple[str, ...]
    ) -> None:
        with misbehaving(_quiet) as server:
            process = self._begin(server.address, *tokens)
            assert process.stdout.readline()
            process.stdout.close()
            assert process.wait(DEADLINE_S) == 141
            assert process.stderr.read() == b""
            process.stderr.close()

    @pytest.mark.parametrize(
        ("flags", "expected"),
        [
            ((), b"\x1b[36ma           \x1b[0m  \x1b[2m03:04:05.678\x1b[0m  x\r\n"),
            (("--no-color",), b"a             03:04:05.678  x\r\n"),
        ],
    )
    def test_a_terminal_gets_columns_and_colors(
        self, controller: Controller, flags: tuple[str, ...], expected: bytes
    ) -> None:
        controller.answer(LIST, [_record(1, "x")])
        ours, theirs = pty.openpty()
        process = self._begin(controller.address, "logs", *flags, stdout=theirs)
        assert process.wait(DEADLINE_S) == 0
        os.close(theirs)
        shown = os.read(ours, 10_000)
        os.close(ours)
        process.stderr.close()
        assert shown == expected
