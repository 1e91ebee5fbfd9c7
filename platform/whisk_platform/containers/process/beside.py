"""Runs beside others in one sandbox: who waits for which number.

Source: contracts rest-api §8.2 (concurrency), ``whisk_runtimes/PROTOCOL.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from whisk_platform.common.deadlines import Deadline
from whisk_platform.host.framing import STDOUT, FrameError
from whisk_platform.host.loglines import LogLines
from whisk_platform.spi.containers import Outcome, Reply

_NUMBERS = 1 << 32


@dataclass(slots=True, eq=False)
class Run:
    """One of them."""

    number: int
    lines: LogLines
    keep: int
    """Bytes of its answer that are kept."""
    answered: Callable[[], None]
    """Called when the answer has come, before who waits is told."""
    ended: Callable[[Outcome], None]
    deadline: Deadline | None = None
    outcome: Outcome | None = None


class RunsBeside:
    """The runs that have a number."""

    def __init__(self) -> None:
        self._runs: dict[int, Run] = {}
        self._last = 0
        self._late: set[int] = set()
        """Numbers whose answers nobody waits for any more."""
        self._over: list[Run] = []

    def __bool__(self) -> bool:
        return bool(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(list(self._runs.values()))

    @property
    def has_ended(self) -> bool:
        """Whether somebody is to be told an outcome."""
        return bool(self._over)

    @property
    def first(self) -> Run | None:
        """The one that began first."""
        return next(iter(self._runs.values()), None)

    @property
    def keep(self) -> int:
        """Bytes that any of their answers may need."""
        return max((run.keep for run in self._runs.values()), default=0)

    def begin(
        self,
        lines: LogLines,
        keep: int,
        answered: Callable[[], None],
        ended: Callable[[Outcome], None],
    ) -> Run:
        """Note a run; its number is unlike that of any other that is under way."""
        self._last = (self._last + 1) % _NUMBERS
        run = Run(self._last, lines, keep, answered, ended)
        self._runs[run.number] = run
        return run

    def print(self, number: int, stream: int, data: bytes | memoryview) -> None:
        """Take output; what nobody waits for any more has none."""
        run = self._runs.get(number)
        if run is not None and run.outcome is None:
            run.lines.feed("stdout" if stream == STDOUT else "stderr", data)

    def answer(self, number: int, status: int, body: bytes, size: int) -> None:
        """Take an answer.

        Raises:
            FrameError: nobody had asked.
        """
        run = self._runs.get(number)
        if run is not None and run.outcome is None:
            run.answered()
            self.end(run, Reply(status=status, body=body[: run.keep], size=size))
        elif number in self._late:
            self._late.discard(number)
        else:
            raise FrameError("An answer came that nobody had asked for.")

    def time_out(self, run: Run, outcome: Outcome) -> None:
        """End a run whose answer may still come."""
        self._late.add(run.number)
        self.end(run, outcome)

    def end(self, run: Run, outcome: Outcome) -> None:
        """Note what came of a run; no effect if something has."""
        if run.outcome is None:
            run.outcome = outcome
            self._over.append(run)

    def take_ended(self) -> list[Run]:
        """Those that have ended since this was asked last; they are no longer among the others."""
        over, self._over = self._over, []
        for run in over:
            del self._runs[run.number]
            if run.deadline is not None:
                run.deadline.cancel()
        return over
