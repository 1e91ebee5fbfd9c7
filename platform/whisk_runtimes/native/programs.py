"""Starts an action's own program and talks with it, in whichever of the two ways it speaks.

Loaded by ``launcher.py`` by path; imports nothing of ours.

Source: contracts rest-api §8.5, §8.6; apache/openwhisk-runtime-docker ``core/actionProxy`` for the
one-shot form: the arguments as the one argument, or on standard input where they are too long for
a command line; the last line of standard output is the result, what comes before it is the log.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST_ARGUMENT = 131_071
"""Bytes that the kernel takes as one argument."""
ACK_SECONDS = 0.05
"""How long a program that stays may take to say that it is ready; it may also say nothing."""
SHOWN = 200
_SCANNED = 16 << 20
_ACKS = b"__OW_WAIT_FOR_ACK"
"""Whoever asks for this says that it is ready."""
_MARKS = (_ACKS, b">&3", b"/dev/fd/3", b"/proc/self/fd/3", b"fdopen(3", b"write(3,")
_DOUBT_SECONDS = 1.0
"""How long a first line that looks like a sign of readiness may be followed by the answer."""
_TAIL_LIMIT = 64 << 20
_raw = json.JSONDecoder().raw_decode


class Unusable(Exception):
    """The program cannot be started, or did not do what a program of its form does."""


def split(payload: bytes) -> tuple[bytes, dict[str, Any]]:
    """Split the body of ``POST /run``.

    Args:
        payload: UTF-8 JSON.

    Returns:
        The arguments as they came, every digit of them, and the other members.
    """
    text = payload.decode("utf-8", "surrogatepass")
    before = '{"value":'
    if text.startswith(before):
        try:
            _, end = _raw(text, len(before))
            rest = text[end:].lstrip()
            others = json.loads("{" + rest[1:] if rest.startswith(",") else "{" + rest)
            return text[len(before) : end].encode("utf-8", "surrogatepass"), others
        except (ValueError, RecursionError):
            pass
    request = json.loads(text)
    value = request.pop("value", None)
    return json.dumps({} if value is None else value).encode(), request


def is_document(text: bytes) -> bool:
    """Whether a result is a JSON object or array."""
    if text[:1] not in (b"{", b"["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def command_of(program: str) -> list[str]:
    """How to start a file: as a program, or as a shell script where it has no first line.

    Args:
        program: its path; it is made executable where that is allowed.

    Raises:
        Unusable: it is for another machine, or its interpreter is not there.
    """
    with open(program, "rb") as file:
        head = file.read(512)
    if not os.access(program, os.X_OK):
        os.chmod(program, 0o755)
    if head[:4] == b"\x7fELF":
        with open(sys.executable or "/proc/self/exe", "rb") as own:
            if own.read(20)[18:20] != head[18:20]:
                raise Unusable("The program 'exec' is made for another processor.")
        return [program]
    if head[:2] == b"#!":
        line = head[2:].partition(b"\n")[0]
        if line.endswith(b"\r"):
            raise Unusable("The script 'exec' has line ends of Windows: save it with Unix ones.")
        words = line.decode("utf-8", "replace").split()
        env = bool(words) and os.path.basename(words[0]) == "env"
        wanted = next((w for w in words[1:] if not w.startswith("-")), "") if env else ""
        name = wanted if env else (words[0] if words else "")
        if not name or not (shutil.which(name) if env else os.path.exists(name)):
            raise Unusable(f"The script's interpreter '{name}' is not on this machine.")
        return [program]
    if b"\0" in head:
        raise Unusable("The file 'exec' is neither a program for this machine nor a script.")
    return ["/bin/sh", program]


def shown_form(program: str) -> tuple[bool, bool]:
    """What a program's text tells.

    Args:
        program: its path.

    Returns:
        Whether it answers on descriptor 3, and whether it says there first that it is ready.
    """
    with open(program, "rb") as file:
        text = file.read(_SCANNED)
    return any(mark in text for mark in _MARKS), _ACKS in text


def is_ack(line: bytes) -> bool:
    """Whether a line may be the sign of readiness; it may also be an answer."""
    return b"".join(line.split()) == b'{"ok":true}'


class Ends:
    """Becomes readable when a child has ended; a sandbox may not open process descriptors."""

    def __init__(self) -> None:
        self.descriptor, writing = os.pipe()
        os.set_blocking(self.descriptor, False)
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def clear(self) -> None:
        """Forget what has been told."""
        while _read(self.descriptor):
            pass


class Child:
    """A started program with its standard output, and descriptor 3, in our hands."""

    def __init__(
        self, command: list[str], environment: dict[str, str], ends: Ends, stdin: int | None
    ) -> None:
        self._ends = ends
        self.ended = ends.descriptor
        """Readable when it may have ended."""
        inner_output, inner_answers = -1, -1
        self.output, inner_output = os.pipe()
        self.answers, inner_answers = os.pipe()
        inner_input, self.input = os.pipe() if stdin is None else (stdin, -1)
        actions = [
            (os.POSIX_SPAWN_DUP2, inner_input, 0),
            (os.POSIX_SPAWN_DUP2, inner_output, 1),
            (os.POSIX_SPAWN_DUP2, inner_answers, 3),
        ]
        try:
            self.pid = os.posix_spawn(
                command[0], command, environment, file_actions=actions,
                setsigdef=[signal.SIGPIPE],
            )  # fmt: skip
        except OSError as error:
            raise Unusable(f"The program cannot be started: {error.strerror}.") from error
        finally:
            for descriptor in (inner_input, inner_output, inner_answers):
                os.close(descriptor)
        for descriptor in (self.output, self.answers):
            os.set_blocking(descriptor, False)
        self.status: int | None = None

    def close(self) -> None:
        """Let go of everything; reaps the program when it has ended."""
        for descriptor in (self.output, self.answers, self.input):
            if descriptor >= 0:
                os.close(descriptor)
        self.input = -1

    def over(self) -> bool:
        """Whether it has ended; ``status`` is then its exit status, or minus a signal's number."""
        if self.status is None:
            self._ends.clear()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None


