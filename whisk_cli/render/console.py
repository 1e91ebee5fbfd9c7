"""The only way to print: stdout is data, stderr is narration and errors.

Default output is written as plain text, never wrapped, never parsed for markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from whisk_cli.errors import OutputClosed, OutputFailed
from whisk_cli.jsonvalue import JSONObject, JSONValue
from whisk_cli.render import jsontext

if TYPE_CHECKING:
    from whisk_cli.output.choice import Choice

_RESET = "\x1b[0m"
_CODES = {"bold": "\x1b[1m", "green": "\x1b[32m", "red": "\x1b[31m"}


class Console:
    """Writes to two binary streams as UTF-8; colors only if told so.

    Attributes:
        color: Whether words are colored; decided by stdout, and stderr follows.
        choice: The format that was asked for; ``None`` for the usual output.
        is_watched: Whether stderr is a terminal, where a person sees how something goes on.
        quiet: Whether success goes without saying.
        is_terminal: Whether stdout is a terminal, and not one that knows nothing but text.
    """

    def __init__(self, out: BinaryIO, err: BinaryIO, *, color: bool = False) -> None:
        self._out = out
        self._err = err
        self.color = color
        self.choice: Choice | None = None
        self.is_watched = False
        self.is_terminal = False
        self.quiet = False

    def line(self, text: str = "") -> None:
        """Write a line of data to stdout."""
        self.write(f"{text}\n")

    def ok(self, text: str, *, answer: str = "") -> None:
        """Write a success line, ``ok: `` and a text, to stdout.

        Where a format was asked for, stdout is for data alone and the line is narration.

        Args:
            text: What has been done.
            answer: What somebody wants to know who wants no such lines.
        """
        if self.quiet:
            if answer and self.choice is None:
                self.line(answer)
            return
        line = f"{self.mark} {text}"
        if self.choice is None:
            self.line(line)
        else:
            self.note(line)

    @property
    def mark(self) -> str:
        """The word that begins success lines."""
        return self._paint("green", "ok:")

    def json(self, value: JSONValue, *, sort: bool = False) -> None:
        """Write a JSON value to stdout in the style of §3.4, or in the format asked for."""
        if self.choice is None:
            self.line(jsontext.pretty(value, sort=sort))
            return
        from whisk_cli.output import view

        view.show_free(self, self.choice, value)

    def document(self, noun: str, value: JSONValue) -> bool:
        """Write a document, or a list of them, if a format was asked for.

        Args:
            noun: Its kind, a key of ``whisk_cli.output.nouns.NOUNS``.
            value: As the server sent it.

        Returns:
            Whether it was written; otherwise the usual output is wanted.
        """
        if self.choice is None:
            return False
        from whisk_cli.output import view

        view.show(self, self.choice, noun, value)
        return True

    def pages(self, noun: str, pages: Iterable[Sequence[JSONObject]]) -> bool:
        """Write a list that comes in pages if a format was asked for, see :meth:`document`."""
        if self.choice is None:
            return False
        from whisk_cli.output import view

        view.show_pages(self, self.choice, noun, pages)
        return True

    def write(self, text: str) -> None:
        """Write text to stdout as it is."""
        _put(self._out, text)

    def error(self, text: str, *, prefix: str = "error: ") -> None:
        """Write an error line to stderr, the prefix in red."""
        shown = self._paint("red", prefix) if prefix else ""
        self.note(f"{shown}{text}")

    def note(self, text: str) -> None:
        """Write a line of narration to stderr, after everything written to stdout so far."""
        self.flush()
        _put(self._err, f"{text}\n")
        _flush(self._err)

    def passing(self, text: str) -> None:
        """Write on the last line of the terminal what the next such text takes the place of.

        Args:
            text: What goes on; empty to clear the line. Nothing is written but to a terminal.
        """
        if self.is_watched:
            self.flush()
            _put(self._err, f"\r\x1b[K{text}")
            _flush(self._err)

    def bold(self, text: str) -> str:
        """Make a word bold, if colors are on."""
        return self._paint("bold", text)

    def flush(self) -> None:
        """Hand what was written to stdout to the operating system.

        Raises:
            OutputClosed: The reader went away.
            OutputFailed: They cannot be written.
        """
        _flush(self._out)

    def check_reader(self) -> None:
        """Notice that nobody reads any more, without writing anything.

        Raises:
            OutputClosed: The reader went away.
        """
        import select

        try:
            descriptor = self._out.fileno()
        except (OSError, ValueError):
            return
        watched = select.poll()
        # Nothing is asked for: that the other end is closed is always told.
        watched.register(descriptor, 0)
        if any(mask & (select.POLLERR | select.POLLHUP) for _, mask in watched.poll(0)):
            raise OutputClosed

    def _paint(self, style: str, text: str) -> str:
        return f"{_CODES[style]}{text}{_RESET}" if self.color else text


def wants_color(is_terminal: bool, environment: Mapping[str, str]) -> bool:
    """Decide whether words are colored.

    Args:
        is_terminal: Whether stdout is a terminal.
        environment: ``NO_COLOR`` (not empty) and ``TERM=dumb`` turn colors off.
    """
    return is_terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def encode(text: str) -> bytes:
    """Encode text for a stream: UTF-8; bytes that came from the command line pass through."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        pass
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _put(stream: BinaryIO, text: str) -> None:
    with _told():
        stream.write(encode(text))


def _flush(stream: BinaryIO) -> None:
    with _told():
        stream.flush()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as problem:
        raise OutputClosed from problem
    except OSError as problem:
        raise OutputFailed(problem.strerror or str(problem)) from problem
