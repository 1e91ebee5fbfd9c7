"""What changes in a folder, told by the system; asked for where the system does not tell."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import watchfiles

from whisk_cli.errors import CliError
from whisk_cli.sources.archive import is_left_out

_QUIET_MS = 60
"""A change is told when nothing else has changed for so long: editors write in several steps."""
_MOST_MS = 500
"""But not later than this."""
_HEARTBEAT_MS = 200
_READY_SECONDS = 10.0


class Watch:
    """Watches a folder from a thread of its own, from ``with`` on.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        # Bounded by merging: what waits is one set of paths, not one for each change.
        self._changed: set[Path] = set()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._ready: queue.Queue[OSError | None] = queue.Queue(1)
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)

    def __enter__(self) -> Self:
        """Begin; every later change will be told.

        Raises:
            CliError: The folder cannot be watched.
        """
        self._thread.start()
        try:
            problem = self._ready.get(timeout=_READY_SECONDS)
        except queue.Empty:
            problem = None
        if problem is not None:
            raise CliError(f"'{self._folder}' cannot be watched: {problem}") from problem
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(1.0)

    def take(self) -> set[Path]:
        """Give what has changed since this was asked last; often nothing."""
        with self._lock:
            found, self._changed = self._changed, set()
        return found

    def _watch(self) -> None:
        problem: OSError | None = None
        # Where the system has no more watches to give, the folder is looked at again and again.
        for polls in (None, True):
            try:
                self._listen(polls)
                return
            except OSError as failure:
                problem = failure
        self._tell_ready(problem)

    def _listen(self, polls: bool | None) -> None:
        for changes in self._changes(polls):
            self._tell_ready(None)
            with self._lock:
                self._changed |= {Path(path) for _, path in changes}

    def _changes(self, polls: bool | None) -> Iterator[set[tuple[watchfiles.Change, str]]]:
        return watchfiles.watch(
            self._folder,
            watch_filter=lambda _, path: self._matters(Path(path)),
            debounce=_MOST_MS,
            step=_QUIET_MS,
            rust_timeout=_HEARTBEAT_MS,
            yield_on_timeout=True,
            stop_event=self._over,
            raise_interrupt=False,
            force_polling=polls,
        )

    def _matters(self, path: Path) -> bool:
        return not any(is_left_out(part) for part in path.relative_to(self._folder).parts)

    def _tell_ready(self, problem: OSError | None) -> None:
        if self._ready.empty():
            self._ready.put_nowait(problem)
