"""What may go wrong in a command: one exception, and the exit codes as a documented enum."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

USAGE_HINT = "Run 'wsk --help' for usage."
"""Follows an error that came from how the command was typed."""


class ExitCode(IntEnum):
    """The exit codes of ``wsk`` (**Source**: contracts/cli.md §3.9).

    Every other HTTP error exits with :func:`of_status`.
    """

    OK = 0
    """Success, and help that was asked for."""
    GENERAL = 1
    """Argument count, unknown flag or command, bad JSON, bad name, no API host, end of poll."""
    MISUSE = 2
    """Missing file, unsupported extension, bad ``--web``, conflict on ``--save``, no API key."""
    NETWORK = 3
    """The API host cannot be reached: refused, unknown name, TLS."""
    INTERRUPTED = 130
    """Ctrl-C outside poll, as a shell reports a program ended by SIGINT."""
    BROKEN_PIPE = 141
    """The reader of the output went away, as a shell reports a program ended by SIGPIPE."""
    NOT_ALLOWED = 149
    """Flags that exclude each other: ``--kind`` with ``--docker``, feed parameters misused."""
    ACCEPTED = 202
    """The blocking wait elapsed; the activation continues."""
    APPLICATION = 246
    """The action ran and failed (HTTP 502)."""


def of_status(status: int) -> int:
    """Give the exit code of an HTTP error status.

    Args:
        status: An HTTP status, 300 or above.

    Returns:
        ``status - 256`` as one unsigned byte: 404 is 148, 409 is 153.
    """
    return (status - 256) % 256


class CliError(Exception):
    """A command cannot go on; ``main`` prints the sentence to stderr and exits.

    Attributes:
        message: One sentence: what is wrong and, where it is not obvious, the remedy.
        exit_code: A member of :class:`ExitCode`, or what :func:`of_status` gives.
        show_usage_hint: Whether the line ``Run 'wsk --help' for usage.`` follows.
        prefix: Printed before the message; empty for errors in flags and for application errors.
    """

    def __init__(
        self,
        message: str,
        exit_code: int = ExitCode.GENERAL,
        *,
        show_usage_hint: bool = False,
        prefix: str = "error: ",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = int(exit_code)
        self.show_usage_hint = show_usage_hint
        self.prefix = prefix

    def explain(self, sentence: str, *, show_usage_hint: bool = False) -> None:
        """Put what was being done before the message; the exit code stays.

        Args:
            sentence: What failed, without punctuation at its end.
            show_usage_hint: Whether the usage hint is to follow.
        """
        self.message = f"{sentence}: {self.message}"
        self.show_usage_hint = self.show_usage_hint or show_usage_hint


@contextmanager
def explained(sentence: str, *, show_usage_hint: bool = False) -> Iterator[None]:
    """Explain every :class:`CliError` that leaves the block, see :meth:`CliError.explain`."""
    try:
        yield
    except CliError as problem:
        problem.explain(sentence, show_usage_hint=show_usage_hint)
        raise


class UsageError(CliError):
    """The command was typed wrongly: exit 1, followed by the usage hint."""

    def __init__(self, message: str, exit_code: int = ExitCode.GENERAL) -> None:
        super().__init__(message, exit_code, show_usage_hint=True)


class NetworkError(CliError):
    """The API host cannot be reached, or does not speak HTTP: exit 3."""

    def __init__(self, message: str) -> None:
        super().__init__(message, ExitCode.NETWORK)


class ServerError(CliError):
    """The server answered with an error status.

    Attributes:
        status: The HTTP status.
        body: The body as it came.
        activation_id: The header ``x-openwhisk-activation-id``, or the empty string.
        meant: Lines about what somebody may have meant, or the empty string.
    """

    def __init__(
        self, message: str, *, status: int, body: bytes = b"", activation_id: str = ""
    ) -> None:
        super().__init__(message, of_status(status))
        self.status = status
        self.body = body
        self.activation_id = activation_id
        self.meant = ""


class Exit(Exception):
    """The command has said all there is to say, and ends with an exit code.

    Args:
        code: The exit code.
    """

    def __init__(self, code: int = 0) -> None:
        super().__init__(code)
        self.exit_code = int(code)


class OutputFailed(Exception):
    """The output cannot be written, for example to a full disk; the message is the reason."""


class OutputClosed(Exception):
    """The reader of stdout or stderr went away; the program ends quietly."""