def _read(descriptor: int) -> bytes | None:
    """What is there now; None when nothing is, empty at the end."""
    try:
        return os.read(descriptor, 65536)
    except BlockingIOError:
        return None


def _write(descriptor: int, rest: memoryview) -> memoryview:
    """Write what fits; nothing is left when nobody reads any more."""
    try:
        return rest[os.write(descriptor, rest) :]
    except BlockingIOError:
        return rest
    except BrokenPipeError:
        return rest[:0]


class Native:
    """An action's program."""

    def __init__(self, program: str, show: Callable[[bytes], None]) -> None:
        self._command = command_of(program)
        self._ends = Ends()
        self._show = show
        self._child: Child | None = None
        self._line = b""
        self._acked = False
        """Whether the first line on 3 has been seen."""
        self._held = bytearray()
        """What may be the last line."""
        self._searched = 0
        """Up to where it holds no end of a line but its own."""
        loop, self._acks = shown_form(program)
        self._form = "loop" if loop else ""
        """``loop``, ``once``, or empty as long as that is not known."""
        if self._form:
            self._child = self._start_loop([])

    def run(self, request: bytes, value: bytes) -> bytes:
        """Run once.

        Args:
            request: the body of ``POST /run``.
            value: the arguments.

        Returns:
            One line that should be JSON.

        Raises:
            EOFError: a program that stays has ended.
            Unusable: it cannot be started, or printed nothing.
        """
        if self._form == "loop":
            if self._child is None:
                raise EOFError("The program has ended.")
            self._discard_output(self._child)
            return self._ask(self._child, request)
        if self._form == "once" or len(value) > LONGEST_ARGUMENT:
            return self._once(value)
        return self._find_out(request, value)

    # -- a program that stays --------------------------------------------------------------------

    def _start_loop(self, arguments: list[str]) -> Child:
        environment = {**os.environ, "__OW_WAIT_FOR_ACK": "1"}
        child = Child([*self._command, *arguments], environment, self._ends, None)
        if not self._await_ack(child) and child.over():
            self._forward(child)
            child.close()
            raise Unusable(
                f"The program ended with status {child.status} before it was asked anything."
            )
        return child

    def _await_ack(self, child: Child) -> bool:
        """Wait for the sign that it is ready, which may never come."""
        end = time.monotonic() + ACK_SECONDS
        while (left := end - time.monotonic()) > 0:
            ready = select.select([child.answers, child.output, child.ended], [], [], left)[0]
            if child.answers in ready and self._next_line(child) is not None:
                self._acked = True
                return True
            if child.ended in ready and child.over():
                return False
            if child.output in ready and not self._keep_output(child):
                time.sleep(0.001)
        return False

    def _ask(self, child: Child, request: bytes) -> bytes:
        rest = memoryview(request.replace(b"\n", b" ") + b"\n")
        os.set_blocking(child.input, False)
        poll = select.poll()
        poll.register(child.input, select.POLLOUT)
        poll.register(child.answers, select.POLLIN)
        poll.register(child.output, select.POLLIN)
        poll.register(child.ended, select.POLLIN)
        while not child.over():
            events = {descriptor for descriptor, _ in poll.poll()}
            if child.input in events:
                rest = _write(child.input, rest)
                if not rest:
                    poll.unregister(child.input)
            if child.output in events and not self._forward(child):
                poll.unregister(child.output)
            line = self._answer_line(child, bool(rest)) if child.answers in events else None
            if line is not None:
                self._forward(child)
                return line
        return self._last_answer(child)

    def _last_answer(self, child: Child) -> bytes:
        """The program has ended: perhaps it answered just before."""
        line = self._next_line(child)
        self._forward(child)
        child.close()
        self._child = None
        if line is None:
            raise EOFError("The program has ended.")
        return line

    def _answer_line(self, child: Child, asking: bool) -> bytes | None:
        """The next line that is an answer: a late sign of readiness is none.

        Args:
            child: the program.
            asking: whether a part of the request has not been sent yet, so that it cannot answer.
        """
        line = self._next_line(child)
        if line is None or self._acked:
            return line
        self._acked = True
        if not is_ack(line):
            return line
        if self._acks or asking:
            return self._next_line(child)
        if not self._line:
            select.select([child.answers, child.ended], [], [], _DOUBT_SECONDS)
            data = _read(child.answers)
            if not data:
                return line
            self._line = data
        return self._next_line(child)

    def _next_line(self, child: Child) -> bytes | None:
        while b"\n" not in self._line:
            data = _read(child.answers)
            if not data:
                return None
            self._line += data
        line, _, self._line = self._line.partition(b"\n")
        return line

    # -- a program that runs once ----------------------------------------------------------------

    def _once(self, value: bytes) -> bytes:
        self._form = "once"
        if len(value) <= LONGEST_ARGUMENT:
            null = os.open(os.devnull, os.O_RDONLY)
            child = Child([*self._command, os.fsdecode(value)], dict(os.environ), self._ends, null)
            os.close(child.answers)
            child.answers = -1
            return self._result_of(child)
        child = Child(self._command, dict(os.environ), self._ends, None)
        return self._result_of(child, value)

    def _result_of(self, child: Child, stdin: bytes = b"") -> bytes:
        rest = memoryview(stdin)
        poll = select.poll()
        poll.register(child.output, select.POLLIN)
        poll.register(child.ended, select.POLLIN)
        if rest:
            os.set_blocking(child.input, False)
            poll.register(child.input, select.POLLOUT)
        while not child.over():
            events = {descriptor for descriptor, _ in poll.poll()}
            if child.input >= 0 and child.input in events:
                rest = _write(child.input, rest)
                if not rest:
                    poll.unregister(child.input)
                    os.close(child.input)
                    child.input = -1
            if child.output in events and not self._keep_output(child):
                poll.unregister(child.output)
        return self._last_line(child)

    def _last_line(self, child: Child) -> bytes:
        while self._keep_output(child):
            pass
        status = child.status or 0
        child.close()
        if child is self._child:
            self._child = None
        result = self._take_output().strip()
        if not result:
            end = f"status {status}" if status >= 0 else f"signal {-status}"
            raise Unusable(f"The program ended with {end} and printed no result.")
        return result

    # -- not known yet ---------------------------------------------------------------------------

    def _find_out(self, request: bytes, value: bytes) -> bytes:
        """Start it in both ways at once: what it does first shows which one it is."""
        environment = {**os.environ, "__OW_WAIT_FOR_ACK": "1"}
        child = Child([*self._command, os.fsdecode(value)], environment, self._ends, None)
        self._child = child
        self._await_ack(child)
        line = memoryview(request.replace(b"\n", b" ") + b"\n")
        os.set_blocking(child.input, False)
        poll = select.poll()
        for descriptor in (child.output, child.answers, child.ended):
            poll.register(descriptor, select.POLLIN)
        poll.register(child.input, select.POLLOUT)
        while not child.over():
            events = {descriptor for descriptor, _ in poll.poll()}
            if child.input in events:
                line = _write(child.input, line)
                if not line:
                    poll.unregister(child.input)
            if child.output in events and not self._keep_output(child):
                poll.unregister(child.output)
            if child.answers in events:
                answer = self._answer_line(child, bool(line))
                if answer is not None:
                    self._form = "loop"
                    self._release_output()
                    self._forward(child)
                    return answer
                if _read(child.answers) == b"":
                    poll.unregister(child.answers)
        return self._settled(child)

    def _settled(self, child: Child) -> bytes:
        answer = self._next_line(child)
        if answer is not None:  # it answered on 3 and ended, as a loop of one round does
            self._form = "loop"
            self._release_output()
            self._forward(child)
            child.close()
            self._child = None
            return answer
        self._form = "once"
        return self._last_line(child)

    # -- standard output -------------------------------------------------------------------------

    def _keep_output(self, child: Child) -> bool:
        """Show all but the last line; False when nothing was there."""
        data = _read(child.output)
        if not data:
            return False
        held = self._held
        held += data
        if data.strip():
            end = len(held) - (len(data) - len(data.rstrip()))
            cut = held.rfind(b"\n", self._searched, end) + 1
            if cut:
                self._show(bytes(held[:cut]))
                del held[:cut]
            self._searched = end - cut
        if len(held) > _TAIL_LIMIT:
            raise Unusable(f"The program printed a line of more than {_TAIL_LIMIT >> 20} MB.")
        return True

    def _take_output(self) -> bytes:
        held, self._held, self._searched = bytes(self._held), bytearray(), 0
        return held

    def _release_output(self) -> None:
        held = self._take_output()
        if held:
            self._show(held)

    def _forward(self, child: Child) -> bool:
        """Show everything that is there; False at the end of it."""
        self._release_output()
        while data := _read(child.output):
            self._show(data)
        return data is None

    def _discard_output(self, child: Child) -> None:
        """What came between two runs belongs to none."""
        self._take_output()
        while _read(child.output):
            pass
